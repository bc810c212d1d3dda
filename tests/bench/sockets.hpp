#pragma once
// Blocking loopback sockets, as plain as they come.

#include <cstddef>
#include <cstdint>

namespace curfew::bench {

struct Listener {
    int fd = -1;
    std::uint16_t port = 0;
};
Listener listen_on_loopback();
int connect_to_loopback(std::uint16_t port);
bool read_exactly(int fd, void* data, std::size_t size);
bool write_exactly(int fd, const void* data, std::size_t size);

}  // namespace curfew::bench
