// The promise itself, over fleets, policies and mishaps by dice: whenever a server ends a session, the state
// it had reported last, judged naively, let it be ended. The judge knows policy::decide and nothing of plans,
// gates and ledgers.

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/text/utf.hpp"
#include "tests/daemon/world.hpp"
#include "tests/policy/random_policy.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::Dice;

constexpr unsigned fleets = 600;
constexpr unsigned rounds = 12;

SessionText any_session(Dice& dice) {
    static constexpr const char* users[] = {"anna", "Anna", "LAB\\anna",  "bob",
                                            "carl", "",     "svc-backup", "svc-curfew"};
    static constexpr const char* clients[] = {"10.20.1.7", "10.20.1.8", "::ffff:10.20.1.7",
                                              "WKS-17",    "wks-17",    "10.9.9.9"};
    SessionText session{.user = dice.pick(users), .client = dice.pick(clients)};
    session.idle = 30min * dice.below(4);
    session.connected = session.idle + core::Milliseconds{dice.below(7'200'000)};
    if (dice.one_in(10)) session.connected = core::Milliseconds{dice.below(1500)};
    session.open_files = dice.below(2);
    return session;
}

// Connections carry sessions of one client each; which of them share one is the server's secret.
void add_any(Dice& dice, FakeServer& server, bool shares) {
    auto session = any_session(dice);
    if (shares && dice.one_in(2))
        session.process =
            session.client.find("17") != std::string::npos || session.client.ends_with("7") ? 1 : 2;
    // One spelling of a client a process, as a server would have it.
    if (session.process == 1 && session.client != "10.20.1.7") session.process = 0;
    if (session.process == 2 && session.client != "10.20.1.8") session.process = 0;
    server.add(session);
}

struct Mishaps {
    Dice& dice;
    bool shares;
    void operator()(FakeServer& server) const {
        auto& all = server.sessions;
        server.latency = core::Milliseconds{dice.one_in(20) ? 12'000 : dice.below(2'000)};
        server.linger = static_cast<int>(dice.below(4));
        if (dice.one_in(4)) add_any(dice, server, shares);
        if (dice.one_in(6) && !all.empty()) all.erase(all.begin() + dice.below(unsigned(all.size())));
        if (dice.one_in(3) && !all.empty()) {
            auto& session = all[dice.below(unsigned(all.size()))];
            session.open_files = dice.below(2);
            if (dice.one_in(2)) session.active = session.started + 1s;
        }
        if (dice.one_in(3) && !all.empty()) server.wake(all[dice.below(unsigned(all.size()))].user);
        if (dice.one_in(8)) server.fail_look(server.looks(), connection_lost());
        if (dice.one_in(8)) {
            // Neither a server's own word nor what was never sent ends anybody; a reply that is lost may.
            const FakeServer::DelFault faults[] = {{net_api(5), true, false},
                                                   {net_api(2312), true, false},
                                                   {timed_out(), true, dice.one_in(2)},
                                                   {connection_lost(), true, dice.one_in(2)},
                                                   {connection_lost(), false, false}};
            server.fail_del(server.dels() + 1, dice.pick(faults));
        }
        if (dice.one_in(12))
            server.level = dice.one_in(3) ? core::Level::anyone : core::Level::administrative;
    }
};

class Judge {
  public:
    explicit Judge(World& world) : world_(world) {}

    void saw(FakeServer& server, const std::vector<FakeSession>& ended) {
        const auto& config = config_of(server);
        ASSERT_EQ(world_.config.mode, policy::Mode::enforce);
        ASSERT_EQ(config.mode, policy::Mode::enforce);
        for (const auto& other : world_.servers) ASSERT_GT(other->looks(), 0u) << "every server was tried";
        ASSERT_LE(world_.clock.now().steady - server.last_answered_at(), 0s) << "asked right before";
        const auto& lines = world_.journal.lines;
        std::vector<std::string> of_server;
        for (const auto& line : lines) {
            if (line.starts_with(server.name + " ")) of_server.push_back(line);
        }
        ASSERT_GE(of_server.size(), 2u);
        ASSERT_EQ(of_server[of_server.size() - 2], server.name + " look") << "and about everybody";

        const auto looks = looks_at(server, config.traits);
        ASSERT_TRUE(looks.back());
        for (const auto& session : ended) {
            judge(*looks.back(), session);
            judge_hold(server, looks, session);
        }
        count(server, ended);
        sessions += ended.size();
    }

