// A disk that does not take what is written: nothing is called, nothing is lost, and it is over by itself.
#include <csignal>
#include <mutex>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {

// No file takes a byte any more.
class FullDisk {
  public:
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = 0;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

  private:
    rlimit before_{};
};

class NoSync {
  public:
    NoSync() { Disk::syncs_fail = true; }
    ~NoSync() { Disk::syncs_fail = false; }
};

struct Told {
    explicit Told(Store& store) {
        store.on_trouble([this](const std::string& trouble) {
            const std::lock_guard lock{mutex};
            all.push_back(trouble);
        });
    }
    std::vector<std::string> so_far() {
        const std::lock_guard lock{mutex};
        return all;
    }
    std::mutex mutex;
    std::vector<std::string> all;
};

TEST(FailingDisk, RefusesIntentsAndNotesAndLeavesNothingOfThem) {
    const Directory directory;
    auto store = open(directory.path());
    Told told{*store};
    const auto before = await(store->intent(intent_of("before")));
    ASSERT_TRUE(before);
    {
        const FullDisk full;
        const auto refused = await(store->intent(intent_of("refused")));
        ASSERT_FALSE(refused);
        EXPECT_EQ(core::name_of(refused.error().code).substr(0, 7), "SQLITE_");
        std::vector<Note> notes{{"hold/1", "x"}};
        EXPECT_FALSE(await(store->put(notes)));
        EXPECT_NE(store->trouble(), "");
        await(store->outcome(*before, intent_of("before"), ended()));  // given up, and kept
        EXPECT_FALSE(await(store->intent(intent_of("refused"))));
    }
    EXPECT_TRUE(eventually([&] { return store->trouble().empty(); }));
    EXPECT_GE(told.so_far().size(), 2u);
    EXPECT_NE(told.so_far().front(), "");
    EXPECT_EQ(told.so_far().back(), "");
    const auto after = await(store->intent(intent_of("after")));
    ASSERT_TRUE(after);
    EXPECT_TRUE(store->notes("")->empty());
    const auto intents = rows(directory.path(), {"intent"});
    ASSERT_EQ(intents.size(), 2u);
    EXPECT_EQ(intents[1].user, "after");
    const auto outcomes = rows(directory.path(), {"outcome"});
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].intent, *before);
    EXPECT_LT(outcomes[0].id, *after);
    EXPECT_EQ(flaw(directory.path()), "");
}

TEST(FailingDisk, WritesWhatWasKeptWithTheNextIntentAtOnce) {
    const Directory directory;
    auto options = daemon();
    options.first_retry = options.longest_retry = std::chrono::hours{1};
    auto store = open(directory.path(), options);
    const auto before = await(store->intent(intent_of("before")));
    {
        const FullDisk full;
        await(store->outcome(*before, intent_of("before"), ended()));
        Row hold;
        hold.kind = "hold";
        store->event(hold);
        EXPECT_TRUE(eventually([&] { return !store->trouble().empty(); }));
    }
    EXPECT_NE(store->trouble(), "");  // an hour is not over
    ASSERT_TRUE(await(store->intent(intent_of("after"))));
    EXPECT_EQ(store->trouble(), "");
    const auto all = rows(directory.path());
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[2].kind, "outcome");
    EXPECT_EQ(all[3].kind, "hold");
    EXPECT_EQ(all[4].user, "after");
}

// The rows of such a commit may be on the disk, and are there when the log is read anew. Then each that was
// kept is there once, and what was refused is undone.
TEST(FailingDisk, DoesNotConfirmACommit) {
    const Directory directory;
    auto store = open(directory.path());
    std::vector<Note> first{{"hold/1", "old"}};
    ASSERT_TRUE(await(store->put(first)));
    const auto before = await(store->intent(intent_of("before")));
    for (int round = 0; round < 3; ++round) {
        const NoSync failing;
        EXPECT_FALSE(await(store->intent(intent_of("refused"))));
        if (round == 0) await(store->outcome(*before, intent_of("before"), ended()));
        std::vector<Note> second{{"hold/1", "new"}, {"hold/2", "new"}};
        EXPECT_FALSE(await(store->put(second)));
    }
    EXPECT_TRUE(eventually([&] { return store->trouble().empty(); }));
    ASSERT_TRUE(await(store->intent(intent_of("after"))));
    const auto notes = store->notes("");
    ASSERT_EQ(notes->size(), 1u);
    EXPECT_EQ(notes->front().value, "old");
    EXPECT_EQ(flaw(directory.path()), "");
    EXPECT_EQ(number(directory.path(), "SELECT count(*) FROM rows WHERE intent = " + std::to_string(*before)),
              1);
    // Those that were refused have no call; all but the last intent are closed.
    EXPECT_EQ(number(directory.path(), "SELECT count(*) FROM open"), 1);
    for (const auto& row : rows(directory.path(), {"outcome"})) {
        EXPECT_EQ(row.outcome, row.user == "before" ? "ended" : "not asked");
    }
}

TEST(FailingDisk, IsFullAndHasRoomAgain) {
    const Directory directory;
    const std::string mounted = directory.path("small");
    ::mkdir(mounted.c_str(), 0700);
    if (::mount("curfew-test", mounted.c_str(), "tmpfs", 0, "size=512k") != 0)
        GTEST_SKIP() << "may not mount";
    {
        auto store = open(mounted + "/audit.db");
        const auto before = await(store->intent(intent_of("before")));
        ASSERT_TRUE(before);
        const std::string filler = mounted + "/filler";
        FILE* file = std::fopen(filler.c_str(), "w");
        const std::string page(4096, 'x');
        while (std::fwrite(page.data(), 1, page.size(), file) == page.size() && std::fflush(file) == 0) {
        }
        std::fclose(file);
        auto refused = await(store->intent(intent_of("refused")));
        for (int i = 0; i < 50 && refused; ++i) refused = await(store->intent(intent_of("refused")));
        ASSERT_FALSE(refused);
        EXPECT_EQ(core::name_of(refused.error().code), "SQLITE_FULL") << core::describe(refused.error());
        await(store->outcome(*before, intent_of("before"), ended()));
        std::remove(filler.c_str());
        EXPECT_TRUE(eventually([&] { return store->trouble().empty(); }));
        EXPECT_TRUE(await(store->intent(intent_of("after"))));
        EXPECT_EQ(rows(mounted + "/audit.db", {"outcome"}).size(), 1u);
        EXPECT_EQ(flaw(mounted + "/audit.db"), "");
    }
    ::umount(mounted.c_str());
}

}  // namespace
}  // namespace curfew::daemon::store_test
