#include "daemon/metrics/metrics.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

using policy::build::disconnect;
using policy::build::user;

// With every metric there is, and a rule of a name that no label would like.
std::string everything() {
    auto rules = policy::build::policy({disconnect("he said \"now\"\n\\ {rule=\"x\"}", user({"anna"}))});
    const auto look = policy::build::windows({{.user = "anna"}});
    const auto plan = policy::plan_server(rules, look);
    const std::string server = "fs1\"}\n";
    Metrics metrics;
    metrics.looked({server, rules, look, plan, std::chrono::milliseconds{3}, 0});
    const core::Error denied{core::make_error_code(core::NetApiStatus::access_denied), ""};
    metrics.failed({server, denied, 1, std::chrono::seconds{10}, {}});
    Verdict verdict;
    verdict.kind = Verdict::Kind::settled;
    verdict.result.outcome = Outcome::ended;
    verdict.sessions = 2;
    metrics.passed({server, rules, look, plan.disconnects.at(0), verdict});
    metrics.passed(
        {server, rules, look, plan.disconnects.at(0), verdict, Watcher::By::hand, "uid 1000", "why"});
    metrics.passed({server, rules, look, plan.disconnects.at(0), verdict, Watcher::By::apply, "uid 1000"});
    metrics.tripped({rules.rules[0].key, server, 9, 10});
    metrics.configuration({Watcher::Configuration::Is::refused, "", {"curfew.yaml:1:1: no"}});
    metrics.audit_health("SQLITE_FULL (13)");
    Status status;
    status.version = "0.1.0";
    status.config.digest = "abc";
    status.servers.push_back(
        {.server = server, .state = ServerStatus::State::ok, .last_look = core::WallTime{}});
    status.trips.push_back({rules.rules[0].key, server, 9, 10});
    MomentNumbers moment;
    moment.decisions[{rules.rules[0].key.name, "pending"}] = 4;
    moment.withheld["limit per_server"] = 3;
    moment.webhooks.push_back({5, 1, {{"too_old", 2}}});
    return metrics.text(status, moment);
}

TEST(Metrics, are_as_counted) {
    const auto text = everything();
    for (const char* line :
         {"curfew_looks_total{result=\"ok\"} 1", "curfew_looks_total{result=\"failed\"} 1",
          "curfew_look_duration_seconds_count 2",
          "curfew_disconnects_total{by=\"rule\",outcome=\"ended\",rule=",
          "curfew_config_reloads_total{result=\"refused\"} 1", "curfew_audit_failures_total 1",
          "curfew_sessions_ended_total{by=\"hand\",rule=\"(by hand)\"} 2",
          "curfew_sessions_ended_total{by=\"apply\",rule=\"he",
          "curfew_decisions{decision=\"pending\",rule=", "curfew_withheld{why=\"limit per_server\"} 3",
          "curfew_notifications_lost_total{reason=\"too_old\",webhook=\"0\"} 2",
          "curfew_servers{state=\"ok\"} 1", "curfew_servers{state=\"failing\"} 0",
          "curfew_build_info{version=\"0.1.0\"} 1", "process_open_fds "})
        EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
    EXPECT_EQ(text.find("anna"), std::string::npos) << "no name of a user";
}

// Nobody has said how many sessions there are, and that is not none.
TEST(Metrics, what_is_not_known_of_a_server_is_not_there) {
    Status status;
    status.servers.push_back({.server = "fs1"});
    status.servers.push_back({.server = "fs2", .state = ServerStatus::State::failing});
    const auto text = Metrics{}.text(status, {});
    EXPECT_EQ(text.find("curfew_server_sessions{"), std::string::npos) << text;
    EXPECT_EQ(text.find("curfew_server_last_look_timestamp_seconds{"), std::string::npos) << text;
    EXPECT_NE(text.find("curfew_server_up{server=\"fs1\"} 0"), std::string::npos) << text;
}

// What Prometheus itself thinks of it.
TEST(Metrics, promtool_has_nothing_to_say) {
    if (std::system("command -v promtool >/dev/null") != 0) GTEST_SKIP() << "promtool (package prometheus)";
    const std::string path = ::testing::TempDir() + "metrics." + std::to_string(::getpid());
    std::ofstream{path} << everything();
    const int status = std::system(("promtool check metrics <" + path).c_str());
    std::remove(path.c_str());
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace curfew::daemon
