// Proofs against brute force: every assignment to the questions of small random policies, and real sessions.
#include <map>

#include <gtest/gtest.h>

#include "policy/proof.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

// One way things may be. Patterns stand for themselves, whatever a name could be; numbers and flags are what
// they are.
struct World {
    std::map<std::string, Truth> patterns;
    std::optional<core::Seconds> idle;
    std::optional<core::Seconds> connected;
    std::optional<std::uint32_t> flags;
    bool tagged = false;
};

Truth holds(const Condition& condition, const World& world);

struct InWorld {
    const World& world;

    template <class Pattern> Truth one_of(const std::vector<Pattern>& patterns) const {
        Truth result = Truth::no;
        for (const auto& pattern : patterns) result = result || world.patterns.at(pattern.text());
        return result;
    }
    Truth operator()(const Always&) const { return Truth::yes; }
    Truth operator()(const UserMatches& node) const { return one_of(node.any_of); }
    Truth operator()(const ClientMatches& node) const { return one_of(node.any_of); }
    Truth operator()(const ServerMatches& node) const { return one_of(node.any_of); }
    Truth operator()(const TransportMatches& node) const { return one_of(node.any_of); }
    Truth operator()(const ClientTypeMatches& node) const { return one_of(node.any_of); }
    Truth operator()(const HasTag&) const { return truth_of(world.tagged); }
    Truth operator()(const IdleIn& node) const { return node.range.contains(world.idle); }
    Truth operator()(const QuietIn&) const { return Truth::unknown; }
    Truth operator()(const Concurrent&) const { return Truth::unknown; }
    Truth operator()(const ConnectedIn& node) const { return node.range.contains(world.connected); }
    Truth operator()(const OpenFilesIn&) const { return Truth::unknown; }
    Truth operator()(const FlagIs& node) const {
        if (!world.flags) return Truth::unknown;
        return truth_of(((*world.flags & node.flag) != 0) == node.set);
    }
    Truth operator()(const InSchedule&) const { return Truth::unknown; }
    Truth operator()(const AllOf& node) const {
        Truth result = Truth::yes;
        for (const auto& part : node.conditions) result = result && holds(part, world);
        return result;
    }
    Truth operator()(const AnyOf& node) const {
        Truth result = Truth::no;
        for (const auto& part : node.conditions) result = result || holds(part, world);
        return result;
    }
    Truth operator()(const Not& node) const { return !holds(*node.condition, world); }
};

Truth holds(const Condition& condition, const World& world) {
    return std::visit(InWorld{world}, condition.node);
}

// As decide(), told once more.
bool ends(const Policy& rules, const World& world) {
    for (const auto& protection : rules.protect)
        if (holds(protection.when, world) != Truth::no) return false;
    for (const auto& rule : rules.rules) {
        const Truth truth = holds(rule.when, world);
        if (rule.then == Action::keep && truth != Truth::no) return false;
        if (rule.then == Action::disconnect && rule.mode == Mode::enforce && truth == Truth::yes) return true;
    }
    return false;
}

constexpr const char* users[] = {"a*", "/b+/"};
constexpr const char* clients[] = {"WKS-*"};

Condition random_condition(Dice& dice, int depth) {
    switch (dice.below(depth > 0 ? 9 : 6)) {
        case 0: return dice.one_in(4) ? user({users[0], users[1]}) : user({dice.pick(users)});
        case 1: return client({dice.pick(clients)});
        case 2: return {HasTag{{"lab"}}};
        case 3: {
            const core::Seconds least{dice.below(3) * 60};
            if (dice.one_in(3)) return {IdleIn{{least, least + 60s}}};
            return dice.one_in(2) ? idle(least) : Condition{IdleIn{{{}, least + 60s}}};
        }
        case 4: return {ConnectedIn{{core::Seconds{dice.below(2) * 60}, {}}}};
        case 5: return {FlagIs{core::sess_guest, dice.one_in(2)}};
        case 6: return not_(random_condition(dice, depth - 1));
        case 7: return all({random_condition(dice, depth - 1), random_condition(dice, depth - 1)});
        default: return any({random_condition(dice, depth - 1), random_condition(dice, depth - 1)});
    }
}

