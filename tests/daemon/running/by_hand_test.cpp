// What a person ends through the daemon: how often it is tried, who is told, and who closes the connection.

#include "daemon/by_hand/by_hand.hpp"

#include <gtest/gtest.h>

#include "core/errors/smb_error.hpp"
#include "daemon/by_hand/apply.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace fake;
using policy::build::disconnect;
using policy::build::user;

class Told final : public Watcher {
  public:
    struct One {
        By by;
        std::string server;
        std::string user;
        std::string who;
        std::string reason;
        Outcome outcome;
        std::uint64_t sessions;
        bool operator==(const One&) const = default;
    };
    void passed(const Passed& event) override {
        all.push_back({event.by, event.server, event.wanted.user.text(), event.who, event.reason,
                       event.verdict.result.outcome, event.verdict.sessions});
    }
    std::vector<One> all;
};

class ByHandTest : public ::testing::Test {
  protected:
    ByHandTest() {
        server.add({.user = "anna"});
        server.add({.user = "bob", .client = "10.20.1.8"});
        world.start();
    }
    // Shown, agreed to, and ended.
    Verdict end(const std::string& who) {
        auto looking = look_by_hand(world.members[0], *world.fleet, {std::nullopt, who}, world.clock);
        const auto shown = world.run(std::move(looking));
        if (!shown || shown->plan.disconnects.empty()) throw std::logic_error{"nobody is shown"};
        world.journal.lines.clear();
        auto ending = end_by_hand(*world.gate, world.clock, *shown, shown->plan.disconnects[0],
                                  "stolen laptop", "uid 1000", &told);
        return world.run(std::move(ending));
    }
    static core::Error being_asked() { return {core::make_error_code(core::SmbError::abandoned), "asked"}; }

    World world{policy::build::policy({disconnect("idle", user({"bob"}))})};
    FakeServer& server = world.add("fs1", Is::windows);
    Told told;
};

TEST_F(ByHandTest, whoever_watches_is_told_once) {
    EXPECT_EQ(end("anna").result.outcome, Outcome::ended);
    const std::vector<Told::One> expected{
        {Watcher::By::hand, "fs1", "anna", "uid 1000", "stolen laptop", Outcome::ended, 1}};
    EXPECT_EQ(told.all, expected);
}

// A call that could not be made because the server was being asked is no answer to the person.
TEST_F(ByHandTest, a_server_that_is_being_asked_is_tried_again) {
    server.fail_del(1, {being_asked(), false, false});
    server.fail_del(2, {being_asked(), false, false});
    EXPECT_EQ(end("anna").result.outcome, Outcome::ended);
    EXPECT_EQ(server.alive("anna"), 0u);
    EXPECT_EQ(server.dels(), 3u);
    EXPECT_EQ(world.journal.count("intent"), 3u) << "each of them is in the audit before";
    EXPECT_EQ(told.all.size(), 1u) << "and it is one disconnect";
}

TEST_F(ByHandTest, but_not_for_ever) {
    for (unsigned n = 1; n <= 9; ++n) server.fail_del(n, {being_asked(), false, false});
    const auto verdict = end("anna");
    EXPECT_EQ(verdict.result.outcome, Outcome::not_asked);
    EXPECT_EQ(server.dels(), 3u);
    EXPECT_EQ(server.alive("anna"), 1u);
    ASSERT_EQ(told.all.size(), 1u);
    EXPECT_EQ(told.all[0].outcome, Outcome::not_asked);
}

// What may have had an effect is never done twice.
TEST_F(ByHandTest, a_call_that_was_sent_is_not_tried_again) {
    server.fail_del(1, {being_asked(), true, true});
    end("anna");
    EXPECT_EQ(server.dels(), 1u);
}

TEST_F(ByHandTest, the_connection_of_a_server_that_left_meanwhile_is_closed) {
    EXPECT_EQ(end("anna").result.outcome, Outcome::ended);
    EXPECT_EQ(world.journal.count("fs1 close"), 0u) << "it is kept for as long as the server is in the fleet";
    server.on_del = [&](FakeServer&, const auto&) { world.members[0]->gone = true; };
    EXPECT_EQ(end("bob").result.outcome, Outcome::ended);
    EXPECT_EQ(world.journal.count("fs1 close"), 1u);
    ASSERT_FALSE(world.journal.lines.empty());
    EXPECT_EQ(world.journal.lines.back(), "fs1 close") << "after all else";
}

TEST_F(ByHandTest, a_plan_that_is_applied_is_told_too) {
    world.visit_all();
    ASSERT_EQ(server.alive("bob"), 0u);
    server.add({.user = "bob", .client = "10.20.1.9"});
    const auto look = world.look_at(0);
    const auto plan = policy::plan_server(world.config.policy, look);
    ASSERT_EQ(plan.disconnects.size(), 1u);
    std::vector<PlanFile::Entry> entries{plan_entry(world.config.policy, look, plan.disconnects[0])};
    Applying applying{*world.fleet, *world.gate, world.clock, false, "uid 1000", world.config.digest};
    applying.watcher = &told;
    auto work = apply_on(world.members[0], applying, entries);
    const auto done = world.run(std::move(work));
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(done[0].text, "ended");
    const std::vector<Told::One> expected{
        {Watcher::By::apply, "fs1", "bob", "uid 1000", "", Outcome::ended, 1}};
    EXPECT_EQ(told.all, expected);
}

}  // namespace
}  // namespace curfew::daemon
