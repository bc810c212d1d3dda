#include "tests/integration/junk_server.hpp"

#include <stdexcept>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace curfew::testing {

JunkServer::JunkServer(std::string reply) : reply_(std::move(reply)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool good = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                      ::listen(listener_, 8) == 0 &&
                      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                      ::pipe2(wake_, O_CLOEXEC) == 0;
    if (!good) throw std::runtime_error{"no loopback listener"};
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

JunkServer::~JunkServer() {
    ::close(wake_[1]);
    thread_.join();
    ::close(wake_[0]);
    ::close(listener_);
}

void JunkServer::serve() {
    std::vector<pollfd> watched{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    while (true) {
        ::poll(watched.data(), watched.size(), -1);
        if (watched[0].revents) break;
        if (watched[1].revents & POLLIN) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client >= 0) watched.push_back({client, static_cast<short>(reply_.empty() ? 0 : POLLIN), 0});
        }
        for (std::size_t i = 2; i < watched.size(); ++i) {
            if (!watched[i].revents) continue;
            char request[4096];
            const auto got = ::recv(watched[i].fd, request, sizeof request, 0);
            if (got > 0 && !reply_.empty()) {
                // Whether all of it is taken is of no matter: junk is junk.
                [[maybe_unused]] const auto sent =
                    ::send(watched[i].fd, reply_.data(), reply_.size(), MSG_NOSIGNAL);
            }
            ::close(watched[i].fd);
            watched.erase(watched.begin() + static_cast<long>(i));
            break;
        }
    }
    for (std::size_t i = 2; i < watched.size(); ++i) ::close(watched[i].fd);
}

}  // namespace curfew::testing
