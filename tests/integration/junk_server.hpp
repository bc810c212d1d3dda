#pragma once
// A TCP server on loopback that accepts and then does one wrong thing: nothing, or a fixed reply.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace curfew::testing {

class JunkServer {
  public:
    // Sends `reply` to whatever comes first, then closes; an empty reply: stays silent for as long as it
    // lives.
    explicit JunkServer(std::string reply);
    ~JunkServer();
    JunkServer(const JunkServer&) = delete;
    JunkServer& operator=(const JunkServer&) = delete;

    std::uint16_t port() const { return port_; }

  private:
    void serve();

    std::string reply_;
    int listener_ = -1;
    int wake_[2] = {-1, -1};
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace curfew::testing
