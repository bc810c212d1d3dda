// What plan and run --once print, to the letter: people and programs read it.

#include "daemon/output/sweep_output.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::disconnect;
using policy::build::user;

// fs1 with somebody to end, somebody to withhold and somebody named in bad faith; fs3 that refuses.
class SweepOutputTest : public ::testing::Test {
  protected:
    SweepOutputTest() {
        auto& fs1 = world_.add("fs1", Is::windows);
        fs1.add({.user = "anna", .client = "10.20.1.7"});
        fs1.add({.user = "bob", .client = "10.20.1.8", .idle = 20min});
        fs1.add({.user = "bob", .client = "10.20.1.8", .idle = 1min, .open_files = 2});
        fs1.add({.user = "a\x1b[2Jb", .client = "pc\n1", .idle = 5min, .connected = 10min});
        world_.add("fs3", Is::samba).fail_looks(net_api(5));
        world_.config.policy.limits.per_target = {{1, 1h}};
        world_.start();
    }
    static policy::Policy rules() {
        auto result = policy::build::policy({disconnect("idle workstations", policy::build::idle(5min))},
                                            user({"svc-*"}), "service accounts");
        return result;
    }
    SweepOutput swept(std::function<Access(const SweptServer&)> access, bool ended) {
        servers_ = world_.run(look_at_all(world_.members, *world_.fleet, world_.clock));
        auto passing = take_to_the_gate(servers_, *world_.fleet, *world_.gate, std::move(access));
        result_ = world_.run(std::move(passing));
        return {world_.config, policy::Mode::enforce, world_.clock.now().wall, servers_, result_, ended};
    }
    SweepOutput planned() {
        return swept([](const SweptServer&) -> Access { return PlanOnly{}; }, false);
    }
    SweepOutput run() {
        return swept(
            [](const SweptServer& server) -> Access {
                return *Licence::to_enforce(policy::Mode::enforce, policy::Mode::enforce, false,
                                            *server.member->api);
            },
            true);
    }

    World world_{rules()};
    std::vector<SweptServer> servers_;
    SweepResult result_;
};

constexpr const char* servers_part =
    R"("servers": [{"server": "fs1", "status": "ok", "level": 502, "sessions": 5}, )"
    R"({"server": "fs3", "status": "error", "error": "ERROR_ACCESS_DENIED", "code": 5, )"
    R"("message": "ERROR_ACCESS_DENIED (5): Access is denied. NetSessionDel"}], )";
constexpr const char* withheld_part =
    R"("withheld": [{"server": "fs1", "client": "10.20.1.8", "user": "bob", )"
    R"("rule": "idle workstations", "why": "collateral", "detail": "bob: no rule ends it"}]})";

