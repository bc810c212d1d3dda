// From events to news: what is told, how often, and what is not.

#include "daemon/notify/notifier.hpp"

#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "core/errors/smb_error.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using config::News;
using policy::Why;

class HandClock final : public Clock {
  public:
    core::Now now() const override { return time; }
    boost::asio::awaitable<void> wait_until(core::SteadyTime) override { co_return; }
    core::Now time{core::SteadyTime{} + 1000h, core::WallTime{} + 500'000h};
};

class NotifierTest : public ::testing::Test {
  protected:
    NotifierTest() {
        policy.rules.resize(2);
        policy.rules[0].key.name = "idle";
        policy.rules[0].reason = "idle for long";
        policy.rules[0].owner = "it";
        policy.rules[0].ticket = "T-1";
        policy.rules[1].key.name = "closed";
    }
    policy::Disconnect wanted(std::size_t rule = 0) {
        return {*core::ClientName::from("10.20.1.7"), *core::UserName::from("anna"), rule, {0}, {}};
    }
    void passed(const Verdict& verdict, std::size_t rule = 0, const std::string& server = "fs1") {
        const auto disconnect = wanted(rule);
        notifier.passed({server, policy, look, disconnect, verdict});
    }
    void settled(Outcome outcome, core::Error error = {}) {
        Verdict verdict;
        verdict.kind = Verdict::Kind::settled;
        verdict.result.outcome = outcome;
        verdict.result.error = std::move(error);
        verdict.sessions = 2;
        passed(verdict);
    }
    void held(Why why, std::size_t rule = 0, const std::string& server = "fs1") {
        Verdict verdict;
        verdict.why = why;
        passed(verdict, rule, server);
    }
    void withheld(Why why, std::optional<std::size_t> rule = 0) {
        const std::string server = "fs1";
        const policy::Withheld one{"10.20.1.7", "anna", rule, why, "in detail"};
        notifier.withheld({server, policy, look, one});
    }
    void fails(std::uint32_t in_a_row, const std::string& server = "fs1") {
        const core::Error error{core::make_error_code(core::SmbError::timed_out), "logging on"};
        notifier.failed({server, error, in_a_row, 1s, {}});
    }
    void answers(std::uint32_t failures_before = 0, const std::string& server = "fs1") {
        notifier.looked({server, policy, look, plan, 1s, failures_before});
    }
    void configuration(Watcher::Configuration::Is is, std::string digest,
                       std::vector<std::string> reasons = {}) {
        notifier.configuration({is, std::move(digest), std::move(reasons)});
    }
    static std::string field(const Story& story, std::string_view key) {
        for (const auto& one : story.fields) {
            if (one.key == key) return one.text;
        }
        return "(none)";
    }
    std::vector<News> events() const {
        std::vector<News> all;
        for (const auto& story : told) all.push_back(story.event);
        return all;
    }

    HandClock clock;
    policy::Policy policy;
    policy::ServerLook look;
    policy::ServerPlan plan;
    std::vector<Story> told;
    Notifier notifier{clock, [this](const Story& story) { told.push_back(story); }};
};

TEST_F(NotifierTest, tells_of_every_call_with_its_outcome) {
    settled(Outcome::ended);
    ASSERT_EQ(told.size(), 1u);
    const auto& story = told[0];
    EXPECT_EQ(story.event, News::disconnect);
    EXPECT_EQ(story.severity, Severity::info);
    EXPECT_EQ(story.text, "Ended 2 sessions of anna from 10.20.1.7 on fs1 (rule \"idle\").");
    EXPECT_EQ(field(story, "server"), "fs1");
    EXPECT_EQ(field(story, "client"), "10.20.1.7");
    EXPECT_EQ(field(story, "user"), "anna");
    EXPECT_EQ(field(story, "sessions"), "2");
    EXPECT_EQ(field(story, "rule"), "idle");
    EXPECT_EQ(field(story, "reason"), "idle for long");
    EXPECT_EQ(field(story, "owner"), "it");
    EXPECT_EQ(field(story, "ticket"), "T-1");
    EXPECT_EQ(field(story, "outcome"), "ended");
    EXPECT_EQ(field(story, "error"), "(none)");
    settled(Outcome::error, {core::make_error_code(core::NetApiStatus::access_denied), {}});
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[1].severity, Severity::warning);
    EXPECT_EQ(field(told[1], "error"), "ERROR_ACCESS_DENIED");
    EXPECT_EQ(field(told[1], "code"), "5");
    for (const auto outcome : {Outcome::already_gone, Outcome::still_there, Outcome::unknown})
        settled(outcome);
    EXPECT_EQ(told.size(), 5u);
}

