// Bans and the books: durable before they act, there after a restart, gone when let go.
#include "daemon/bans/ban_orders.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/store/hands.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using store_test::await;

struct NoSync {
    NoSync() { store_test::Disk::syncs_fail = true; }
    ~NoSync() { store_test::Disk::syncs_fail = false; }
};

boost::asio::awaitable<std::optional<KeptBan>> ordered(BanDesk desk, BanOrder order) {
    auto kept = co_await order_ban(desk, std::move(order), "uid 1000");
    if (!kept) co_return std::nullopt;
    co_return *std::move(kept);
}

// A daemon's life with the books, and the next one with the same.
class Life {
  public:
    explicit Life(const std::string& path, bool books = true) {
        world.add("fs1", fake::Is::windows);
        world.start();
        if (books) store = store_test::open(path);
        restore_or_not();
    }
    BanDesk desk() { return {store.get(), *world.fleet, world.clock, *world.log}; }
    // Empty where it was refused.
    std::optional<KeptBan> order(std::string reason = "stolen", core::Seconds length = 8h,
                                 std::optional<std::string> override_protect = std::nullopt) {
        BanOrder order{policy::Banned::user("CORP\\anna").value(), length, std::move(reason),
                       std::move(override_protect)};
        return await(ordered(desk(), std::move(order)));
    }
    std::vector<KeptBan> in_force() { return world.fleet->bans_in_force(world.clock.now()); }

    fake::World world{policy::Policy{}};
    std::unique_ptr<Store> store;

  private:
    void restore_or_not() {
        if (store) restore_bans(desk());
    }
};

class BanOrders : public ::testing::Test {
  protected:
    std::vector<Row> rows(std::vector<std::string> kinds) {
        return store_test::rows(directory_.path(), std::move(kinds));
    }
    std::string path() const { return directory_.path(); }

  private:
    store_test::Directory directory_;
};

TEST_F(BanOrders, are_in_the_books_when_they_are_in_force_and_survive_a_restart) {
    {
        Life life{path()};
        const auto kept = life.order("stolen", 8h, "stolen it is");
        ASSERT_TRUE(kept);
        ASSERT_EQ(life.in_force().size(), 1U);
    }
    const auto said = rows({"ban"});
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].who, "uid 1000");
    EXPECT_EQ(said[0].reason, "stolen");
    EXPECT_EQ(said[0].detail.substr(0, 23), "ban 1: user CORP\\anna u");
    Life next{path()};
    ASSERT_EQ(next.in_force().size(), 1U);
    const auto kept = next.in_force().at(0);
    EXPECT_EQ(to_string(kept.ban.whom), "user CORP\\anna");
    EXPECT_EQ(kept.ban.override_protect, "stolen it is");
    EXPECT_EQ(kept.who, "uid 1000");
    EXPECT_EQ(next.world.logged("banned").size(), 1U);
}

TEST_F(BanOrders, let_go_are_gone_for_good) {
    {
        Life life{path()};
        const auto kept = life.order();
        const auto lifted = await(lift_bans(life.desk(), {*kept}, "uid 2"));
        ASSERT_TRUE(lifted);
        EXPECT_EQ(lifted->size(), 1U);
        EXPECT_TRUE(life.in_force().empty());
        EXPECT_TRUE(await(lift_bans(life.desk(), {*kept}, "uid 2"))->empty()) << "once";
    }
    EXPECT_EQ(rows({"unban"}).at(0).who, "uid 2");
    Life next{path()};
    EXPECT_TRUE(next.in_force().empty());
}

TEST_F(BanOrders, end_by_themselves_and_leave_the_books) {
    {
        Life life{path()};
        ASSERT_TRUE(life.order("stolen", 1min));
        end_bans(life.desk());
        EXPECT_EQ(life.world.fleet->bans().size(), 1U);
        life.world.clock.advance(1min);
        end_bans(life.desk());
        EXPECT_TRUE(life.world.fleet->bans().empty());
    }
    EXPECT_EQ(rows({"unban"}).at(0).who, "");
    Life next{path()};
    EXPECT_TRUE(next.world.fleet->bans().empty());
}

TEST_F(BanOrders, are_refused_where_nobody_could_account_for_them) {
    Life life{path(), false};
    EXPECT_FALSE(life.order());
    EXPECT_TRUE(life.world.fleet->bans().empty());
}

TEST_F(BanOrders, are_refused_without_a_reason_and_of_any_other_length) {
    Life life{path()};
    EXPECT_FALSE(life.order(" "));
    EXPECT_FALSE(life.order("stolen", 8h, ""));
    EXPECT_FALSE(life.order("stolen", 59s));
    EXPECT_FALSE(life.order("stolen", 24h * 90 + 1s));
    EXPECT_TRUE(life.order("stolen", 1min));
    EXPECT_TRUE(life.order("stolen", 24h * 90));
    EXPECT_EQ(life.in_force().size(), 2U);
}

TEST_F(BanOrders, are_refused_and_kept_while_the_disk_fails) {
    Life life{path()};
    const auto kept = life.order();
    {
        const NoSync failing;
        EXPECT_FALSE(life.order());
        EXPECT_EQ(life.in_force().size(), 1U);
        EXPECT_FALSE(await(lift_bans(life.desk(), {*kept}, "uid 2")));
        EXPECT_EQ(life.in_force().size(), 1U) << "or it would come back";
    }
}

TEST_F(BanOrders, that_cannot_be_read_end_nobody) {
    {
        Life life{path()};
        ASSERT_TRUE(life.order());
        std::vector<Note> notes{{ban_note(7), "{\"version\":2}"}, {ban_note(8), "nonsense"}};
        ASSERT_TRUE(await(life.store->put(std::move(notes))));
    }
    Life next{path()};
    EXPECT_EQ(next.in_force().size(), 1U);
    EXPECT_EQ(next.world.logged("not_remembered").size(), 2U);
}

}  // namespace
}  // namespace curfew::daemon
