#include "tests/integration/free_port.hpp"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace curfew::testing {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int open_socket(int type) {
    const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
    return fd;
}

// The port the socket is now bound to; 0 when the wanted one is taken.
std::uint16_t bind_loopback(int fd, std::uint16_t port) {
    sockaddr_in address = loopback(port);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.sin_port);
}

}  // namespace

ReservedPort::ReservedPort() : fd_(open_socket(SOCK_STREAM)), number_(bind_loopback(fd_, 0)) {
    // Set after bind(), so that the port itself was not shared with anybody.
    const int on = 1;
    if (number_ == 0 || ::setsockopt(fd_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
        const int error = errno;
        ::close(fd_);
        throw std::system_error(error, std::generic_category(), "no free loopback port");
    }
}

ReservedPort::~ReservedPort() {
    ::close(fd_);
}

std::uint16_t free_port(bool udp_too) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        const int tcp = open_socket(SOCK_STREAM);
        const std::uint16_t port = bind_loopback(tcp, 0);
        bool free = port != 0;
        if (free && udp_too) {
            const int udp = open_socket(SOCK_DGRAM);
            free = bind_loopback(udp, port) == port;
            ::close(udp);
        }
        ::close(tcp);
        if (free) return port;
    }
    throw std::system_error(EADDRINUSE, std::generic_category(), "no free loopback port");
}

bool accepts_connections(std::uint16_t port) {
    const int fd = open_socket(SOCK_STREAM);
    const sockaddr_in address = loopback(port);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

}  // namespace curfew::testing
