#pragma once
// Where to look for edits: which names in which directories lead to a file. A file is reached by a way of
// directories and links, and whoever exchanges any of them exchanges the file. So every step counts: the
// path as it is written, and what each link on it stands for.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace curfew::daemon {

// What counts in one directory.
struct Place {
    std::set<std::string> files;  // that are read
    std::set<std::string> ways;   // directories and links that lead to such a file
    bool everything = false;      // a pattern was looked for here: any name may be a file of ours

    bool operator==(const Place&) const = default;
};

// By directory: absolute, without links, without a slash at the end (but for the root).
using Places = std::map<std::string, Place>;

// What a link says; empty where the path is none, or is not there.
using ReadLink = std::function<std::optional<std::string>(const std::string& path)>;

// `files` and `directories` as in config::Loaded; relative ones are left out. What is not there yet has its
// place too: where the way breaks off, the rest is taken as it is written.
Places places_of(const std::vector<std::string>& files, const std::vector<std::string>& directories,
                 const ReadLink& read_link);

// readlink(2)
std::optional<std::string> link_on_disk(const std::string& path);

}  // namespace curfew::daemon
