// What observing rules would have ended, once a session; what is open; what counts against limits.
#include <gtest/gtest.h>

#include "daemon/store/queries.hpp"
#include "daemon/store/would_end.hpp"
#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {

Row would_end(const std::string& user, std::optional<core::WallTime> started,
              const std::string& digest = "d1") {
    Row row;
    row.at = at(2'000'000'000);
    row.server = "fs1";
    row.client_key = "pc7";
    row.user_key = user;
    row.rule = "idle";
    row.rule_digest = digest;
    row.started = started;
    return row;
}

std::size_t count(const Directory& directory, Store& store) {
    EXPECT_TRUE(store.notes(""));  // after all that was said before
    return rows(directory.path(), {"would_end"}).size();
}

TEST(WouldEnd, IsWrittenOnceForEachSession) {
    const Directory directory;
    for (int i = 0; i < 2; ++i) {  // over a restart too
        auto store = open(directory.path());
        const auto before = store->last_row();
        store->would_end(would_end("anna", at(1000)));
        store->would_end(would_end("anna", at(1002)));
        store->would_end(would_end("anna", at(998)));
        store->would_end(would_end("anna", at(1003)));
        store->would_end(would_end("bert", at(1000)));
        store->would_end(would_end("anna", at(1000), "another rule"));
        EXPECT_EQ(count(directory, *store), 4u);
        if (i == 1) {
            EXPECT_EQ(store->last_row(), before);
        }
    }
    EXPECT_EQ(flaw(directory.path()), "");
}

TEST(WouldEnd, WithoutAStartIsWrittenOnceInARun) {
    const Directory directory;
    for (std::size_t run = 1; run <= 3; ++run) {
        auto store = open(directory.path());
        store->would_end(would_end("anna", std::nullopt));
        store->would_end(would_end("anna", std::nullopt));
        EXPECT_EQ(count(directory, *store), run);
    }
}

TEST(WouldEnd, IsSaidAgainWhenItWasForgotten) {
    WouldEndSeen seen;
    EXPECT_TRUE(seen.add(would_end("anna", at(1000))));
    EXPECT_FALSE(seen.add(would_end("anna", at(1001))));
    EXPECT_TRUE(seen.add(would_end("anna", std::nullopt)));
    seen.forget(would_end("anna", at(1000)));
    EXPECT_TRUE(seen.add(would_end("anna", at(1000))));
    EXPECT_FALSE(seen.add(would_end("anna", std::nullopt)));
}

TEST(Spent, CountsWhatMayHaveEndedSomebody) {
    const Directory directory;
    auto store = open(directory.path());
    const auto now = std::chrono::system_clock::now();
    const auto call = [&](const std::string& user, std::optional<Outcome> outcome, core::WallTime when) {
        auto intent = intent_of(user, when);
        const auto id = await(store->intent(intent));
        ASSERT_TRUE(id);
        if (!outcome) return;
        intent.seen.sessions = 5;
        Result result;
        result.outcome = *outcome;
        await(store->outcome(*id, intent, result));
    };
    for (const auto outcome :
         {Outcome::ended, Outcome::still_there, Outcome::unknown, Outcome::error, Outcome::already_gone,
          Outcome::no_longer_matches, Outcome::withheld, Outcome::not_asked})
        call(std::string{to_string(outcome)}, outcome, now);
    call("open", std::nullopt, now);
    const auto spent = store->spent_since(now - core::Seconds{60});
    ASSERT_TRUE(spent);
    std::vector<std::string> users;
    for (const auto& one : *spent) {
        users.push_back(one.user_key);
        EXPECT_EQ(one.sessions, one.user_key == "open" ? 2u : 5u);
        ASSERT_TRUE(one.steady);
        EXPECT_LT(std::chrono::steady_clock::now() - *one.steady, core::Seconds{60});
        EXPECT_GE(one.at, now);
        EXPECT_EQ(one.rule, "idle");
        EXPECT_EQ(one.rule_digest, "d1");
    }
    EXPECT_EQ(users, (std::vector<std::string>{"ended", "still there", "unknown", "error", "open"}));
}

TEST(Spent, GoesByEitherClockInThisBoot) {
    const Directory directory;
    auto store = open(directory.path());
    const auto now = std::chrono::system_clock::now();
    // By the wall two hours ago, for the clock was wrong; by the steady clock just now.
    ASSERT_TRUE(await(store->intent(intent_of("jumped", now - core::Seconds{7200}))));
    EXPECT_EQ(store->spent_since(now - core::Seconds{60})->size(), 1u);
}

TEST(Spent, GoesByTheWallAloneInAnotherBoot) {
    const Directory directory;
    auto store = open(directory.path());
    const auto now = std::chrono::system_clock::now();
    ASSERT_TRUE(await(store->intent(intent_of("recent", now))));
    ASSERT_TRUE(await(store->intent(intent_of("old", now - core::Seconds{7200}))));
    const auto database = Database::open(directory.path(), Database::Access::read_only);
    const core::Now later{std::chrono::steady_clock::now(), now};
    const auto spent = spent_in(**database, now - core::Seconds{60}, later, "another boot");
    ASSERT_TRUE(spent);
    ASSERT_EQ(spent->size(), 1u);
    EXPECT_EQ(spent->front().user_key, "recent");
    EXPECT_FALSE(spent->front().steady);
}

TEST(Orphans, AreIntentsOfARunThatDiedWithoutOutcome) {
    const Directory directory;
    const int child = begin_child([&] {
        auto store = Store::open(directory.path(), daemon());
        if (!store) return 1;
        auto intent = intent_of("anna");
        intent.seen.started = at(1234);
        const auto first = await((*store)->intent(intent));
        const auto second = await((*store)->intent(intent_of("bert")));
        if (!first || !second) return 2;
        await((*store)->outcome(*second, intent_of("bert"), ended()));
        return 0;
    });
    ASSERT_EQ(status_of(child), 0);
    auto store = open(directory.path());
    auto beside = open(directory.path(), visitor());
    ASSERT_TRUE(await(store->intent(intent_of("carl"))));
    ASSERT_TRUE(await(beside->intent(intent_of("dora"))));
    const auto orphans = store->orphans();
    ASSERT_TRUE(orphans);
    ASSERT_EQ(orphans->size(), 1u);
    EXPECT_EQ(orphans->front().intent.user, "anna");
    EXPECT_EQ(orphans->front().intent.seen.sessions, 2u);
    EXPECT_EQ(orphans->front().started, at(1234));
    EXPECT_EQ(orphans->front().id, 2u);

    Row recovered;
    recovered.kind = "recovered";
    recovered.intent = 2;
    recovered.outcome = "unknown";
    store->event(recovered);
    EXPECT_TRUE(store->orphans()->empty());
}

}  // namespace
}  // namespace curfew::daemon::store_test
