#include "tests/bench/counting_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/sockets.hpp"

namespace curfew::bench {

CountingProxy::CountingProxy(std::uint16_t server_port) {
    const auto listener = listen_on_loopback();
    port_ = listener.port;
    thread_ = std::thread{[this, listener, server_port] { run(listener.fd, server_port); }};
}

CountingProxy::~CountingProxy() {
    thread_.join();
}

// One connection; ends with it.
void CountingProxy::run(int listener, std::uint16_t server_port) {
    const int client = ::accept(listener, nullptr, nullptr);
    const int server = connect_to_loopback(server_port);
    pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    char buffer[65536];
    for (bool open = true; open && ::poll(ends, 2, -1) > 0;) {
        for (int i = 0; i < 2 && open; ++i) {
            if (!ends[i].revents) continue;
            const auto got = ::read(ends[i].fd, buffer, sizeof buffer);
            open = got > 0 && write_exactly(ends[1 - i].fd, buffer, static_cast<std::size_t>(got));
            if (open) (i == 0 ? to_server_ : to_client_) += static_cast<std::size_t>(got);
        }
    }
    ::close(client);
    ::close(server);
    ::close(listener);
}

}  // namespace curfew::bench
