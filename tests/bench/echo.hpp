#pragma once
// A bare blocking exchange over TCP, the limit of what any client can cost: so many bytes there, so many
// back. The answering side is a process of its own, so that its cost is not counted, and on a core of its
// own, as a server on another machine is: on one core the two would hand over without ever sleeping, which no
// client of a server can.

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace curfew::bench {

class Echo {
  public:
    Echo(std::size_t request, std::size_t reply);
    ~Echo();
    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;

    void exchange(int times);

  private:
    std::vector<char> request_;
    std::vector<char> reply_;
    pid_t server_ = -1;
    int fd_ = -1;
};

}  // namespace curfew::bench
