#pragma once
// The books a command was pointed at, opened to be read.

#include <memory>

#include "daemon/books/commands.hpp"
#include "daemon/store/database.hpp"

namespace curfew::daemon {

// Null, after a word about it on standard error, where they cannot be read; `status` is then what to exit
// with.
std::unique_ptr<Database> open_or_complain(const BooksPlace& place, int& status);

// A word about what went wrong while reading; returns what to exit with.
int complain(const core::Error& error);

}  // namespace curfew::daemon