TEST_F(NotifierTest, says_who_wanted_it) {
    Verdict verdict;
    verdict.kind = Verdict::Kind::settled;
    verdict.result.outcome = Outcome::ended;
    verdict.sessions = 1;
    const std::string server = "fs1";
    const auto disconnect = wanted();
    notifier.passed(
        {server, policy, look, disconnect, verdict, Watcher::By::hand, "uid 1000 (ann)", "stolen laptop"});
    notifier.passed({server, policy, look, disconnect, verdict, Watcher::By::apply, "uid 1000 (ann)", {}});
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].text, "Ended 1 session of anna from 10.20.1.7 on fs1 (by hand, by uid 1000 (ann)).");
    EXPECT_EQ(field(told[0], "rule"), "(by hand)") << "whatever rule comes first in the file";
    EXPECT_EQ(field(told[0], "by"), "hand");
    EXPECT_EQ(field(told[0], "who"), "uid 1000 (ann)");
    EXPECT_EQ(field(told[0], "reason"), "stolen laptop");
    EXPECT_EQ(field(told[0], "owner"), "(none)");
    EXPECT_EQ(told[1].text,
              "Ended 1 session of anna from 10.20.1.7 on fs1 (rule \"idle\", applied by uid 1000 (ann)).");
    EXPECT_EQ(field(told[1], "rule"), "idle");
    EXPECT_EQ(field(told[1], "by"), "apply");
    EXPECT_EQ(field(told[1], "reason"), "idle for long");
    // Whoever applies a plan is told what a limit holds back.
    verdict.kind = Verdict::Kind::withheld;
    verdict.why = Why::limit_fleet;
    notifier.passed({server, policy, look, disconnect, verdict, Watcher::By::apply, "uid 1000 (ann)", {}});
    EXPECT_EQ(told.size(), 2u);
}

TEST_F(NotifierTest, says_nothing_of_who_was_spared) {
    settled(Outcome::not_asked);
    for (const auto why : {Why::is_protected, Why::own_session, Why::collateral, Why::tripped, Why::hold,
                           Why::pending, Why::observe, Why::no_longer_matches}) {
        held(why);
        withheld(why);
    }
    Verdict verdict;
    verdict.kind = Verdict::Kind::would_end;
    passed(verdict);
    verdict.kind = Verdict::Kind::refused;
    passed(verdict);
    EXPECT_TRUE(told.empty());
}

TEST_F(NotifierTest, a_limit_is_news_once_until_it_is_over_for_an_hour) {
    for (int minute = 0; minute < 300; ++minute) {
        held(Why::limit_per_server);
        held(Why::limit_per_server);
        clock.time.steady += 1min;
    }
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].event, News::limit);
    EXPECT_EQ(field(told[0], "why"), "limit per_server");
    EXPECT_EQ(field(told[0], "user"), "anna");
    EXPECT_NE(told[0].text.find("\"per_server\""), std::string::npos) << told[0].text;
    clock.time.steady += 58min;
    held(Why::limit_per_server);
    EXPECT_EQ(told.size(), 1u) << "59 minutes";
    clock.time.steady += 60min;
    held(Why::limit_per_server);
    EXPECT_EQ(told.size(), 2u);
}

TEST_F(NotifierTest, each_server_rule_and_limit_by_itself) {
    for (int twice = 0; twice < 2; ++twice) {
        held(Why::limit_per_server, 0, "fs1");
        held(Why::limit_per_server, 0, "fs2");
        held(Why::limit_per_server, 1, "fs1");
        held(Why::limit_fleet, 0, "fs1");
        withheld(Why::limit_per_target);
        withheld(Why::limit_fleet, std::nullopt);
    }
    EXPECT_EQ(told.size(), 6u);
    EXPECT_EQ(field(told[4], "detail"), "in detail");
    EXPECT_EQ(field(told[5], "rule"), "(by hand)");
}

