// Where nothing is said against a reload, nobody loses protection: small policies by dice, and real sessions.
#include <gtest/gtest.h>

#include "config/protect_cover.hpp"
#include "config/reload_check.hpp"
#include "tests/policy/random_policy.hpp"

namespace curfew::config::test {
namespace {

using policy::Condition;
using policy::Truth;
namespace build = policy::build;

// The schedules of a condition get into the configuration, as the loader has them.
void know_schedules(const Condition& condition, Config& config) {
    if (const auto* hours = std::get_if<policy::InSchedule>(&condition.node))
        for (const auto& one : hours->any_of)
            config.schedules.push_back({one, {}, "schedules." + one->name(), true, one->name()});
    if (const auto* all = std::get_if<policy::AllOf>(&condition.node))
        for (const Condition& part : all->conditions) know_schedules(part, config);
    if (const auto* any = std::get_if<policy::AnyOf>(&condition.node))
        for (const Condition& part : any->conditions) know_schedules(part, config);
    if (const auto* negation = std::get_if<policy::Not>(&condition.node))
        know_schedules(*negation->condition, config);
}

Condition another(build::Dice& dice) {
    static constexpr const char* clients[] = {"10.0.0.0/8", "10.20.0.0/16", "10.20.1.7", "WKS-17", "W*"};
    static constexpr const char* users[] = {"anna", "a*", "[a-c]*", "bob", "b?b", ""};
    switch (dice.below(6)) {
        case 0: return build::client({dice.pick(clients)});
        case 1: return build::user({dice.pick(users)});
        case 2: return {policy::HasTag{{"ring0"}}};
        case 3: {
            const core::Seconds least{dice.below(4) * 900};
            return {policy::IdleIn{{least, least + core::Seconds{dice.below(4) * 900 + 900}}}};
        }
        case 4: return build::server_named({dice.one_in(2) ? "fs*" : "other"});
        default: return dice.condition();
    }
}

// Mostly what there was, with an entry more or less, wider or narrower.
std::vector<policy::Protection> edited(std::vector<policy::Protection> entries, build::Dice& dice) {
    for (auto& entry : entries) {
        switch (dice.below(8)) {
            case 0: entry.when = build::any({another(dice), entry.when}); break;
            case 1: entry.when = build::all({entry.when, another(dice)}); break;
            case 2: entry.when = build::not_(build::not_(entry.when)); break;
            case 3: entry.when = another(dice); break;
            default: break;
        }
    }
    if (!entries.empty() && dice.one_in(4)) entries.pop_back();
    if (dice.one_in(2)) entries.insert(entries.begin(), {another(dice), ""});
    return entries;
}

bool protects(const Config& config, const policy::ServerLook& look, const policy::SessionFacts& session) {
    for (const auto& entry : config.policy.protect)
        if (evaluate(entry.when, look.server, session, look.at.wall) != Truth::no) return true;
    return false;
}

Config config_of(std::vector<policy::Protection> entries, const policy::ServerTraits& traits) {
    Config config;
    config.policy.protect = std::move(entries);
    config.servers.emplace_back();
    config.servers.back().spec.name = traits.name;
    config.servers.back().traits = traits;
    for (const auto& entry : config.policy.protect) know_schedules(entry.when, config);
    return config;
}

TEST(ProtectProperty, WhoeverWasProtectedStillIs) {
    std::size_t certain = 0;
    std::size_t protecting = 0;
    std::size_t doubted = 0;
    std::size_t lost = 0;
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        build::Dice dice{seed};
        dice.falls_back = true;
        std::vector<policy::Protection> entries;
        for (unsigned i = 1 + dice.below(3); i > 0; --i) entries.push_back({another(dice), ""});
        const auto traits = dice.any_server();
        const auto traits_now = dice.one_in(3) ? dice.any_server() : traits;
        const Config before = config_of(entries, traits);
        const Config after = config_of(edited(entries, dice), traits_now);
        const bool waits = check_reload(before, after).waits();
        (waits ? doubted : certain) += 1;
        const auto sessions = dice.sessions();
        auto look = build::look(traits, sessions);
        auto look_now = build::look(traits_now, sessions);
        for (std::size_t i = 0; i < look.sessions.size(); ++i) {
            if (look.sessions[i].quiet && dice.one_in(2)) {
                look.sessions[i].quiet =
                    policy::QuietTime{core::Seconds{dice.below(3) * 600}, core::Seconds{1'800}};
                look_now.sessions[i].quiet = look.sessions[i].quiet;
            }
            if (dice.one_in(6)) look.sessions[i].user_known = look_now.sessions[i].user_known = false;
            const bool was = protects(before, look, look.sessions[i]);
            const bool is = protects(after, look_now, look_now.sessions[i]);
            if (was && !is) ++lost;
            if (!waits && was) ++protecting;
            ASSERT_FALSE(!waits && was && !is) << seed;
        }
    }
    // Both happen, and often, or nothing were proven here.
    EXPECT_GT(certain, 3'000U);
    EXPECT_GT(doubted, 3'000U);
    EXPECT_GT(protecting, 5'000U);
    EXPECT_GT(lost, 3'000U);
}

}  // namespace
}  // namespace curfew::config::test
