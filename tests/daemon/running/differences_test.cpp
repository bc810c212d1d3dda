// `curfew diff`: what two configurations say of the same sessions.

#include <gtest/gtest.h>

#include "daemon/running/requests.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

namespace build = policy::build;
using policy::Mode;

config::Config with(Mode file, Mode server, Mode rule) {
    config::Config config;
    config.mode = file;
    config.policy = build::policy({build::disconnect("idle", build::user({"anna"}), rule)});
    config.policy.limits.share_fleet = config.policy.limits.share_server = {};
    config.servers.emplace_back();
    config.servers[0].traits = build::server(policy::Kind::windows);
    config.servers[0].spec.name = config.servers[0].traits.name;
    config.servers[0].mode = server;
    return config;
}

// "before -> after" of each session that differs.
std::vector<std::string> between(config::Config before, config::Config after) {
    const Edition first{std::make_shared<const config::Config>(std::move(before))};
    const Edition second{std::make_shared<const config::Config>(std::move(after))};
    const std::vector<policy::ServerLook> looks{build::windows({{.user = "anna"}, {.user = "bob"}})};
    std::vector<std::string> lines;
    for (const auto& one : differences(first, second, looks, looks, {}, build::now.steady))
        lines.push_back(one.user + ": " + one.before + " -> " + one.after);
    return lines;
}

using Lines = std::vector<std::string>;

TEST(Differences, a_change_from_observe_to_enforce_is_one_wherever_it_is_made) {
    const auto enforcing = with(Mode::enforce, Mode::enforce, Mode::enforce);
    EXPECT_EQ(between(with(Mode::observe, Mode::enforce, Mode::enforce), enforcing),
              Lines{"anna: would end: idle -> ends: idle"});
    EXPECT_EQ(between(with(Mode::enforce, Mode::observe, Mode::enforce), enforcing),
              Lines{"anna: would end: idle -> ends: idle"});
    EXPECT_EQ(between(with(Mode::enforce, Mode::enforce, Mode::observe), enforcing),
              Lines{"anna: kept, would end: idle -> ends: idle"});
    EXPECT_EQ(between(enforcing, with(Mode::enforce, Mode::observe, Mode::enforce)),
              Lines{"anna: ends: idle -> would end: idle"});
    EXPECT_EQ(between(enforcing, enforcing), Lines{});
}

TEST(Differences, nothing_differs_where_either_mode_observes_as_before) {
    EXPECT_EQ(between(with(Mode::observe, Mode::enforce, Mode::enforce),
                      with(Mode::enforce, Mode::observe, Mode::enforce)),
              Lines{});
}

TEST(Differences, who_waits_for_it_is_told_as_well) {
    auto observing = with(Mode::observe, Mode::enforce, Mode::enforce);
    auto enforcing = with(Mode::enforce, Mode::enforce, Mode::enforce);
    for (auto* one : {&observing, &enforcing}) one->policy.rules[0].hold = core::Seconds{60};
    EXPECT_EQ(between(observing, enforcing), Lines{"anna: pending: idle (observe) -> pending: idle"});
}

}  // namespace
}  // namespace curfew::daemon