    std::size_t sessions = 0;
    std::size_t held = 0;  // of these, by a rule with `for`

  private:
    const config::Server& config_of(const FakeServer& server) const {
        return *std::find_if(world_.config.servers.begin(), world_.config.servers.end(),
                             [&](const auto& entry) { return entry.traits.name == server.name; });
    }

    // Everything the server ever said, with how long nobody saw a file open; empty where a look failed.
    std::vector<std::optional<policy::ServerLook>> looks_at(const FakeServer& server,
                                                            const policy::ServerTraits& traits) const {
        const core::Now now{server.last_answered_at(), world_.clock.now().wall};
        std::vector<std::optional<policy::ServerLook>> looks;
        policy::ServerMemory memory;
        for (const auto& seen : server.history()) {
            looks.emplace_back();
            if (!seen.answer) {
                memory.forget();
                continue;
            }
            auto& look = looks.back().emplace(
                policy::facts_of(traits, *seen.answer, {seen.at, now.wall - (now.steady - seen.at)}));
            policy::know_quiet(memory, world_.config.policy, look);
            std::vector<policy::Decision> decisions(look.sessions.size());
            policy::remember(memory, world_.config.policy, look, decisions);
        }
        return looks;
    }

    void judge(const policy::ServerLook& look, const FakeSession& session) {
        bool listed = false;
        for (const auto& facts : look.sessions) {
            if (facts.reported.user != session.user || facts.reported.client != session.client) continue;
            listed = true;
            ASSERT_EQ(facts.own, policy::Own::no);
            const auto decision = policy::decide(world_.config.policy, look.server, facts, look.at.wall);
            ASSERT_EQ(decision.protection, std::nullopt);
            ASSERT_EQ(decision.action, policy::Action::disconnect) << session.user << "@" << session.client;
            const auto& rule = world_.config.policy.rules[*decision.rule];
            ASSERT_EQ(rule.mode, policy::Mode::enforce);
            for (const auto& line : world_.logged("rule_tripped")) {
                const bool of_rule = line.find("rule=" + rule.key.name + " ") != std::string::npos;
                const bool here = line.find("(the whole fleet)") != std::string::npos ||
                                  line.find("server=" + look.server.traits.name + " ") != std::string::npos;
                ASSERT_FALSE(of_rule && here) << line;
            }
        }
        ASSERT_TRUE(listed) << "nobody knew of " << session.user << "@" << session.client;
        // A nameless one may go with others on its connection, where the policy wants it gone too; never by
        // itself.
        ASSERT_FALSE(session.client.empty());
    }

    // `for`, from what the server said ever since: no look failed or was late, and in each of them whoever
    // may have been this session was decided by the same rule.
    void judge_hold(const FakeServer& server, const std::vector<std::optional<policy::ServerLook>>& looks,
                    const FakeSession& session) {
        const policy::ServerLook& last = *looks.back();
        for (const std::size_t now : possible(last, session)) {
            const auto& rules = world_.config.policy.rules;
            const auto rule =
                policy::decide(world_.config.policy, last.server, last.sessions[now], last.at.wall).rule;
            if (!rules[*rule].hold) continue;
            ++held;
            auto later = server.history().back().at;
            bool long_enough = false;
            for (auto seen = server.history().rbegin(); !long_enough; ++seen) {
                ASSERT_NE(seen, server.history().rend()) << "not seen for as long as that";
                ASSERT_TRUE(seen->answer) << "a look failed";
                ASSERT_LE(later - seen->at, 70s) << "a look was late";
                later = seen->at;
                const auto& look = *looks[static_cast<std::size_t>(server.history().rend() - seen) - 1];
                const auto then = possible(look, session);
                ASSERT_FALSE(then.empty()) << "a look did not list it";
                for (const std::size_t one : then) {
                    const auto decision =
                        policy::decide(world_.config.policy, look.server, look.sessions[one], look.at.wall);
                    ASSERT_FALSE(decision.protection);
                    if (seen != server.history().rbegin()) {
                        ASSERT_EQ(decision.rule, rule);
                    }
                }
                long_enough = server.history().back().at - seen->at >= *rules[*rule].hold;
            }
        }
    }
    static std::vector<std::size_t> possible(const policy::ServerLook& look, const FakeSession& session) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < look.sessions.size(); ++i) {
            const auto& facts = look.sessions[i];
            if (facts.reported.user != session.user || facts.reported.client != session.client) continue;
            if (!facts.started || *facts.started < session.started || *facts.started > session.started + 1s)
                continue;
            found.push_back(i);
        }
        return found;
    }

    // Every limit of the file, counted again over all that was really ended.
    void count(const FakeServer& server, const std::vector<FakeSession>& ended) {
        for (const auto& session : ended)
            history_.push_back({world_.clock.now().steady, server.name, session.client});
        const auto within = [&](core::Seconds window, auto counts) {
            return std::count_if(history_.begin(), history_.end(), [&](const Ended& one) {
                return world_.clock.now().steady - one.at < window && counts(one);
            });
        };
        const auto& limits = world_.config.policy.limits;
        for (const auto& limit : limits.per_server) {
            ASSERT_LE(within(limit.window, [&](const Ended& one) { return one.server == server.name; }),
                      limit.count);
        }
        for (const auto& limit : limits.fleet)
            ASSERT_LE(within(limit.window, [](const Ended&) { return true; }), limit.count);
    }

    struct Ended {
        core::SteadyTime at;
        std::string server;
        std::string client;
    };
    World& world_;
    std::vector<Ended> history_;
};