Policy random_rules(Dice& dice) {
    Policy rules;
    for (unsigned i = dice.below(3); i > 0; --i) rules.protect.push_back({random_condition(dice, 2), ""});
    for (unsigned i = 1 + dice.below(4); i > 0; --i) {
        auto rule =
            disconnect("r", random_condition(dice, 3), dice.one_in(5) ? Mode::observe : Mode::enforce);
        if (dice.one_in(3)) rule = keep("k", random_condition(dice, 2));
        rules.rules.push_back(std::move(rule));
    }
    return rules;
}

template <class Visit> void each_world(Visit visit) {
    constexpr Truth truths[] = {Truth::no, Truth::unknown, Truth::yes};
    const std::optional<core::Seconds> times[] = {{}, 0s, 60s, 120s, 180s};
    const std::optional<std::uint32_t> flags[] = {{}, 0U, core::sess_guest};
    World world;
    for (const Truth a : truths)
        for (const Truth b : truths)
            for (const Truth c : truths)
                for (const auto& idle_time : times)
                    for (const auto& connected : {times[0], times[1], times[2]})
                        for (const auto& set : flags)
                            for (const bool tagged : {false, true}) {
                                world.patterns = {{users[0], a}, {users[1], b}, {clients[0], c}};
                                world.idle = idle_time;
                                world.connected = connected;
                                world.flags = set;
                                world.tagged = tagged;
                                if (!visit(world)) return;
                            }
}

TEST(ProofProperty, says_what_trying_everything_says) {
    std::size_t proven = 0;
    for (unsigned seed = 0; seed < 1500; ++seed) {
        Dice dice{seed};
        const auto rules = random_rules(dice);
        bool somebody = false;
        each_world([&](const World& world) {
            somebody = ends(rules, world);
            return !somebody;
        });
        const auto proof = never_ends(rules, {});
        ASSERT_EQ(proof.outcome, somebody ? Proof::Outcome::possible : Proof::Outcome::proven) << seed;
        proven += somebody ? 0 : 1;
    }
    EXPECT_GT(proven, 300U);
    EXPECT_LT(proven, 1200U);
}

// Of whom something is said, and all else by dice: where it is proven, decide() ends nobody.
TEST(ProofProperty, what_is_proven_never_happens) {
    std::size_t proven = 0;
    std::size_t ended = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        Dice dice{seed};
        dice.counts = dice.falls_back = true;
        const auto rules = dice.any_policy();
        const auto traits = dice.any_server();
        Premises premises{.session = {}, .server = {}, .fixed = {}, .at = now.wall};
        premises.server.kind = dice.one_in(2) ? traits.kind : Kind::automatic;
        if (dice.one_in(2)) premises.fixed.insert(Fact::time);
        if (dice.one_in(2)) {
            premises.server.timezone = traits.timezone;
            premises.fixed.insert(Fact::timezone);
        }
        const bool says_idle = dice.one_in(2);
        const bool says_files = dice.one_in(2);
        const auto sessions = dice.sessions();
        for (const auto& session : sessions) {
            // Without the domain, it may be anybody of that name.
            premises.session = {.user = session.user};
            if (dice.one_in(2) && session.user.starts_with("LAB\\"))
                premises.session.user = session.user.substr(4);
            if (says_idle) premises.session.idle = session.idle;
            if (says_files) premises.session.open_files = session.open_files;
            const bool never = never_ends(rules, premises).outcome == Proof::Outcome::proven;
            proven += never ? 1 : 0;
            // With all others there, and perhaps a past.
            auto seen = look(traits, sessions);
            const auto me = static_cast<std::size_t>(&session - sessions.data());
            if (auto& time = seen.sessions[me].quiet; time && dice.one_in(2))
                time = QuietTime{core::Seconds{dice.below(3) * 600}, 30min};
            const ServerLook* looks[] = {&seen};
            Crowd crowd;
            crowd.add({}, dice.one_in(2));
            const bool ends_it = decide_all(rules, looks, crowd).front()[me].ends();
            ended += ends_it ? 1 : 0;
            ASSERT_FALSE(never && ends_it) << seed;
        }
    }
    EXPECT_GT(proven, 1000U);
    EXPECT_GT(ended, 1000U);
}

}  // namespace
}  // namespace curfew::policy
