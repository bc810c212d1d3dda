#pragma once
// Whether the policy does what one of its tests expects. As in `plan`, the file's and the servers' mode are
// taken as enforce; limits and shares are not looked at.

#include <cstddef>
#include <string>

#include "config/tests/policy_test.hpp"

namespace curfew::daemon {

// By how many columns a report indents explanations.
inline constexpr std::size_t explanation_indent = 4;

struct Judgement {
    bool passed = false;
    // Of a test that failed. As they came: whoever shows the first two escapes them.
    std::string expected;
    std::string came;
    std::string explanation;  // lines for people, escaped, as wide as a report has room for
};

Judgement judge(const config::Config& config, const config::PolicyTest& test);

}  // namespace curfew::daemon
