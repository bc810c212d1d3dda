#include "daemon/reload/edit_watch.hpp"

#include <algorithm>

namespace curfew::daemon {
namespace {

// A pattern never matches it, but for one that begins with a dot: an editor's own files beside the one that
// is edited. Their coming and going is looked at, but they hold back nothing.
bool hidden(const std::string& name) {
    return name.starts_with('.');
}

bool from_within(EditEvent::Kind kind) {
    return kind == EditEvent::Kind::modified || kind == EditEvent::Kind::attrib;
}

}  // namespace

void EditWatch::expect(Places places) {
    places_ = std::move(places);
    std::erase_if(waits_, [&](const auto& wait) {
        const auto place = places_.find(wait.first.first);
        if (place == places_.end()) return true;
        const auto& [files, ways, everything] = place->second;
        return !everything && !files.contains(wait.first.second) && !ways.contains(wait.first.second);
    });
}

void EditWatch::changed(core::SteadyTime at) {
    if (!first_) first_ = at;
    last_ = at;
}

bool EditWatch::saw(const EditEvent& event, core::SteadyTime at) {
    using Kind = EditEvent::Kind;
    if (event.kind == Kind::overflow) {
        changed(at);
        return true;
    }
    const auto found = places_.find(event.directory);
    if (found == places_.end()) return false;
    const Place& place = found->second;
    if (event.kind == Kind::gone) {
        std::erase_if(waits_, [&](const auto& wait) { return wait.first.first == event.directory; });
        changed(at);
        return true;
    }
    const bool a_file = place.files.contains(event.name);
    const bool on_the_way = place.ways.contains(event.name);
    if (!a_file && !on_the_way && !place.everything) return false;

    const Name name{event.directory, event.name};
    const bool named = a_file || on_the_way;
    // Whatever a pattern matched is named. Of the other files beside it none is read, but one that is new.
    if (!named && from_within(event.kind) && !waits_.contains(name)) return false;
    switch (event.kind) {
        case Kind::modified:
        case Kind::created:
            if (named || !hidden(event.name)) waits_[name] = at + half_written;
            break;
        case Kind::moved_from:
        case Kind::deleted:
            waits_.erase(name);
            if (named) waits_[name] = at + away;
            break;
        case Kind::written:
        case Kind::linked:
        case Kind::moved_to: waits_.erase(name); break;
        case Kind::attrib:  // says nothing of who is writing
        case Kind::gone:
        case Kind::overflow: break;
    }
    changed(at);
    // What came to be may be a link, whatever it was before.
    return on_the_way || (a_file && (event.kind == Kind::linked || event.kind == Kind::moved_to));
}

std::optional<core::SteadyTime> EditWatch::held_back() const {
    std::optional<core::SteadyTime> until;
    for (const auto& [name, time] : waits_) until = std::max(until, std::optional{time});
    return until;
}

std::optional<core::SteadyTime> EditWatch::due() const {
    if (!first_) return std::nullopt;
    const auto settled = std::min(last_ + quiet, *first_ + patience);
    return std::max(settled, held_back().value_or(settled));
}

void EditWatch::taken(core::SteadyTime at) {
    first_.reset();
    std::erase_if(waits_, [&](const auto& wait) { return wait.second <= at; });
}

}  // namespace curfew::daemon