TEST_F(SweepOutputTest, json_of_a_plan) {
    EXPECT_EQ(sweep_json(planned()),
              std::string{R"({"version": 1, "at": "2027-01-15T08:00:00Z", "mode": "enforce", )"} +
                  servers_part +
                  R"("disconnects": [{"server": "fs1", "client": "10.20.1.7", "user": "anna", )"
                  R"("sessions": 1, "rule": "idle workstations"}, )"
                  R"({"server": "fs1", "client": "pc\n1", "user": "a\u001b[2Jb", )"
                  R"("sessions": 1, "rule": "idle workstations"}], )" +
                  withheld_part + "\n");
}

TEST_F(SweepOutputTest, json_of_a_run_has_the_same_shape_and_the_outcomes) {
    world_.servers[0]->fail_del(2, {net_api(5)});
    EXPECT_EQ(sweep_json(run()),
              std::string{R"({"version": 1, "at": "2027-01-15T08:00:00Z", "mode": "enforce", )"} +
                  servers_part +
                  R"("disconnects": [{"server": "fs1", "client": "10.20.1.7", "user": "anna", )"
                  R"("sessions": 1, "rule": "idle workstations", "outcome": "ended"}, )"
                  R"({"server": "fs1", "client": "pc\n1", "user": "a\u001b[2Jb", )"
                  R"("sessions": 1, "rule": "idle workstations", "outcome": "ERROR_ACCESS_DENIED"}], )" +
                  withheld_part + "\n");
}

TEST_F(SweepOutputTest, table_of_a_plan) {
    EXPECT_EQ(sweep_table(planned()),
              "SERVER  SESSIONS  LEVEL  STATUS\n"
              "fs1     5         502    ok\n"
              "fs3     -         -      ERROR_ACCESS_DENIED (5): Access is denied. NetSessionDel\n"
              "\n"
              "WOULD END   SERVER  CLIENT     USER       IDLE  SESSIONS  RULE\n"
              "disconnect  fs1     10.20.1.7  anna       45m   1         idle workstations\n"
              "disconnect  fs1     pc\\x0a1    a\\x1b[2Jb  5m    1         idle workstations\n"
              "\n"
              "WITHHELD    SERVER  CLIENT     USER  RULE               DETAIL\n"
              "collateral  fs1     10.20.1.8  bob   idle workstations  bob: no rule ends it\n");
}

TEST_F(SweepOutputTest, table_of_a_run) {
    EXPECT_NE(
        sweep_table(run()).find("OUTCOME  SERVER  CLIENT     USER       IDLE  SESSIONS  RULE\n"
                                "ended    fs1     10.20.1.7  anna       45m   1         idle workstations\n"),
        std::string::npos);
}

TEST_F(SweepOutputTest, nothing_to_end_is_said) {
    world_.servers[0]->sessions.clear();
    EXPECT_EQ(sweep_table(planned()),
              "SERVER  SESSIONS  LEVEL  STATUS\n"
              "fs1     1         502    ok\n"
              "fs3     -         -      ERROR_ACCESS_DENIED (5): Access is denied. NetSessionDel\n"
              "\n"
              "Nothing is to be ended.\n");
}

TEST_F(SweepOutputTest, twins_and_trips_are_said_without_their_tricks) {
    auto output = planned();
    servers_[0].twin = "fs\x1b[1m2";
    result_.trips.push_back({{"wild\n\u202erule", "d"}, std::nullopt, 30, 31});
    const auto table = sweep_table(output);
    EXPECT_NE(table.find("the same server as fs\\x1b[1m2: nothing is ended"), std::string::npos) << table;
    EXPECT_NE(table.find("\nTripped: rule wild\\x0a\\u{202e}rule would end 30 of 31 sessions on the whole "
                         "fleet; it ends nothing there (limits.share).\n"),
              std::string::npos)
        << table;
    EXPECT_NE(sweep_json(output).find(R"("status": "same server twice", "other": "fs\u001b[1m2")"),
              std::string::npos);
}

// fs1 tells everything; of the others Samba tells no idle time.
class DoubtsOutput : public SweepOutputTest {
  protected:
    DoubtsOutput() { world_.config.policy.protect.push_back({policy::build::client({"WKS-*"}), ""}); }
    void samba(const std::string& name) {
        auto& server = world_.config.servers.emplace_back();
        server.traits.name = name;
        auto& made = added_.emplace_back();
        made.member = &members_.emplace_back(name, world_.context.get_executor(), nullptr);
        made.look = policy::build::samba({});
        made.look.server.traits.name = name;
        made.doubts = world_.fleet->edition()->doubts().looked(made.look, {});
    }
    std::deque<Member> members_;
    std::vector<SweptServer> added_;
};

TEST_F(DoubtsOutput, are_told_with_their_server_in_json) {
    auto output = planned();
    const auto json = sweep_json(output);
    EXPECT_EQ(json.find("doubts"), json.rfind("doubts")) << "fs3 did not answer, and has none";
    EXPECT_NE(json.find(R"("sessions": 5, "doubts": [{"protect": "entry 2 of `protect`", )"
                        R"("why": "unknown for 3 of 4 sessions"}]}, {"server": "fs3")"),
              std::string::npos)
        << json;
    servers_[0].doubts = {};
    EXPECT_EQ(sweep_json(output).find("doubts"), std::string::npos);
}

TEST_F(DoubtsOutput, share_a_row_where_servers_are_alike) {
    auto output = planned();
    result_ = {};  // it points to servers that are about to move
    for (const char* name : {"a1", "a2", "a3", "a4"}) samba(name);
    std::move(added_.begin(), added_.end(), std::back_inserter(servers_));
    const auto doubts_of = [&] {
        const auto table = sweep_table(output);
        return table.substr(std::min(table.find("\nDOUBTFUL"), table.size()));
    };
    EXPECT_EQ(doubts_of(),
              "\n"
              "DOUBTFUL                       WHY                                    SERVERS\n"
              "protect: entry 2 of `protect`  unknown for 3 of 4 sessions            fs1\n"
              "rule idle workstations         never true here: idle is not reported  a1, a2, a3, a4\n");
    added_.clear();
    samba("a5");
    servers_.push_back(std::move(added_.front()));
    EXPECT_NE(doubts_of().find("  a1, a2, a3 and 2 more\n"), std::string::npos) << doubts_of();
}

TEST(OutcomeText, one_word_or_the_errors_name) {
    const auto text = [](Result result) {
        return outcome_text(Verdict{Verdict::Kind::settled, {}, {}, std::move(result)});
    };
    EXPECT_EQ(text({Outcome::ended, {}, {}}), "ended");
    EXPECT_EQ(text({Outcome::already_gone, {}, {}}), "already gone");
    EXPECT_EQ(text({Outcome::still_there, net_api(2221), {}}), "still there");
    EXPECT_EQ(text({Outcome::unknown, connection_lost(), {}}), "unknown");
    EXPECT_EQ(text({Outcome::error, net_api(5), {}}), "ERROR_ACCESS_DENIED");
    EXPECT_EQ(text({Outcome::not_asked, timed_out(), {}}), "not asked");
    EXPECT_EQ(outcome_text(Verdict{Verdict::Kind::refused, {}, {}, {}}), "not audited");
}

}  // namespace
}  // namespace curfew::daemon
