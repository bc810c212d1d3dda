#pragma once
// What SQLite says, by its own names, and what the store itself says of a file.

#include <string>

#include "core/errors/error.hpp"

namespace curfew::daemon {

enum class StoreError {
    lock_violation = 33,  // another daemon has this audit
    foreign = 100,        // a file, but none of curfew's
    newer,                // written by a later curfew
    moved,                // the file is gone, or another one is in its place
    changed,              // rows were changed or are missing
    not_a_file,           // a directory, a FIFO, a symbolic link
    closing,              // the store is being closed
};

const boost::system::error_category& store_error_category();
// Primary result codes, and those extended ones that tell an operator more.
const boost::system::error_category& sqlite_category();

inline boost::system::error_code make_error_code(StoreError error) {
    return {static_cast<int>(error), store_error_category()};
}

core::Error store_error(StoreError error, std::string context);
core::Error sqlite_error(int extended_code, std::string context);
core::Error system_error(int error_number, std::string context);

}  // namespace curfew::daemon

template <> struct boost::system::is_error_code_enum<curfew::daemon::StoreError> : std::true_type {};
