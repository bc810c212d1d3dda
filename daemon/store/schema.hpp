#pragma once
// What is in the file, and how one comes to be.
//
//   rows     the audit; see row.hpp and chain.hpp. Times are nanoseconds, `at_ns` and `started_ns` since 1970
//            (UTC), `steady_ns` since the boot
//   head     the number and the hash of the last row, and up to where rows were dropped
//   open     the numbers of the intents that have no outcome yet
//   configs  the text of every configuration that was in force, by digest
//   notes    by key
//
// A new file is made beside its place and put there when it is whole, so that whatever stands in the place
// and is none of curfew's, an empty file too, is never written to.

#include <memory>
#include <string>

#include "daemon/store/database.hpp"

namespace curfew::daemon {

// To write. Makes the file (mode 0640) where `may_make` and there is none; refuses every other than one of
// curfew's; brings an older one up to date.
core::Result<std::unique_ptr<Database>> open_books(const std::string& path, bool may_make);

// Changes nothing, but writes a page: whether that can be done.
core::Result<void> try_to_write(Database& database);

// To read, beside a daemon or without one. Writes nothing.
core::Result<std::unique_ptr<Database>> open_books_to_read(const std::string& path);

}  // namespace curfew::daemon
