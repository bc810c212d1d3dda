// A compiled policy says what decide() says, of everybody: by dice, with few names and values, so that all
// kinds of conditions meet all kinds of sessions; and it does so without the heap.

#include "policy/decider.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "builders.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

class MoreDice : public Dice {
  public:
    explicit MoreDice(unsigned seed) : Dice(seed) {
        for (int i = 0; i < 3; ++i) lists_.push_back(user_list());
        for (int i = 0; i < 3; ++i) client_lists_.push_back(client_list());
        for (int i = 0; i < 2; ++i) schedules_.push_back(hours());
    }

    Condition leaf() {
        static constexpr const char* servers[] = {"fs1", "FS*", "/fs[0-9]/", "*", "other", "nas-?"};
        static constexpr const char* tags[] = {"ring0", "finance", "berlin"};
        static constexpr const char* users[] = {"anna",         "B*",      "svc-*",       "LAB\\anna",
                                                "lab\\*",       "*\\anna", "*n*",         "an?a",
                                                "/.*ack(up|)/", "[ab]*",   "/lab\\\\.*/", "A\\B\\C"};
        static constexpr const char* clients[] = {"10.20.1.7", "10.20.0.0/16", "10.0.0.0/8", "WKS-*",   "*17",
                                                  "/wks.*/",   "fe80::/10",    "::/0",       "w[k]s-17"};
        switch (below(17)) {
            case 0: return server_named({pick(servers), pick(servers)});
            case 1: return {HasTag{{pick(tags), pick(tags)}}};
            case 2: return user({pick(users)});
            case 3: return user({pick(users), pick(users), pick(users)});
            case 4: return {UserMatches{{pick_of(lists_), UserPattern::compile(pick(users)).value()}}};
            case 5: return client({pick(clients)});
            case 6: return client({pick(clients), pick(clients)});
            case 7: return {ClientMatches{{pick_of(client_lists_)}}};
            case 8: return {IdleIn{range()}};
            case 9: return {ConnectedIn{range()}};
            case 10: return {OpenFilesIn{{bound<std::uint32_t>(), bound<std::uint32_t>()}}};
            case 11: return attribute();
            case 12: return pick_of(schedules_);
            case 13: return {QuietIn{range()}};
            case 14: return {IdleIn{range(), core::Seconds{below(3) * 1800}}};
            case 15: return {Concurrent{.more_than = 1}};
            default: return one_in(5) ? nothing() : always();
        }
    }
    Condition tree(int depth) {
        if (depth == 0 || one_in(4)) return leaf();
        switch (below(4)) {
            case 0: return not_(tree(depth - 1));
            case 1: return any(several(depth));
            default: return all(several(depth));
        }
    }
    Policy large_policy() {
        Policy result;
        for (unsigned i = below(4); i > 0; --i) result.protect.push_back({tree(3), "protected"});
        // Many rules, each for few, so that far ones are met too.
        const bool many = one_in(8);
        const unsigned count = many ? 60 + below(80) : below(12);
        for (unsigned i = 0; i < count; ++i) {
            Rule next = rule(static_cast<int>(i));
            next.when = many ? all({leaf(), leaf(), tree(1), leaf(), leaf(), leaf(), leaf()}) : tree(3);
            if (many) next.then = Action::disconnect;
            if (one_in(3)) next.hold = 5min;
            if (one_in(8)) next.from = now.wall + core::Seconds{below(3)} - 1s;
            if (one_in(8)) next.until = now.wall + core::Seconds{below(3)} - 1s;
            result.rules.push_back(std::move(next));
        }
        return result;
    }
    ServerLook any_look() {
        static constexpr const char* names[] = {"fs1", "FS2", "nas-\xC3\x84", "fs\xFF"};
        auto traits = any_server();
        traits.name = pick(names);
        if (one_in(3)) traits.tags.emplace_back("finance");
        auto specs = sessions();
        for (auto& spec : specs) {
            if (one_in(8)) spec.user = pick(odd_users);
            if (one_in(8)) spec.client = pick(odd_clients);
        }
        static constexpr core::Level levels[] = {core::Level::names, core::Level::transports,
                                                 core::Level::administrative};
        auto seen = facts_of(traits, enumeration(pick(levels), specs), now);
        for (auto& session : seen.sessions) {
            if (one_in(3)) continue;
            session.quiet = QuietTime{core::Seconds{below(4) * 1800}, std::nullopt};
            if (one_in(2)) session.quiet->at_most = session.quiet->at_least + core::Seconds{below(3) * 900};
        }
        return seen;
    }

  private:
    static constexpr const char* odd_users[] = {"LAB\\b\xFF", "\xFF\\anna", "LAB\\A\\B",  "\\anna",
                                                "\\a\\b",     "a\\b\\c",    "AN\xC3\x84", "LAB\\svc-x"};
    static constexpr const char* odd_clients[] = {"wks-\xFF", "[::ffff:10.20.1.7]", "WKS-1",
                                                  "w\xE2\x84\xAAs-17"};

