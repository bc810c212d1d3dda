// The whole daemon against servers that misbehave on command. Whatever goes wrong on one of them: nobody is
// ended whom the policy would have kept, the others are served, and the log says what it was. The servers'
// own journal is the witness.
#include <csignal>

#include <gtest/gtest.h>

#include "tests/integration/asking.hpp"
#include "tests/integration/lab_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::lab::Call;
using core::lab::Fault;
using core::lab::FaultKind;

constexpr const char* policy = R"(
mode: enforce
polling: {interval: 1s, timeout: 4s}
limits: {share: 100%, per_target: 100/1h}
protect:
  - {user: "svc-*", reason: service accounts}
rules:
  - {name: idle, when: {idle: 30m, open_files: 0}, then: disconnect}
)";

std::vector<core::lab::LabSession> people() {
    return {lab_session("anna", "10.0.0.1", 40min), lab_session("bob", "10.0.0.2", 1min),
            lab_session("carol", "10.0.0.3", 50min, 2), lab_session("svc-backup", "10.0.0.4", 3h)};
}

struct FaultCase {
    const char* name;
    Fault fault;
    const char* log_says;  // empty: nothing is wrong with the answer, only with the way it comes
    enum { never, in_the_end } anna_goes;
};

void PrintTo(const FaultCase& fault, std::ostream* out) {
    *out << fault.name;
}

Fault fault(FaultKind kind, std::optional<Call> call = std::nullopt,
            std::optional<std::uint32_t> times = std::nullopt) {
    Fault made;
    made.kind = kind;
    made.call = call;
    made.times = times;
    return made;
}
Fault slow(std::chrono::milliseconds delay, Call call, std::optional<std::uint32_t> times = std::nullopt) {
    auto made = fault(FaultKind::delay, call, times);
    made.delay = delay;
    return made;
}
Fault cut_to(std::uint32_t size) {
    auto made = fault(FaultKind::fragments);
    made.size = size;
    return made;
}

class LabFaults : public ::testing::TestWithParam<FaultCase> {};

TEST_P(LabFaults, NobodyIsEndedWhomThePolicyKeepsAndTheOthersAreServed) {
    const auto& [name, what, log_says, anna_goes] = GetParam();
    LabSite lab{{lab_server("sick.lab", people()), lab_server("well1.lab", people()),
                 lab_server("well2.lab", people())}};
    lab.server("sick.lab").faults().set(what);
    lab.write_config(policy);
    auto daemon = lab.site().start({"run"}, "log");
    const std::vector<std::string> anna{"anna@10.0.0.1"};
    const auto log = [&] { return lab.site().log("log"); };

    for (const std::string well : {"well1.lab", "well2.lab"})
        EXPECT_TRUE(eventually([&] { return lab.ended(well) == anna; }, 30s)) << well << "\n" << log();
    EXPECT_TRUE(eventually([&] { return log().find(log_says) != std::string::npos; }, 30s)) << log();
    if (anna_goes == FaultCase::in_the_end) {
        EXPECT_TRUE(eventually([&] { return lab.ended("sick.lab") == anna; }, 30s)) << log();
    }
    daemon.signal(SIGTERM);
    EXPECT_TRUE(daemon.wait(20s)) << log();

    if (anna_goes == FaultCase::never) {
        EXPECT_TRUE(lab.ended("sick.lab").empty()) << log();
    }
    for (const auto& server : lab.fleet().servers()) {
        for (const auto& call : lab.calls(server.name())) {
            EXPECT_EQ(call.client, "\\\\10.0.0.1") << server.name();
            EXPECT_EQ(call.user, "anna") << server.name();
        }
        for (const auto& one : lab.ended(server.name())) EXPECT_EQ(one, "anna@10.0.0.1") << server.name();
    }
    EXPECT_EQ(log().find(lab_password), std::string::npos) << "no secret in the log";
}

