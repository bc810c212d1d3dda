#pragma once

#include <cstdint>

namespace curfew::testing {

// A loopback port that nobody listens on and nobody else is given. It stays bound, without listening, for as
// long as this object lives: only a server of the same user that sets SO_REUSEPORT, as smbd does, can bind it
// too. Found by binding without SO_REUSE*: smbd would share a port that is taken without saying a word, and
// two tests that ran at once would get each other's clients.
class ReservedPort {
  public:
    ReservedPort();
    ~ReservedPort();
    ReservedPort(const ReservedPort&) = delete;
    ReservedPort& operator=(const ReservedPort&) = delete;

    std::uint16_t number() const { return number_; }

  private:
    int fd_ = -1;
    std::uint16_t number_ = 0;
};

// A port that was free a moment ago, for a server that does not share (a KDC; then for UDP too). Somebody may
// take it before that server does: be ready to try another.
std::uint16_t free_port(bool udp_too = false);

// Whether somebody accepts TCP connections on 127.0.0.1:port.
bool accepts_connections(std::uint16_t port);

}  // namespace curfew::testing
