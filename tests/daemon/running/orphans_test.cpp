// Calls that a process died in the middle of: what is written of them when it is back.

#include "daemon/running/orphans.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/fakes.hpp"
#include "tests/daemon/log_lines.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
namespace build = policy::build;
namespace asio = boost::asio;

// Keeps the rows that are added; nobody asks it for anything else.
class Rows final : public Store {
  public:
    asio::awaitable<core::Result<IntentId>> intent(const Intent&) override { co_return IntentId{0}; }
    asio::awaitable<core::Result<void>> put(std::vector<Note>) override { co_return core::Result<void>{}; }
    asio::awaitable<void> outcome(IntentId, const Intent&, const Result&) override { co_return; }
    void event(Row row) override { all.push_back(std::move(row)); }
    void would_end(Row) override {}
    void put_later(Note) override {}
    void configured(const std::string&, std::string) override {}
    core::Result<std::vector<Note>> notes(const std::string&) override { return std::vector<Note>{}; }
    core::Result<std::vector<Orphan>> orphans() override { return std::vector<Orphan>{}; }
    core::Result<std::vector<Spent>> spent_since(core::WallTime) override { return std::vector<Spent>{}; }
    void drop_before(core::WallTime) override {}
    std::string trouble() const override { return {}; }
    void on_trouble(std::function<void(const std::string&)>) override {}
    std::uint64_t last_row() const override { return all.size(); }

    std::vector<Row> all;
};

class OrphansTest : public ::testing::Test {
  protected:
    // Of a session that began so long before the looks of this test; empty: nobody knows.
    static Orphan orphan(IntentId id, const std::string& server, const std::string& user,
                         std::optional<core::Seconds> began) {
        const auto look = build::windows({{.user = user}});
        Orphan one;
        one.id = id;
        one.intent.server = server;
        one.intent.client = look.sessions.at(0).reported.client;
        one.intent.user = user;
        one.intent.rule = "idle";
        one.intent.client_key = look.sessions.at(0).client_key;
        one.intent.user_key = look.sessions.at(0).user_key;
        one.intent.seen.sessions = 2;
        if (began) one.started = build::now.wall - *began;
        return one;
    }
    Orphans& with(std::vector<Orphan> orphans) {
        return orphans_.emplace(std::move(orphans), rows, clock, log);
    }
    void looked(const std::string& server, const policy::ServerLook& look) {
        const policy::Policy policy;
        const auto plan = policy::plan_server(policy, look);
        orphans_->looked({server, policy, look, plan, 1s, 0});
    }
    // What is said of the one session that the server lists.
    std::string said(std::optional<core::Seconds> began, const build::SessionSpec& listed) {
        rows.all.clear();
        orphans_.reset();
        with({orphan(1, "fs1", "anna", began)});
        looked("fs1", build::windows({listed}));
        return rows.all.size() == 1 ? rows.all[0].detail : "(" + std::to_string(rows.all.size()) + " rows)";
    }

    fake::ManualClock clock;
    std::shared_ptr<fake::LogLines> lines = std::make_shared<fake::LogLines>();
    Log log{config::Log{}, lines};
    Rows rows;

  private:
    std::optional<Orphans> orphans_;
};

const std::string gone = "curfew died in the middle; gone when it came back";
const std::string there = "curfew died in the middle; still there when it came back";

TEST_F(OrphansTest, one_row_for_each_at_the_first_look_at_its_server) {
    with({orphan(7, "fs1", "anna", 3h), orphan(8, "fs1", "bob", 3h), orphan(9, "fs2", "anna", 3h)});
    EXPECT_TRUE(rows.all.empty()) << "before it is asked nothing is known";
    looked("fs3", build::windows({}));
    EXPECT_TRUE(rows.all.empty());
    looked("fs1", build::windows({{.user = "bob"}}));
    ASSERT_EQ(rows.all.size(), 2u);
    const auto& row = rows.all[0];
    EXPECT_EQ(row.kind, "recovered");
    EXPECT_EQ(row.intent, 7u);
    EXPECT_EQ(row.server, "fs1");
    EXPECT_EQ(row.user, "anna");
    EXPECT_EQ(row.rule, "idle");
    EXPECT_EQ(row.sessions, 2u);
    EXPECT_EQ(row.outcome, "unknown") << "who ended it, if it is gone, nobody can know";
    EXPECT_EQ(row.detail, gone);
    EXPECT_EQ(rows.all[1].intent, 8u);
    EXPECT_EQ(rows.all[1].detail, there);
    looked("fs1", build::windows({}));
    EXPECT_EQ(rows.all.size(), 2u) << "once";
    looked("fs2", build::windows({}));
    ASSERT_EQ(rows.all.size(), 3u);
    EXPECT_EQ(rows.all[2].intent, 9u);
    EXPECT_EQ(lines->events("disconnect_recovered").size(), 3u);
}

// Sessions have no id: by its start it is told from one that came later.
TEST_F(OrphansTest, the_same_session_is_one_that_began_no_later) {
    EXPECT_EQ(said(3h, {.user = "anna", .connected = 3h}), there);
    EXPECT_EQ(said(3h, {.user = "anna", .connected = 3h - 2s}), there) << "servers round";
    EXPECT_EQ(said(3h, {.user = "anna", .connected = 3h - 3s}), gone) << "came back";
    EXPECT_EQ(said(3h, {.user = "anna", .connected = 1min}), gone);
    EXPECT_EQ(said(3h, {.user = "anna", .connected = 4h}), there) << "the youngest of several was noted";
    EXPECT_EQ(said(std::nullopt, {.user = "anna", .connected = 1min}), there) << "in doubt it is the same";
    EXPECT_EQ(said(3h, {.user = "anna", .connected = std::nullopt}), there);
    EXPECT_EQ(said(3h, {.user = "anna", .client = "10.20.1.8"}), gone) << "another client";
    EXPECT_EQ(said(3h, {.user = "bob"}), gone);
}

TEST_F(OrphansTest, of_a_server_that_is_not_in_the_fleet_any_more_nothing_can_be_known) {
    auto& orphans = with({orphan(7, "fs1", "anna", 3h), orphan(8, "fs2", "anna", 3h)});
    orphans.only({"fs2", "fs3"});
    ASSERT_EQ(rows.all.size(), 1u);
    EXPECT_EQ(rows.all[0].intent, 7u);
    EXPECT_EQ(rows.all[0].outcome, "unknown");
    EXPECT_EQ(rows.all[0].detail, "the server is not in the configuration any more");
    looked("fs1", build::windows({}));
    EXPECT_EQ(rows.all.size(), 1u);
    looked("fs2", build::windows({}));
    EXPECT_EQ(rows.all.size(), 2u);
}

}  // namespace
}  // namespace curfew::daemon