INSTANTIATE_TEST_SUITE_P(
    Each, LabFaults,
    ::testing::Values(
        FaultCase{"delay", slow(6s, Call::session_enum), "TIMED_OUT", FaultCase::never},
        FaultCase{"a_little_delay", slow(50ms, Call::session_enum), "", FaultCase::in_the_end},
        FaultCase{"silence", fault(FaultKind::silence, Call::session_enum), "TIMED_OUT", FaultCase::never},
        FaultCase{"silence_while_logging_on", fault(FaultKind::silence, Call::session_setup), "TIMED_OUT",
                  FaultCase::never},
        FaultCase{"silence_of_the_call", fault(FaultKind::silence, Call::session_del), "outcome=ended",
                  FaultCase::in_the_end},
        FaultCase{"reset", fault(FaultKind::reset, Call::session_enum), "CONNECTION_LOST", FaultCase::never},
        FaultCase{"reset_of_the_call", fault(FaultKind::reset, Call::session_del), "outcome=ended",
                  FaultCase::in_the_end},
        FaultCase{"reset_once", fault(FaultKind::reset, Call::session_enum, 1), "", FaultCase::in_the_end},
        FaultCase{"half_open", fault(FaultKind::half_open, Call::session_enum), "TIMED_OUT",
                  FaultCase::never},
        FaultCase{"half_open_from_the_start", fault(FaultKind::half_open, Call::connect), "TIMED_OUT",
                  FaultCase::never},
        FaultCase{"reset_at_once", fault(FaultKind::reset, Call::connect), "look_failed", FaultCase::never},
        FaultCase{"random_bytes", fault(FaultKind::random_bytes), "SMB_MALFORMED", FaultCase::never},
        FaultCase{"random_bytes_at_first", fault(FaultKind::random_bytes, Call::negotiate), "SMB_MALFORMED",
                  FaultCase::never},
        FaultCase{"wrong_signature", fault(FaultKind::wrong_signature), "SMB_BAD_SIGNATURE",
                  FaultCase::never},
        FaultCase{"wrong_signature_of_the_call", fault(FaultKind::wrong_signature, Call::session_del),
                  "outcome=ended", FaultCase::in_the_end},
        FaultCase{"no_credits", fault(FaultKind::no_credits, Call::negotiate), "SMB_NO_CREDITS",
                  FaultCase::never},
        FaultCase{"downgrade", fault(FaultKind::downgrade, Call::negotiate), "SMB_DOWNGRADE",
                  FaultCase::never},
        FaultCase{"session_expired", fault(FaultKind::session_expired), "NETWORK_SESSION_EXPIRED",
                  FaultCase::never},
        FaultCase{"session_expired_once", fault(FaultKind::session_expired, Call::session_enum, 1), "",
                  FaultCase::in_the_end},
        FaultCase{"pipe_death", fault(FaultKind::pipe_death), "look_failed", FaultCase::never},
        FaultCase{"pipe_death_once", fault(FaultKind::pipe_death, Call::session_enum, 1), "",
                  FaultCase::in_the_end},
        FaultCase{"access_denied", fault(FaultKind::access_denied, Call::session_enum), "ERROR_ACCESS_DENIED",
                  FaultCase::never},
        FaultCase{"access_denied_to_the_call", fault(FaultKind::access_denied, Call::session_del),
                  "ERROR_ACCESS_DENIED", FaultCase::never},
        FaultCase{"truncated_ndr", fault(FaultKind::truncated_ndr, Call::session_enum), "SMB_MALFORMED",
                  FaultCase::never},
        FaultCase{"truncated_ndr_of_the_call", fault(FaultKind::truncated_ndr, Call::session_del),
                  "outcome=ended", FaultCase::in_the_end},
        FaultCase{"oversized_ndr", fault(FaultKind::oversized_ndr, Call::session_enum), "look_failed",
                  FaultCase::never},
        FaultCase{"fragments", cut_to(32), "", FaultCase::in_the_end}),
    [](const auto& one) { return std::string{one.param.name}; });

