#pragma once
// What the policy says of one session and why, for people and as JSON.

#include <cstddef>
#include <string>
#include <string_view>

#include "daemon/output/json.hpp"
#include "policy/explain.hpp"

namespace curfew::daemon {

// Protections and rules with every condition, then the decision: escaped, at most 80 columns wide.
std::string explanation_text(const policy::Policy& policy, const policy::Explanation& explanation);

// The fields `protect`, `rules` and `decision` of an object that is open.
void explanation_json(JsonWriter& json, const policy::Policy& policy, const policy::Explanation& explanation);

// `text`, escaped, in lines of at most 80 columns behind `indent` spaces; those that go on are indented by
// two more.
std::string wrapped(std::string_view text, std::size_t indent);

}  // namespace curfew::daemon
