#include "daemon/log/log.hpp"

#include <regex>

#include <gtest/gtest.h>

#include "daemon/fleet/sayings.hpp"
#include "daemon/gate/log_audit.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using config::LogFormat;
using config::LogLevel;

TEST(Log, renders_text_and_json) {
    const std::vector<Field> fields{{"server", "fs1"},
                                    {"user", "LAB\\anna b"},
                                    {"sessions", std::uint64_t{3}},
                                    {"code", -5},
                                    {"text", std::string{"5"}}};
    EXPECT_EQ(render(LogFormat::text, "withheld", fields),
              R"(withheld server=fs1 user="LAB\\anna b" sessions=3 code=-5 text=5)");
    EXPECT_EQ(render(LogFormat::json, "withheld", fields),
              R"("event":"withheld","server":"fs1","user":"LAB\\anna b","sessions":3,"code":-5,"text":"5")");
    EXPECT_EQ(render(LogFormat::text, "stopped", {}), "stopped");
}

TEST(Log, one_line_an_event_whatever_the_names) {
    const std::string name = "x\n2026-01-01T00:00:00Z error forged server=fs1\r\x1b[2J\u2028{}%v%d\xff";
    for (const auto format : {LogFormat::text, LogFormat::json}) {
        auto sink = std::make_shared<LogLines>();
        Log log{{format, LogLevel::debug}, sink};
        log.info("withheld", {{"user", name}});
        ASSERT_EQ(sink->raw.size(), 1u);
        const auto& line = sink->raw[0];
        EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
        EXPECT_EQ(line.find_first_of("\r\x1b"), std::string::npos);
        EXPECT_NE(line.find("{}%v%d"), std::string::npos) << "no name is a format";
    }
}

