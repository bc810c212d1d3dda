// What became of a call: what the server lists afterwards, not what it said.

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::disconnect;
using policy::build::open_files;

class GateOutcome : public ::testing::Test {
  protected:
    FakeServer& with(Is is = Is::windows) {
        world_.emplace(policy::build::policy({disconnect("nothing open", open_files(0))}));
        auto& server = world_->add("fs1", is);
        server.add({.user = "anna"});
        world_->start();
        return server;
    }
    // The call of which the outcome is asked.
    Result ended() {
        auto proposal = world_->propose("anna");
        began_ = world_->clock.now().steady;
        const auto verdict = world_->enforce(std::move(proposal));
        EXPECT_EQ(verdict.kind, Verdict::Kind::settled);
        EXPECT_LE(world_->journal.count("fs1 del"), 1u) << "nothing is called twice";
        EXPECT_EQ(world_->journal.count("intent"), world_->journal.count("outcome"));
        return verdict.result;
    }
    auto took() { return world_->clock.now().steady - began_; }
    World& world() { return *world_; }

  private:
    std::optional<World> world_;
    core::SteadyTime began_{};
};

TEST_F(GateOutcome, ended) {
    with();
    EXPECT_EQ(ended().outcome, Outcome::ended);
    EXPECT_EQ(took(), 0s) << "no waiting where there is nothing to wait for";
}

TEST_F(GateOutcome, ended_a_little_later_as_on_samba) {
    auto& server = with(Is::samba);
    server.linger = 3;
    EXPECT_EQ(ended().outcome, Outcome::ended);
    EXPECT_GT(took(), 0s);
    EXPECT_LT(took(), 1s);
}

TEST_F(GateOutcome, still_there_after_five_seconds_and_not_for_ever) {
    auto& server = with();
    server.linger = 1'000'000;
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::still_there);
    EXPECT_FALSE(result.error.code);
    EXPECT_GE(took(), 5s);
    EXPECT_LT(took(), 6s);
    EXPECT_LT(server.looks(), 40u) << "and without asking all the time";
}

TEST_F(GateOutcome, ended_when_they_are_back_with_a_later_start) {
    auto& server = with();
    server.after_every_del = [](FakeServer& fs1) { fs1.add({.user = "anna", .connected = 0s}); };
    EXPECT_EQ(ended().outcome, Outcome::ended);
    EXPECT_EQ(server.alive("anna"), 1u);
}

TEST_F(GateOutcome, who_is_back_on_samba_within_a_second_is_not_who_left) {
    auto& server = with(Is::samba);
    server.after_every_del = [](FakeServer& fs1) { fs1.add({.user = "anna", .connected = 200ms}); };
    EXPECT_EQ(ended().outcome, Outcome::ended) << "an age of 0xFFFFFFFF is younger than a second";
    EXPECT_EQ(took(), 0s);
}

TEST_F(GateOutcome, of_several_sessions_one_that_stays_is_still_there) {
    auto& server = with();
    server.add({.user = "anna", .connected = 10min});
    server.after_every_del = [](FakeServer& fs1) { fs1.add({.user = "anna", .connected = 10min}); };
    EXPECT_EQ(ended().outcome, Outcome::still_there);
}

TEST_F(GateOutcome, already_gone_when_asked_again) {
    auto& server = with();
    auto proposal = world().propose("anna");
    server.remove("anna");
    EXPECT_EQ(world().enforce(std::move(proposal)).result.outcome, Outcome::already_gone);
    EXPECT_EQ(server.dels(), 0u);
}

TEST_F(GateOutcome, already_gone_when_called) {
    for (const Is is : {Is::windows, Is::samba}) {
        auto& server = with(is);
        server.on_del = [](FakeServer& fs1, const auto&) { fs1.remove("anna"); };
        server.fail_del(1, {net_api(is == Is::windows ? 2312 : 5)});
        EXPECT_EQ(ended().outcome, Outcome::already_gone);
    }
}

TEST_F(GateOutcome, a_named_error) {
    auto& server = with();
    server.fail_del(1, {net_api(5)});
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::error);
    EXPECT_EQ(core::name_of(result.error.code), "ERROR_ACCESS_DENIED");
    EXPECT_EQ(server.alive("anna"), 1u);
}

TEST_F(GateOutcome, another_error_is_not_taken_for_a_lack_of_rights) {
    auto& server = with();
    server.fail_del(1, {net_api(8)});
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::error);
    EXPECT_EQ(core::name_of(result.error.code), "ERROR_NOT_ENOUGH_MEMORY");
    EXPECT_EQ(result.detail.find("may not"), std::string::npos) << result.detail;
}

TEST_F(GateOutcome, nobody_of_that_name_who_is_listed_all_the_same) {
    auto& server = with();
    server.fail_del(1, {net_api(2221)});
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::still_there);
    EXPECT_EQ(core::name_of(result.error.code), "NERR_UserNotFound");
}

TEST_F(GateOutcome, no_reply_and_they_are_gone) {
    auto& server = with();
    server.fail_del(1, {connection_lost(), true, true});
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::ended);
    EXPECT_EQ(result.detail, "no reply, and they were gone afterwards");
}

TEST_F(GateOutcome, no_reply_and_they_are_there) {
    auto& server = with();
    server.fail_del(1, {timed_out(), true, false});
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::still_there);
    EXPECT_EQ(result.error.code, timed_out().code);
}

TEST_F(GateOutcome, no_reply_and_no_look_possible) {
    auto& server = with();
    server.fail_del(1, {connection_lost(), true, true});
    server.after_every_del = [](FakeServer& fs1) { fs1.fail_looks(timed_out()); };
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.error.code, connection_lost().code);
    EXPECT_LT(took(), 6s);
}

TEST_F(GateOutcome, a_reply_but_no_look_possible) {
    auto& server = with();
    server.after_every_del = [](FakeServer& fs1) { fs1.fail_looks(timed_out()); };
    EXPECT_EQ(ended().outcome, Outcome::unknown);
}

TEST_F(GateOutcome, who_is_spelled_otherwise_is_looked_for_as_well) {
    auto& server = with();
    server.add({.user = "LAB\\anna", .client = "::ffff:10.20.1.7", .connected = 1h});
    server.after_every_del = [](FakeServer& fs1) {
        fs1.add({.user = "LAB\\anna", .client = "::ffff:10.20.1.7", .connected = 1h});
    };
    EXPECT_EQ(ended().outcome, Outcome::still_there);
}

TEST_F(GateOutcome, a_look_without_users_is_no_answer) {
    auto& server = with();
    server.fail_del(1, {net_api(5)});
    server.after_every_del = [](FakeServer& fs1) { fs1.level = core::Level::names; };
    EXPECT_EQ(ended().outcome, Outcome::unknown) << "nobody of that name is listed where no names are";
}

TEST_F(GateOutcome, a_look_that_fails_in_between_is_no_answer) {
    auto& server = with();
    server.fail_look(3, connection_lost());
    EXPECT_EQ(ended().outcome, Outcome::ended);
    EXPECT_EQ(server.looks(), 4u);
}

TEST_F(GateOutcome, a_call_that_was_not_sent) {
    auto& server = with();
    server.fail_del(1, {connection_lost(), false, false});
    const auto result = ended();
    EXPECT_EQ(result.outcome, Outcome::not_asked);
    EXPECT_EQ(result.error.code, connection_lost().code);
    EXPECT_EQ(server.looks(), 2u) << "nothing happened that there would be to look for";
}

}  // namespace
}  // namespace curfew::daemon
