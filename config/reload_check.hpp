#pragma once
// What a reload would do, told from two configurations and nothing else: whether a person has to agree first,
// which servers it concerns, and in a few words what it is about.

#include <string>
#include <vector>

#include "config/config.hpp"

namespace curfew::config {

// By name, case ignored, as the configuration that has the server spells it, in the order of its file.
struct ServerChanges {
    std::vector<std::string> added;
    std::vector<std::string> removed;
    std::vector<std::string> changed;  // where to connect, how, or with which credentials: connect anew
    std::vector<std::string> altered;  // only tags, mode, timezone, kind or shared connections
    bool operator==(const ServerChanges&) const = default;
};
ServerChanges server_changes(const Config& before, const Config& after);

// Sentences with names and numbers, escaped, each a reason to wait for `curfew reload --confirm`. None: this
// asks for nobody. Neither `reload: confirm` nor the share of what is known now is looked at here.
struct ReloadCheck {
    std::vector<std::string> reasons;
    bool waits() const { return !reasons.empty(); }
};

// - More than 5% of the servers would go.
// - `protect` is narrowed: of an entry, or of a server with other traits, it is not certain that whoever was
//   protected still is.
// - From a list that stands in `protect`, in a rule that keeps or under a `not`, or from a calendar that a
//   schedule excepts, something is gone.
ReloadCheck check_reload(const Config& before, const Config& after);

// "servers +2 -1; rules: +night ~idle; protect; limits". "nothing that matters" where only comments and the
// like differ.
std::string what_changed(const Config& before, const Config& after);

}  // namespace curfew::config