// They are idle in the look that proposes their end, and active in the one right before it.
TEST(LabFaults, WhoWakesUpBetweenTwoLooksIsSpared) {
    LabSite lab{
        {lab_server("sick.lab", {lab_session("anna", "10.0.0.1", 40min)}), lab_server("well.lab", people())}};
    // The last one to be tried is the one whose first look leads to the gate.
    lab.server("sick.lab").faults().set(slow(1s, Call::connect, 1));
    lab.server("sick.lab").faults().set(fault(FaultKind::wake_up, Call::session_enum));
    lab.write_config(policy);
    auto daemon = lab.site().start({"run"}, "log");
    EXPECT_TRUE(
        eventually([&] { return lab.site().log("log").find("no longer matches") != std::string::npos; }, 30s))
        << lab.site().log("log");
    EXPECT_TRUE(eventually([&] { return lab.ended("well.lab").size() == 1; }, 30s));
    daemon.stop();
    EXPECT_TRUE(lab.calls("sick.lab").empty());
}

TEST(LabFaults, FiftyThousandSessionsAreReadAndOnlyTheIdleOnesGo) {
    auto crowd = lab_session("user{n}", "10.1.0.1", 5min);
    crowd.count = 50'000;
    auto sessions = people();
    sessions.push_back(crowd);
    LabSite lab{{lab_server("huge.lab", sessions), lab_server("well.lab", people())}};
    lab.write_config(
        "mode: enforce\npolling: {interval: 2s, timeout: 60s}\nlimits: {share: 100%}\n"
        "log: {level: debug}\nprotect: [{user: 'svc-*'}]\n"
        "rules: [{name: idle, when: {idle: 30m, open_files: 0}, then: disconnect}]\n");
    const auto result = lab.site().run({"run", "--once", "--output", "json"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("\"sessions\": 5000"), std::string::npos) << result.out.substr(0, 400);
    EXPECT_EQ(lab.ended("huge.lab"), std::vector<std::string>{"anna@10.0.0.1"});
    EXPECT_EQ(lab.ended("well.lab"), std::vector<std::string>{"anna@10.0.0.1"});
}

TEST(LabFaults, AServerThatIsSickForAWhileIsServedWhenItIsWell) {
    auto sick = lab_server("sick.lab", people());
    core::lab::TimedFault timed;
    timed.fault = fault(FaultKind::random_bytes);
    timed.until = 4s;
    sick.faults.push_back(timed);
    LabSite lab{{sick, lab_server("well.lab", people())}};
    lab.write_config(policy);
    auto daemon = lab.site().start({"run"}, "log");
    EXPECT_TRUE(eventually([&] { return lab.ended("sick.lab").size() == 1; }, 40s)) << lab.site().log("log");
    daemon.stop();
    const auto log = lab.site().log("log");
    EXPECT_NE(log.find("look_failed server=sick.lab"), std::string::npos) << log;
    EXPECT_NE(log.find("server_found_again server=sick.lab"), std::string::npos) << log;
}

// A kept connection that breaks before the answer is there is not the same as a server that answers that the
// session or the pipe is gone: only then may somebody have been seen, and nobody was told.
TEST(LabFaults, AnAnswerThatIsLostOnItsWayIsTold) {
    LabSite lab{{lab_server("fs1.lab", people())}};
    const TempDir dir;
    Asking asking{{"fs1.lab", lab.server("fs1.lab").address(), lab.fleet().port(), {}},
                  core::NtlmCredential{lab_account, {secret_file(dir / "password", lab_password)}}};
    ASSERT_TRUE(asking.enumerate());
    EXPECT_FALSE(asking.api().lost_an_answer()) << "a new connection is no lost one";
    for (const auto kind : {FaultKind::reset, FaultKind::pipe_death, FaultKind::session_expired}) {
        lab.server("fs1.lab").faults().set(fault(kind, Call::session_enum, 1));
        const auto again = asking.enumerate();
        ASSERT_TRUE(again) << describe(again.error());
        EXPECT_EQ(again->sessions.size(), 5u);
        EXPECT_EQ(asking.api().lost_an_answer(), kind == FaultKind::reset) << core::lab::to_string(kind);
        ASSERT_TRUE(asking.enumerate());
        EXPECT_FALSE(asking.api().lost_an_answer());
    }
}

}  // namespace
}  // namespace curfew::testing