TEST(Promise, no_session_is_ended_that_the_policy_would_have_kept) {
    std::size_t calls = 0, sessions = 0, held = 0, pending = 0, spared = 0, limited = 0, tripped = 0;
    for (unsigned seed = 0; seed < fleets && !HasFatalFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice{seed};
        auto rules = dice.any_policy();
        for (auto& rule : rules.rules) {
            static constexpr core::Seconds holds[] = {1s, 20s, 60s, 120s};
            if (rule.then == policy::Action::disconnect && dice.one_in(3)) rule.hold = dice.pick(holds);
        }
        World world{std::move(rules)};
        auto& limits = world.config.policy.limits;
        if (dice.one_in(2)) limits.per_server = {{1 + dice.below(4), 60s}};
        if (dice.one_in(2)) limits.fleet = {{2 + dice.below(4), 60s}, {4 + dice.below(20), 600s}};
        if (dice.one_in(2)) limits.per_target = {{1 + dice.below(3), 300s}};
        if (dice.one_in(3)) limits.share_fleet = policy::Share{1'000 * (1 + dice.below(9))};
        if (dice.one_in(3)) limits.share_server = policy::Share{1'000 * (1 + dice.below(9))};
        world.config.log.level = config::LogLevel::info;
        Judge judge{world};
        for (unsigned i = 0; i < 1 + dice.below(3); ++i) {
            const bool samba = dice.one_in(2);
            auto& server = world.add("fs" + std::to_string(i), samba ? Is::samba : Is::windows);
            auto& entry = world.config.servers.back();
            if (dice.one_in(3)) entry.traits.kind = policy::Kind::automatic;
            if (dice.one_in(4)) entry.traits.shared_connections = false;
            if (!dice.one_in(4)) entry.traits.timezone = dice.zone();
            if (dice.one_in(8)) entry.mode = policy::Mode::observe;
            const bool shares = samba && entry.traits.shared_connections;
            for (unsigned n = 2 + dice.below(9); n > 0; --n) add_any(dice, server, shares);
            server.before_every_look = Mishaps{dice, shares};
            server.on_del = [&judge](FakeServer& fs, const auto& ended) { judge.saw(fs, ended); };
        }
        world.start();
        for (unsigned round = 0; round < rounds; ++round) {
            world.visit_together();
            const bool late = dice.one_in(8);
            world.clock.advance(core::Milliseconds{late ? 70'001 : dice.below(40'000)});
        }
        const auto dels =
            world.journal.count("fs0 del") + world.journal.count("fs1 del") + world.journal.count("fs2 del");
        calls += dels;
        ASSERT_EQ(world.journal.count("intent"), world.journal.count("outcome"));
        spared += world.journal.count("outcome") - dels;
        sessions += judge.sessions;
        held += judge.held;
        for (const auto& line : world.logged("withheld")) {
            limited += line.find("why=\"limit") != std::string::npos;
            pending += line.find("why=pending") != std::string::npos;
            tripped += line.find("why=tripped") != std::string::npos;
        }
    }
    // What is never met is not tested.
    EXPECT_GT(calls, fleets);
    EXPECT_GT(sessions, fleets);
    EXPECT_GT(held, fleets / 10);
    EXPECT_GT(pending, fleets);
    EXPECT_GT(limited, fleets / 10);
    EXPECT_GT(spared, fleets / 4);
    EXPECT_GT(tripped, fleets / 50);
}

}  // namespace
}  // namespace curfew::daemon