    template <class T> const T& pick_of(const std::vector<T>& choices) {
        return choices[below(static_cast<unsigned>(choices.size()))];
    }
    std::vector<Condition> several(int depth) {
        std::vector<Condition> result;
        for (unsigned i = 1 + below(4); i > 0; --i) result.push_back(tree(depth - 1));
        return result;
    }
    // What no configuration holds, and what is unknown of everybody.
    Condition nothing() {
        switch (below(4)) {
            case 0: return all({});
            case 1: return any({});
            case 2: return {UserMatches{}};
            default: return {Not{}};
        }
    }
    template <class T> std::optional<T> bound() {
        if (one_in(3)) return std::nullopt;
        return T{below(3)};
    }
    Range<core::Seconds> range() {
        Range<core::Seconds> result;
        if (!one_in(3)) result.at_least = core::Seconds{below(4) * 1800};
        if (!one_in(3)) result.below = core::Seconds{below(4) * 1800};
        return result;
    }
    UserPattern user_list() {
        static constexpr const char* names[] = {"anna", "b*", "LAB\\bob", "/svc-.*/", "*up", "x\\*"};
        std::vector<UserPattern> entries;
        for (unsigned i = below(4); i > 0; --i) entries.push_back(UserPattern::compile(pick(names)).value());
        return UserPattern::list("list:x", entries);
    }
    ClientPattern client_list() {
        static constexpr const char* names[] = {"10.20.1.7", "10.30.0.0/16", "wks-*", "*7", "fe80::1"};
        std::vector<ClientPattern> entries;
        for (unsigned i = below(4); i > 0; --i)
            entries.push_back(ClientPattern::compile(pick(names)).value());
        return ClientPattern::list("list:x", entries);
    }

    std::vector<UserPattern> lists_;
    std::vector<ClientPattern> client_lists_;
    std::vector<Condition> schedules_;
};

void expect_same(const Decision& fast, const Decision& slow, unsigned seed, std::size_t session) {
    ASSERT_EQ(fast.action, slow.action) << seed << ", session " << session;
    ASSERT_EQ(fast.rule, slow.rule) << seed << ", session " << session;
    ASSERT_EQ(fast.protection, slow.protection) << seed << ", session " << session;
    ASSERT_EQ(fast.observed, slow.observed) << seed << ", session " << session;
    ASSERT_EQ(fast.waits_for_quiet, slow.waits_for_quiet) << seed << ", session " << session;
    ASSERT_EQ(fast.pending, slow.pending) << seed << ", session " << session;
}

TEST(Decider, says_what_decide_says) {
    std::size_t decided = 0, kept = 0, is_protected = 0, observed = 0, waiting = 0, late = 0;
    for (unsigned seed = 0; seed < 8'000; ++seed) {
        MoreDice dice{seed};
        Policy policy = dice.large_policy();
        compile(policy);
        for (int looks = 0; looks < 2; ++looks) {
            const auto seen = dice.any_look();
            Decider decider{policy, seen.server, seen.at.wall};
            for (std::size_t i = 0; i < seen.sessions.size(); ++i) {
                const auto slow = decide(policy, seen.server, seen.sessions[i], seen.at.wall);
                expect_same(decider(seen.sessions[i]), slow, seed, i);
                if (HasFatalFailure()) return;
                decided += slow.rule.has_value();
                kept += slow.rule && slow.action == Action::keep;
                is_protected += slow.protection.has_value();
                observed += !slow.observed.empty();
                waiting += slow.waits_for_quiet.has_value();
                late += slow.rule && *slow.rule > 64;
            }
        }
    }
    for (const std::size_t met : {decided, kept, is_protected, observed}) EXPECT_GT(met, 5'000U);
    EXPECT_GT(waiting, 100U);
    EXPECT_GT(late, 10U);
}

TEST(Decider, of_policies_as_other_tests_know_them) {
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        Dice dice{seed};
        Policy policy = dice.any_policy();
        compile(policy);
        const auto seen = look(dice.any_server(), dice.sessions());
        Decider decider{policy, seen.server, seen.at.wall};
        for (std::size_t i = 0; i < seen.sessions.size(); ++i) {
            const auto slow = decide(policy, seen.server, seen.sessions[i], seen.at.wall);
            expect_same(decider(seen.sessions[i]), slow, seed, i);
            if (HasFatalFailure()) return;
        }
    }
}

// Whoever copies a policy may be about to change it.
TEST(Decider, a_copy_of_a_policy_is_not_compiled) {
    Policy original = policy({disconnect("all", always())});
    compile(original);
    ASSERT_NE(original.compiled.index(), nullptr);
    Policy copy = original;
    EXPECT_EQ(copy.compiled.index(), nullptr);
    copy.rules.insert(copy.rules.begin(), keep("first", always()));
    const auto seen = windows({{.user = "anna"}});
    EXPECT_EQ(Decider(copy, seen.server, seen.at.wall)(seen.sessions.front()).action, Action::keep);
    Policy assigned = policy({keep("none", always())});
    compile(assigned);
    assigned = original;
    EXPECT_EQ(assigned.compiled.index(), nullptr);
    const Policy moved = std::move(original);
    EXPECT_NE(moved.compiled.index(), nullptr);
}

// More alternatives than are taken apart, and more bounds than are worth a row each.
TEST(Decider, what_is_too_large_to_be_indexed_is_asked) {
    std::vector<Condition> pairs;
    for (int i = 0; i < 40; ++i)
        pairs.push_back(all({user({"u" + std::to_string(i)}), idle(core::Seconds{i})}));
    Policy rules = policy({disconnect("pairs", any(pairs)), disconnect("nobody", not_(any(pairs)))});
    for (int i = 0; i < 5'000; ++i)
        rules.rules.push_back(disconnect("r", all({user({"v"}), idle(core::Seconds{10'000 - i})})));
    compile(rules);
    std::vector<SessionSpec> specs;
    for (const int seconds : {0, 3, 39, 5'001, 5'002, 7'000, 10'000, 10'001})
        for (const auto* name : {"u3", "u39", "v", "x"})
            specs.push_back({.user = name, .idle = core::Seconds{seconds}});
    const auto seen = windows(specs);
    Decider decider{rules, seen.server, seen.at.wall};
    for (std::size_t i = 0; i < seen.sessions.size(); ++i)
        expect_same(decider(seen.sessions[i]), decide(rules, seen.server, seen.sessions[i], seen.at.wall), 0,
                    i);
}

}  // namespace
}  // namespace curfew::policy
