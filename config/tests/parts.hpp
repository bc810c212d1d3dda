#pragma once
// One decoder for every part of a test. Each complains by itself and goes on; what it gives back is of no use
// once there was an error.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/decode/map_reader.hpp"
#include "config/decode/value.hpp"
#include "config/tests/policy_test.hpp"
#include "config/zones.hpp"

namespace curfew::config {

inline constexpr std::string_view a_session =
    "a session such as `{user: anna, client: 10.20.1.7, idle: 31m}`";

// What a test file may mention.
class Known {
  public:
    explicit Known(const Config& config);
    const Server* server(std::string_view name) const;  // null where there is none of this name
    std::string near_server(const std::string& name);
    std::string near_rule(const std::string& name);
    bool has_rule(const std::string& name) const;
    bool has_tag(const std::string& tag) const;
    std::string near_tag(const std::string& tag);
    // Something in the policy depends on the time: a schedule, `from`, `until`.
    bool goes_by_the_clock() const { return goes_by_the_clock_; }
    Zones& zones() { return zones_; }

  private:
    std::string near(const std::string& text, const std::vector<std::string_view>& names);

    const Config& config_;
    std::vector<std::string_view> servers_;
    std::vector<std::string_view> rules_;
    std::vector<std::string_view> tags_;
    bool goes_by_the_clock_ = false;
    Zones zones_;
    int suggestions_left_ = 20;  // looking for the closest of thousands is for the first few slips
};

policy::SupposedSession read_supposed(const Value& value);
std::vector<policy::SupposedSession> read_all_supposed(const Value& value);

// A server of the configuration by its name, or a map; what a map does not say is as configured for its name.
policy::ServerTraits read_test_server(const Value& value, Known& known);
// Only what is said is fixed.
void read_fixed_server(const Value& value, Known& known, policy::Premises& out);

ExpectedDecision read_expected_decision(const Value& value, Known& known);
ExpectedPlan read_expected_plan(const Value& value, const std::vector<policy::SupposedSession>& sessions);
void read_never(const Value& value);

}  // namespace curfew::config
