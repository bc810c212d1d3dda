// Rows that are too old go, and the chain says so.
#include <gtest/gtest.h>

#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {

constexpr std::int64_t day = 86'400;

class Turned final : public Clock {
  public:
    core::Now now() const override { return {core::SteadyTime{std::chrono::hours{5}}, wall}; }
    boost::asio::awaitable<void> wait_until(core::SteadyTime) override { co_return; }
    core::WallTime wall = at(1000 * day);
};

// One call a day, from day 1 on.
void days(Store& store, Turned& clock, int from, int to, const std::string& config = "c1") {
    for (int i = from; i <= to; ++i) {
        clock.wall = at(i * day);
        auto intent = intent_of("anna", clock.wall);
        intent.config_digest = config;
        const auto id = await(store.intent(intent));
        ASSERT_TRUE(id);
        await(store.outcome(*id, intent, ended()));
    }
}

TEST(Drop, LeavesAChainThatHolds) {
    const Directory directory;
    Turned clock;
    auto options = daemon();
    options.clock = &clock;
    clock.wall = at(0);
    auto store = open(directory.path(), options);
    store->configured("old", "old text");
    days(*store, clock, 1, 5, "old");
    store->configured("c1", "text");
    days(*store, clock, 6, 10);
    store->drop_before(at(7 * day));
    ASSERT_TRUE(store->notes(""));
    EXPECT_TRUE(eventually([&] { return !rows(directory.path(), {"pruned"}).empty(); }));
    const auto found = verified(directory.path());
    EXPECT_FALSE(found.flaw) << found.flaw->what;
    EXPECT_EQ(found.first, 14u);  // run, and 2 for each of 6 days
    EXPECT_EQ(rows(directory.path()).front().at, at(7 * day));
    const auto database = Database::open(directory.path(), Database::Access::read_only);
    EXPECT_FALSE(*config_text(**database, "old"));
    EXPECT_TRUE(*config_text(**database, "c1"));

    days(*store, clock, 11, 12);
    store->drop_before(at(8 * day));
    EXPECT_TRUE(eventually([&] { return rows(directory.path(), {"pruned"}).size() == 2; }));
    EXPECT_EQ(flaw(directory.path()), "");
    store.reset();
    EXPECT_EQ(error_of(directory.path()), "");
    EXPECT_EQ(flaw(directory.path()), "");
    change(directory.path(), "DELETE FROM rows WHERE id = (SELECT min(id) FROM rows)");
    EXPECT_NE(flaw(directory.path()), "");
}

TEST(Drop, KeepsAnIntentThatIsOpenAndWhateverCameAfter) {
    const Directory directory;
    Turned clock;
    auto options = daemon();
    options.clock = &clock;
    clock.wall = at(0);
    auto store = open(directory.path(), options);
    days(*store, clock, 1, 2);
    const auto open_one = await(store->intent(intent_of("bert", at(3 * day))));
    ASSERT_TRUE(open_one);
    days(*store, clock, 4, 10);
    store->drop_before(at(9 * day));
    EXPECT_TRUE(eventually([&] { return rows(directory.path(), {"pruned"}).size() == 1; }));
    EXPECT_EQ(verified(directory.path()).first, *open_one);
    EXPECT_EQ(flaw(directory.path()), "");
}

TEST(Drop, GoesByNoClockThatWasWrong) {
    const Directory directory;
    Turned clock;
    auto options = daemon();
    options.clock = &clock;
    clock.wall = at(0);
    auto store = open(directory.path(), options);
    days(*store, clock, 1, 2);
    days(*store, clock, 9000, 9000);  // in the way, were it believed
    days(*store, clock, 3, 4);
    days(*store, clock, 9001, 9001);  // the latest that there is
    clock.wall = at(50 * day);
    store->drop_before(at(40 * day));
    EXPECT_TRUE(eventually([&] { return rows(directory.path(), {"pruned"}).size() == 1; }));
    const auto left = rows(directory.path());
    EXPECT_EQ(left.size(), 3u);
    EXPECT_EQ(left.front().at, at(9001 * day));
    EXPECT_EQ(flaw(directory.path()), "");
}

TEST(Drop, ComesToItsEndInManySteps) {
    const Directory directory;
    auto store = open(directory.path());
    for (int i = 0; i < 5000; ++i) {
        Row row;
        row.kind = "hold";
        row.at = at(i);
        store->event(row);
    }
    ASSERT_TRUE(store->notes(""));
    ASSERT_EQ(rows(directory.path(), {"hold"}).size(), 5000u);
    store->drop_before(std::chrono::system_clock::now());
    EXPECT_TRUE(eventually([&] { return rows(directory.path(), {"hold"}).empty(); }));
    EXPECT_GT(rows(directory.path(), {"pruned"}).size(), 1u);
    EXPECT_EQ(flaw(directory.path()), "");
}

}  // namespace
}  // namespace curfew::daemon::store_test
