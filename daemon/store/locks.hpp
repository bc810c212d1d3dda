#pragma once
// Locks on PATH-lock that end with whoever holds them, however it ends: byte 0 is the daemon's, byte N that
// of run N. They belong to an open file description, so that two in one process are two as well.

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "core/errors/error.hpp"
#include "daemon/store/database.hpp"

namespace curfew::daemon {

class Locks {
  public:
    // StoreError::lock_violation where another daemon has it.
    static core::Result<Locks> open(const std::string& path, bool as_daemon);

    // Waits for its turn: one at a time makes or opens the books.
    core::Result<void> begin_opening();
    void end_opening();

    core::Result<void> lock_run(std::uint64_t run);
    void unlock_run(std::uint64_t run);
    // By anybody but this one.
    core::Result<bool> is_running(std::uint64_t run) const;

    // Whether the file is the one in which others look. `renew` takes the same locks in the one that is.
    core::Result<void> still_there() const;
    core::Result<void> renew();

  private:
    struct Descriptor {
        explicit Descriptor(int opened) : number(opened) {}
        ~Descriptor();
        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;
        int number;
    };
    Locks(std::string path, std::unique_ptr<Descriptor> descriptor)
        : path_(std::move(path)), descriptor_(std::move(descriptor)) {}
    core::Result<void> take(std::uint64_t byte);

    std::string path_;
    std::unique_ptr<Descriptor> descriptor_;
    std::set<std::uint64_t> held_;
};

}  // namespace curfew::daemon
