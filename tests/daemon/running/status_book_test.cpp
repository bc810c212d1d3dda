#include "daemon/running/status_book.hpp"

#include <gtest/gtest.h>

#include "core/errors/smb_error.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

namespace build = policy::build;

class StatusBookTest : public ::testing::Test {
  protected:
    void looked(const policy::ServerLook& look) {
        const auto plan = policy::plan_server(policy, look);
        book.looked({server, policy, look, plan, std::chrono::seconds{1}, 0});
    }
    DecisionCounts counts() { return book.visits().at(0).decisions; }

    const std::string server = "fs1";
    policy::Policy policy;
    StatusBook book;
};

TEST_F(StatusBookTest, counts_sessions_by_rule_and_decision) {
    auto waits = build::disconnect("waits", build::user({"bob"}));
    waits.hold = core::Seconds{60};
    auto keeps = build::disconnect("keeps", build::user({"carol"}));
    keeps.then = policy::Action::keep;
    policy = build::policy({build::disconnect("looks on", build::user({"anna"}), policy::Mode::observe),
                            build::disconnect("ends", build::user({"anna", "boss"})), waits, keeps});
    policy.protect.push_back({build::user({"boss"}), "the boss"});
    looked(build::windows({{.user = "anna"},
                           {.user = "anna", .client = "10.20.1.8"},
                           {.user = "bob"},
                           {.user = "boss"},
                           {.user = "carol"},
                           {.user = "dave"}}));
    const DecisionCounts expected{{{"looks on", "observe"}, 2}, {{"ends", "disconnect"}, 2},
                                  {{"ends", "protected"}, 1},   {{"waits", "pending"}, 1},
                                  {{"keeps", "keep"}, 1},       {{"(no rule)", "keep"}, 1}};
    EXPECT_EQ(counts(), expected) << "the daemon's own session is in none";
}

// Of a server that does not answer nobody knows what would be decided, and that is not what was.
TEST_F(StatusBookTest, a_failed_look_has_no_decisions) {
    policy = build::policy({build::disconnect("ends", build::user({"anna"}))});
    looked(build::windows({{.user = "anna"}}));
    ASSERT_FALSE(counts().empty());
    const core::Error error{core::make_error_code(core::SmbError::timed_out), "logging on"};
    book.failed({server, error, 1, std::chrono::seconds{1}, {}});
    EXPECT_TRUE(counts().empty());
    looked(build::windows({}));
    EXPECT_TRUE(counts().empty());
}

}  // namespace
}  // namespace curfew::daemon
