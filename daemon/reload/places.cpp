#include "daemon/reload/places.hpp"

#include <array>
#include <deque>
#include <string_view>

#include <limits.h>
#include <unistd.h>

namespace curfew::daemon {
namespace {

constexpr int most_links = 40;  // as the kernel: more is a circle

std::string joined(const std::string& directory, const std::string& name) {
    return directory == "/" ? "/" + name : directory + "/" + name;
}

std::string parent_of(const std::string& directory) {
    const auto slash = directory.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : directory.substr(0, slash);
}

using Steps = std::deque<std::string>;

// What `path` adds before the steps that are still to go.
void prepend(Steps& steps, std::string_view path) {
    Steps added;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto step = path.substr(0, slash);
        if (!step.empty() && step != ".") added.emplace_back(step);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    steps.insert(steps.begin(), added.begin(), added.end());
}

// Goes as the kernel does, and notes every step. The last one is a file of ours, or a directory to be looked
// through.
void walk(const std::string& path, bool to_file, const ReadLink& read_link, Places& places) {
    if (!path.starts_with('/')) return;
    Steps steps;
    prepend(steps, path);
    std::string at = "/";
    int links = 0;
    while (!steps.empty()) {
        const std::string step = std::move(steps.front());
        steps.pop_front();
        if (step == "..") {
            at = parent_of(at);
            continue;
        }
        const bool last = steps.empty();
        const auto target = read_link(joined(at, step));
        Place& place = places[at];
        (to_file && last ? place.files : place.ways).insert(step);
        if (!target) {
            at = joined(at, step);
            continue;
        }
        place.ways.insert(step);
        if (++links > most_links) return;
        if (target->starts_with('/')) at = "/";
        prepend(steps, *target);
    }
    if (!to_file) places[at].everything = true;
}

}  // namespace

Places places_of(const std::vector<std::string>& files, const std::vector<std::string>& directories,
                 const ReadLink& read_link) {
    Places places;
    for (const auto& file : files) walk(file, true, read_link, places);
    for (const auto& directory : directories) walk(directory, false, read_link, places);
    return places;
}

std::optional<std::string> link_on_disk(const std::string& path) {
    std::array<char, PATH_MAX> text{};
    const auto length = ::readlink(path.c_str(), text.data(), text.size());
    if (length <= 0) return std::nullopt;
    return std::string{text.data(), static_cast<std::size_t>(length)};
}

}  // namespace curfew::daemon
