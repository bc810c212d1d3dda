#pragma once
// The address of a Unix socket: a path of at most 107 bytes.

#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "core/errors/error.hpp"

namespace curfew::daemon {

class UnixAddress {
  public:
    static core::Result<UnixAddress> of(const std::string& path);
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    socklen_t size() const { return sizeof address_; }

  private:
    sockaddr_un address_{};
};

}  // namespace curfew::daemon
