#pragma once
// What the policy says of one session and why, for people and as JSON.

#include <cstddef>
#include <string>
#include <string_view>

#include "daemon/output/json.hpp"
#include "policy/explain.hpp"

namespace curfew::daemon {

inline constexpr std::size_t terminal_width = 80;  // columns

// Protections and rules with every condition, then the decision: escaped, and no wider than that.
std::string explanation_text(const policy::Policy& policy, const policy::Explanation& explanation,
                             std::size_t width = terminal_width);

// The fields `protect`, `rules` and `decision` of an object that is open.
void explanation_json(JsonWriter& json, const policy::Policy& policy, const policy::Explanation& explanation);

// `text`, escaped, in lines of at most `width` columns, `indent` of them blank; those that go on are indented
// by two more. Broken between words alone.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = terminal_width);

}  // namespace curfew::daemon