TEST(Log, time_and_level_come_first) {
    auto text_sink = std::make_shared<LogLines>();
    Log text{{LogFormat::text, LogLevel::debug}, text_sink};
    text.warning("look_failed", {{"server", "fs1"}});
    EXPECT_TRUE(std::regex_match(
        text_sink->raw.at(0),
        std::regex{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning look_failed server=fs1\n)"}))
        << text_sink->raw[0];
    auto json_sink = std::make_shared<LogLines>();
    Log json{{LogFormat::json, LogLevel::debug}, json_sink};
    json.error("rule_tripped", {{"of", 7}});
    EXPECT_TRUE(std::regex_match(
        json_sink->raw.at(0),
        std::regex{
            R"(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"error","event":"rule_tripped","of":7\}\n)"}))
        << json_sink->raw[0];
}

TEST(Log, says_nothing_below_its_level) {
    auto sink = std::make_shared<LogLines>();
    Log log{{LogFormat::text, LogLevel::warning}, sink};
    log.debug("look", {});
    log.info("withheld", {});
    EXPECT_TRUE(sink->raw.empty());
    log.warning("look_failed", {});
    log.error("rule_tripped", {});
    EXPECT_EQ(sink->raw.size(), 2u);
}

TEST(Log, says_which_rules_are_off) {
    auto sink = std::make_shared<LogLines>();
    Log log{{}, sink};
    const core::WallTime now{};
    policy::Policy policy;
    policy.rules.resize(3);
    policy.rules[0].key.name = "always";
    policy.rules[1].key.name = "not yet";
    policy.rules[1].from = now + std::chrono::hours{1};
    policy.rules[1].until = now + std::chrono::hours{2};
    policy.rules[2].key.name = "over";
    policy.rules[2].until = now;
    say_rules_off(log, policy, now);
    EXPECT_EQ(sink->events("rule_off"),
              (std::vector<std::string>{
                  "rule_off rule=\"not yet\" from=1970-01-01T01:00:00Z until=1970-01-01T02:00:00Z",
                  "rule_off rule=over until=1970-01-01T00:00:00Z"}));
}

class LogAuditTest : public ::testing::Test {
  protected:
    void write(config::Log settings, const Intent& intent, const Result& result) {
        Log log{settings, sink_};
        LogAudit audit{log};
        boost::asio::io_context context;
        auto both = [](LogAudit& to, const Intent& what,
                       const Result& became) -> boost::asio::awaitable<void> {
            for (int i = 0; i < 2; ++i) {
                const auto id = co_await to.intent(what);
                co_await to.outcome(id.value(), what, became);
            }
        };
        auto done = boost::asio::co_spawn(context, both(audit, intent, result), boost::asio::use_future);
        context.run();
        done.get();
    }
    static Intent intent() {
        Intent intent;
        intent.server = "fs1";
        intent.client = "10.20.1.7";
        intent.user = "anna";
        intent.rule = "idle";
        intent.reason = "policy 7";
        intent.owner = "it";
        intent.ticket = "OPS-1";
        intent.config_digest = "d1g357";
        intent.seen = {2, 45min, 3h, 0};
        return intent;
    }
    std::string level_of(std::size_t line) const {
        const auto& text = sink_->raw.at(line);
        const auto begin = text.find(' ') + 1;
        return text.substr(begin, text.find(' ', begin) - begin);
    }
    std::shared_ptr<LogLines> sink_ = std::make_shared<LogLines>();
};

TEST_F(LogAuditTest, intent_and_outcome_have_one_number) {
    write({}, intent(), {Outcome::ended, {}, {}});
    EXPECT_EQ(
        sink_->events("disconnect_intent").at(0),
        "disconnect_intent id=1 server=fs1 client=10.20.1.7 user=anna sessions=2 rule=idle "
        "reason=\"policy 7\" owner=it ticket=OPS-1 idle=2700 connected=10800 open_files=0 config=d1g357");
    EXPECT_EQ(sink_->events("disconnect_outcome").at(0),
              "disconnect_outcome id=1 server=fs1 client=10.20.1.7 user=anna sessions=2 rule=idle "
              "reason=\"policy 7\" owner=it ticket=OPS-1 outcome=ended");
    EXPECT_TRUE(sink_->events("disconnect_intent").at(1).starts_with("disconnect_intent id=2 "));
    EXPECT_EQ(level_of(1), "info");
}

TEST_F(LogAuditTest, what_is_not_known_is_left_out_and_a_person_is_named) {
    Intent bare;
    bare.server = "fs1";
    bare.client = "c";
    bare.user = "u";
    bare.seen.sessions = 1;
    write({}, bare, {Outcome::error, net_api(5), "no rights"});
    EXPECT_EQ(sink_->events("disconnect_intent").at(0),
              "disconnect_intent id=1 server=fs1 client=c user=u sessions=1 rule=\"(by hand)\" config=\"\"");
    EXPECT_EQ(
        sink_->events("disconnect_outcome").at(0),
        "disconnect_outcome id=1 server=fs1 client=c user=u sessions=1 rule=\"(by hand)\" outcome=error "
        "error=ERROR_ACCESS_DENIED code=5 message=\"ERROR_ACCESS_DENIED (5): Access is denied. "
        "NetSessionDel\" detail=\"no rights\"");
    EXPECT_EQ(level_of(1), "warning");
}

TEST_F(LogAuditTest, why_somebody_was_spared_is_in_it) {
    write({}, intent(), {Outcome::withheld, {}, "bob: no rule ends it", policy::Why::collateral});
    EXPECT_TRUE(sink_->events("disconnect_outcome")
                    .at(0)
                    .ends_with(" outcome=withheld why=collateral detail=\"bob: no rule ends it\""));
    EXPECT_EQ(level_of(1), "info");
}

TEST_F(LogAuditTest, the_audit_is_no_matter_of_the_log_level) {
    write({LogFormat::text, LogLevel::error}, intent(), {Outcome::ended, {}, {}});
    EXPECT_EQ(sink_->events("disconnect_intent").size(), 2u);
    EXPECT_EQ(sink_->events("disconnect_outcome").size(), 2u);
}

}  // namespace
}  // namespace curfew::daemon
