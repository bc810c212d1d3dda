#pragma once
// Stands between client and server and counts the bytes each way, so that the echo moves the very same
// number.

#include <atomic>
#include <cstdint>
#include <thread>

namespace curfew::bench {

class CountingProxy {
  public:
    explicit CountingProxy(std::uint16_t server_port);
    ~CountingProxy();
    CountingProxy(const CountingProxy&) = delete;
    CountingProxy& operator=(const CountingProxy&) = delete;

    std::uint16_t port() const { return port_; }
    std::size_t to_server() const { return to_server_; }
    std::size_t to_client() const { return to_client_; }

  private:
    void run(int listener, std::uint16_t server_port);

    std::uint16_t port_ = 0;
    std::atomic<std::size_t> to_server_ = 0;
    std::atomic<std::size_t> to_client_ = 0;
    std::thread thread_;
};

}  // namespace curfew::bench