TEST_F(NotifierTest, a_server_is_lost_after_three_failures_and_found_once) {
    answers();
    fails(1);
    fails(2);
    answers(2);
    EXPECT_TRUE(told.empty()) << "nobody missed it";
    for (std::uint32_t n = 1; n <= 10; ++n) fails(n);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].event, News::server_lost);
    EXPECT_EQ(field(told[0], "failures"), "3");
    EXPECT_EQ(field(told[0], "error"), "TIMED_OUT");
    answers(10);
    answers();
    EXPECT_EQ(events(), (std::vector{News::server_lost, News::server_found}));
    EXPECT_EQ(field(told[1], "failures"), "10");
    for (std::uint32_t n = 1; n <= 3; ++n) fails(n);
    EXPECT_EQ(told.size(), 3u);
}

TEST_F(NotifierTest, a_server_that_came_back_to_the_fleet_is_another_one) {
    for (std::uint32_t n = 1; n <= 5; ++n) fails(n);
    for (std::uint32_t n = 1; n <= 5; ++n) fails(n);
    EXPECT_EQ(events(), (std::vector{News::server_lost, News::server_lost}));
}

TEST_F(NotifierTest, tells_of_trips) {
    notifier.tripped({{"idle", "d"}, "fs1", 30, 40});
    notifier.tripped({{"idle", "d"}, std::nullopt, 300, 400});
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].event, News::tripped);
    EXPECT_EQ(told[0].severity, Severity::critical);
    EXPECT_EQ(field(told[0], "server"), "fs1");
    EXPECT_EQ(field(told[0], "would_end"), "30");
    EXPECT_EQ(field(told[0], "of"), "40");
    EXPECT_EQ(field(told[1], "server"), "(the whole fleet)");
}

TEST_F(NotifierTest, tells_what_became_of_a_configuration) {
    using Is = Watcher::Configuration::Is;
    configuration(Is::refused, "", {"curfew.yaml:3:1: unknown key", "another"});
    configuration(Is::refused, "", {"curfew.yaml:3:1: unknown key", "another"});
    configuration(Is::refused, "", {"curfew.yaml:3:2: unknown key"});
    configuration(Is::unchanged, "a");
    configuration(Is::waits, "b", {"it would drop 6 of 10 servers"});
    configuration(Is::in_force, "b");
    EXPECT_EQ(events(), (std::vector{News::config_refused, News::config_refused, News::config_waits,
                                     News::config_applied}));
    EXPECT_EQ(told[0].reasons.size(), 2u);
    EXPECT_NE(told[0].text.find("curfew.yaml:3:1: unknown key"), std::string::npos);
    EXPECT_EQ(field(told[0], "digest"), "(none)");
    EXPECT_EQ(field(told[2], "digest"), "b");
}

TEST_F(NotifierTest, tells_of_the_audit_once) {
    notifier.audit_health("");
    EXPECT_TRUE(told.empty()) << "it was well all the time";
    notifier.audit_health("disk full");
    notifier.audit_health("disk still full");
    notifier.audit_health("");
    notifier.audit_health("");
    EXPECT_EQ(events(), (std::vector{News::audit_failed, News::audit_recovered}));
    EXPECT_EQ(told[0].severity, Severity::critical);
}

TEST_F(NotifierTest, throws_nothing_whatever_becomes_of_it) {
    Notifier deaf{clock, [](const Story&) { throw std::bad_alloc{}; }};
    EXPECT_NO_THROW(deaf.tripped({{"idle", "d"}, "fs1", 30, 40}));
    EXPECT_NO_THROW(deaf.audit_health("disk full"));
    const std::string server = "fs1";
    const core::Error error{core::make_error_code(core::SmbError::timed_out), {}};
    EXPECT_NO_THROW(deaf.failed({server, error, 3, 1s, {}}));
}

}  // namespace
}  // namespace curfew::daemon
