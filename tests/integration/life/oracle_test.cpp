// Who judges has to be able to condemn: one test for every reason why a call is wrong, and one for why not.
#include "tests/integration/life/oracle.hpp"

#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "tests/integration/life/scene.hpp"
#include "tests/integration/life/watched_process.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::Session;
using core::SteadyTime;
using core::lab::Call;
using core::lab::FaultKind;
using core::lab::JournalEntry;

const SteadyTime zero{1'000s};
// An open minute: 02:00:00 of some day.
const core::WallTime open_at{std::chrono::hours{24 * 365 * 50 + 2}};

Session session(std::string user, std::string client, core::Seconds connected, core::Seconds idle,
                std::uint32_t files = 0) {
    Session one;
    one.user = std::move(user);
    one.client = std::move(client);
    one.connected = connected;
    one.idle = idle;
    one.open_files = files;
    return one;
}

class Oracle : public ::testing::Test {
  protected:
    void look(core::Seconds at, std::vector<Session> present) {
        JournalEntry entry;
        entry.at = zero + at;
        entry.server = server;
        entry.call = Call::session_enum;
        entry.present = std::move(present);
        entry.fault = fault;
        entry.status = status;
        EXPECT_FALSE(oracle.saw(entry));
    }
    Verdict end(core::SteadyTime::duration at, std::vector<Session> ended) {
        JournalEntry entry;
        entry.at = zero + at;
        entry.server = server;
        entry.call = Call::session_del;
        entry.client = "\\\\" + ended.front().client;
        entry.user = ended.front().user;
        entry.ended = std::move(ended);
        const auto verdict = oracle.saw(entry);
        EXPECT_TRUE(verdict);
        return verdict.value_or(Verdict{});
    }
    Verdict end_at_once(const Session& one) {
        look(100s, {one});
        return end(100s, {one});
    }
    LifeOracle oracle{zero, open_at};
    std::string server = "fs1.lab";
    std::optional<FaultKind> fault;
    std::uint32_t status = 0;
};

TEST_F(Oracle, whoever_is_idle_long_enough_may_go) {
    const auto verdict = end_at_once(session("user1", "10.20.0.1", 60s, scene::idle));
    EXPECT_TRUE(verdict.wrongs.empty());
    EXPECT_EQ(verdict.rules, std::set<std::string>{scene::rule_idle});
}

TEST_F(Oracle, whoever_is_not_stays) {
    EXPECT_FALSE(end_at_once(session("user1", "10.20.0.1", 60s, scene::idle - 1s)).wrongs.empty());
    EXPECT_FALSE(end_at_once(session("user1", "10.20.0.1", 60s, scene::idle, 1)).wrongs.empty());
    EXPECT_FALSE(end_at_once(session("user1", "10.21.0.1", 60s, scene::idle)).wrongs.empty());
    EXPECT_FALSE(end_at_once(session("board1", "10.20.0.1", 60s, scene::idle)).wrongs.empty());
    EXPECT_FALSE(end_at_once(session("svc-scan", "10.20.0.1", 60s, scene::idle)).wrongs.empty());
    EXPECT_FALSE(end_at_once(session("far1", "10.40.0.1", 60s, 60s)).wrongs.empty()) << "its rule trips";
}

TEST_F(Oracle, nobody_goes_for_another) {
    const auto idler = session("eve", "10.20.9.9", 60s, scene::idle);
    const auto worker = session("bob", "10.20.9.9", 60s, 0s, 2);
    look(100s, {idler, worker});
    EXPECT_EQ(end(100s, {idler, worker}).wrongs.size(), 1u);
}

TEST_F(Oracle, life_between_look_and_call_is_counted_and_nothing_else_is) {
    look(100s, {session("user1", "10.20.0.1", 60s, scene::idle)});
    const auto woke = end(102s, {session("user1", "10.20.0.1", 62s, 0s, 2)});
    EXPECT_TRUE(woke.wrongs.empty());
    EXPECT_EQ(woke.moved, 1u);
    look(103s, {session("user1", "10.20.0.1", 63s, scene::idle)});
    const auto came = end(105s, {session("user1", "10.20.0.1", 1s, 0s, 2)});
    EXPECT_TRUE(came.wrongs.empty());
    EXPECT_EQ(came.moved, 1u);
    look(106s, {session("user1", "10.20.0.1", 66s, scene::idle)});
    EXPECT_FALSE(end(107s, {session("user1", "10.20.0.1", 30s, 20s)}).wrongs.empty());
}

TEST_F(Oracle, without_a_good_look_right_before_there_is_no_call) {
    const auto idler = session("user1", "10.20.0.1", 60s, scene::idle);
    EXPECT_FALSE(end(100s, {idler}).wrongs.empty());
    look(101s, {idler});
    EXPECT_TRUE(end(101s, {idler}).wrongs.empty());
    EXPECT_FALSE(end(101s, {idler}).wrongs.empty()) << "one look, two calls";
    fault = FaultKind::truncated_ndr;
    EXPECT_FALSE(end_at_once(idler).wrongs.empty());
    fault.reset();
    status = static_cast<std::uint32_t>(core::NetApiStatus::access_denied);
    EXPECT_FALSE(end_at_once(idler).wrongs.empty());
    status = 0;
    look(100s, {idler});
    EXPECT_FALSE(end(100s + 2 * scene::timeout + 1s, {idler}).wrongs.empty());
}

TEST_F(Oracle, where_idle_is_not_told_quiet_counts_and_every_look_of_it) {
    oracle.samba(server);
    EXPECT_FALSE(end_at_once(session("user1", "10.20.0.1", 60s, 60s)).wrongs.empty());
    look(200s, {session("user1", "10.20.0.1", 60s, 0s)});
    look(205s, {session("user1", "10.20.0.1", 65s, 0s)});
    look(210s, {session("user1", "10.20.0.1", 70s, 0s)});
    EXPECT_TRUE(end(210s, {session("user1", "10.20.0.1", 70s, 0s)}).wrongs.empty());
    look(300s, {session("user1", "10.20.0.1", 60s, 0s)});
    look(305s, {session("user1", "10.20.0.1", 65s, 0s, 1)});
    look(310s, {session("user1", "10.20.0.1", 70s, 0s)});
    EXPECT_FALSE(end(310s, {session("user1", "10.20.0.1", 70s, 0s)}).wrongs.empty());
}

TEST_F(Oracle, temps_go_when_it_has_been_closed_for_long_enough) {
    const auto temp = session("temp1", "10.60.0.1", 300s, 0s, 2);
    look(59s, {temp});
    EXPECT_FALSE(end(59s, {temp}).wrongs.empty()) << "open";
    look(62s, {temp});
    EXPECT_FALSE(end(62s, {temp}).wrongs.empty()) << "closed for two seconds";
    look(65s, {temp});
    EXPECT_TRUE(end(65s, {temp}).wrongs.empty());
    look(121s, {temp});
    EXPECT_FALSE(end(121s, {temp}).wrongs.empty()) << "open again";
}

TEST_F(Oracle, of_three_clients_the_oldest_goes_and_of_two_none) {
    const auto oldest = session("roams", "10.50.0.1", 30s, 0s, 1);
    const auto middle = session("roams", "10.50.0.2", 20s, 0s, 1);
    const auto youngest = session("roams", "10.50.0.3", 10s, 0s, 1);
    look(100s, {oldest, middle, youngest});
    EXPECT_TRUE(end(100s, {oldest}).wrongs.empty());
    look(101s, {oldest, middle, youngest});
    EXPECT_FALSE(end(101s, {middle}).wrongs.empty());
    look(102s, {oldest, middle});
    EXPECT_FALSE(end(102s, {oldest}).wrongs.empty());
    const auto as_old = session("roams", "10.50.0.2", 30s, 0s, 1);
    look(103s, {oldest, as_old, youngest});
    EXPECT_FALSE(end(103s, {oldest}).wrongs.empty()) << "a tie";
}

TEST_F(Oracle, more_than_the_limit_is_wrong_whoever_they_are) {
    std::vector<Session> idlers;
    for (std::size_t i = 0; i <= scene::per_server; ++i)
        idlers.push_back(session("user1", "10.20.0.1", 60s, scene::idle));
    look(100s, idlers);
    EXPECT_EQ(end(100s, idlers).wrongs.size(), 1u);
}

TEST_F(Oracle, a_call_that_names_not_both_is_wrong) {
    look(100s, {});
    JournalEntry entry;
    entry.at = zero + 100s;
    entry.server = server;
    entry.call = Call::session_del;
    entry.user = "user1";
    const auto verdict = oracle.saw(entry);
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->wrongs.empty());
}

TEST(Flatness, memory_that_grows_is_not_flat) {
    std::vector<double> flat(30, 60'000);
    EXPECT_TRUE(flatness(flat).flat());
    flat[29] = 90'000;  // a moment is no slope
    EXPECT_TRUE(flatness(flat).flat());
    std::vector<double> growing;
    for (int i = 0; i < 30; ++i) growing.push_back(60'000 + 300.0 * i);
    EXPECT_FALSE(flatness(growing).flat());
}

}  // namespace
}  // namespace curfew::testing
