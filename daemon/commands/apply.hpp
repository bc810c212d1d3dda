#pragma once
// `curfew apply FILE` and `curfew diff [NEW]`.

#include <string>

#include "core/time.hpp"

namespace curfew::daemon {

struct ApplyOptions {
    std::string config;
    std::string file;
    core::Seconds max_age{900};
};
// Through the running daemon where there is one, else by itself.
int apply(const ApplyOptions& options);

struct DiffOptions {
    std::string config;
    std::string other;  // empty: the file on disk
    bool json = false;
};
// What is on disk, or in another file, against what is in force in the running daemon, by its last looks.
int diff(const DiffOptions& options);

}  // namespace curfew::daemon
