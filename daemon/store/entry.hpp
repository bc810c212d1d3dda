#pragma once
// What is handed to the store's thread.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/errors/error.hpp"
#include "daemon/store/chain.hpp"

namespace curfew::daemon {

struct Entry {
    struct Config {
        std::string digest;
        std::string texts;
    };
    struct Drop {
        core::WallTime before{};
    };
    using What = std::variant<StoredRow, std::vector<Note>, Config, Drop>;

    What what;
    bool kept = false;  // until it is written; else it is refused where that fails
    // Once: with the number of the row (0 where it is none), or with what kept it from being written.
    std::function<void(const core::Result<std::uint64_t>&)> done = nullptr;
};

using LaterNotes = std::map<std::string, std::string>;  // the last value of each key

}  // namespace curfew::daemon
