#include "tests/bench/echo.hpp"

#include <stdexcept>

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/sockets.hpp"

namespace curfew::bench {
namespace {

void pin_to(std::size_t core) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(core, &only);
    ::sched_setaffinity(0, sizeof only, &only);
}

}  // namespace

Echo::Echo(std::size_t request, std::size_t reply) : request_(request, 'q'), reply_(reply, 'a') {
    const auto listener = listen_on_loopback();
    server_ = ::fork();
    if (server_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin_to(static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN)) - 1);
        const int client = ::accept(listener.fd, nullptr, nullptr);
        while (read_exactly(client, request_.data(), request_.size())) {
            if (!write_exactly(client, reply_.data(), reply_.size())) break;
        }
        ::_exit(0);
    }
    fd_ = connect_to_loopback(listener.port);
    ::close(listener.fd);
}

Echo::~Echo() {
    ::close(fd_);
    ::waitpid(server_, nullptr, 0);
}

void Echo::exchange(int times) {
    // Into a fresh part of memory each time would only cost more; this is the least there is.
    cpu_set_t before;
    ::sched_getaffinity(0, sizeof before, &before);
    pin_to(0);
    for (int i = 0; i < times; ++i) {
        if (!write_exactly(fd_, request_.data(), request_.size()) ||
            !read_exactly(fd_, reply_.data(), reply_.size())) {
            throw std::runtime_error{"echo"};
        }
    }
    ::sched_setaffinity(0, sizeof before, &before);
}

}  // namespace curfew::bench
