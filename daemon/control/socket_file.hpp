#pragma once
// A listening Unix socket at a path, made so that nobody connects before owner and mode are what they shall
// be: in a directory of its own that is nobody else's, then moved into place.
//
// A socket that is there already is replaced where nobody listens on it, and left where somebody does.
// Anything else that is there stays there.

#include <string>

#include <sys/types.h>

#include "config/service.hpp"
#include "core/errors/error.hpp"

namespace curfew::daemon {

class SocketFile {
  public:
    // Blocks: owner and group are looked up.
    static core::Result<SocketFile> make(const config::Control& control);

    SocketFile() = default;
    ~SocketFile();  // closes; the path stays
    SocketFile(SocketFile&& other) noexcept;
    SocketFile& operator=(SocketFile&& other) noexcept;

    int release();  // the descriptor, to whoever closes it

    // Takes the path away if it still is this socket.
    void remove();

  private:
    int descriptor_ = -1;
    std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace curfew::daemon
