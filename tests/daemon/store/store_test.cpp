// What is handed in is there afterwards, in order, chained, in few transactions.
#include "daemon/store/store.hpp"

#include <set>

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

#include "core/errors/net_api_status.hpp"
#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {
namespace asio = boost::asio;

TEST(Store, KeepsEveryFieldOfAnIntentAndItsOutcome) {
    const Directory directory;
    auto store = open(directory.path());
    auto intent = intent_of(std::string{"an\0na\xff'; --\n", 13});
    intent.reason = "night";
    intent.owner = "it";
    intent.ticket = "T-1";
    intent.who = "uid 1000";
    intent.seen.idle = core::Seconds{0};
    intent.seen.open_files = 3;
    intent.seen.started = at(1'700'000'000);
    const auto id = await(store->intent(intent));
    ASSERT_TRUE(id);
    EXPECT_EQ(*id, 2u);
    EXPECT_EQ(store->last_row(), 2u);
    Result result;
    result.outcome = Outcome::error;
    result.error = {core::make_error_code(core::NetApiStatus::access_denied), "context"};
    result.why = policy::Why::tripped;
    await(store->outcome(*id, intent, result));

    const auto all = rows(directory.path());
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].kind, "run");
    EXPECT_EQ(all[0].detail, "1.2.3, the daemon");
    EXPECT_EQ(all[0].run, 1u);
    const Row& row = all[1];
    EXPECT_EQ(row.kind, "intent");
    EXPECT_EQ(row.run, 1u);
    EXPECT_EQ(row.at, intent.at);
    EXPECT_EQ(row.user, intent.user);
    EXPECT_EQ(row.client_key, "pc7");
    EXPECT_EQ(row.reason, "night");
    EXPECT_EQ(row.owner, "it");
    EXPECT_EQ(row.ticket, "T-1");
    EXPECT_EQ(row.who, "uid 1000");
    EXPECT_EQ(row.sessions, 2u);
    EXPECT_EQ(row.idle, 0);
    EXPECT_EQ(row.connected, std::nullopt);
    EXPECT_EQ(row.open_files, 3);
    EXPECT_EQ(row.started, intent.seen.started);
    EXPECT_EQ(all[2].kind, "outcome");
    EXPECT_EQ(all[2].intent, 2u);
    EXPECT_EQ(all[2].outcome, "error");
    EXPECT_EQ(all[2].why, "tripped");
    EXPECT_EQ(all[2].error, "ERROR_ACCESS_DENIED");
    EXPECT_EQ(all[2].code, 5);
    EXPECT_EQ(all[2].detail, "context");
    EXPECT_EQ(flaw(directory.path()), "");
}

TEST(Store, GivesManyThatComeAtOnceOneTransaction) {
    constexpr int count = 10'000;
    const Directory directory;
    auto store = open(directory.path());
    const auto syncs_before = Disk::syncs.load();
    asio::io_context context;
    std::set<IntentId> ids;
    const auto one = [&](int i) -> asio::awaitable<void> {
        const auto intent = intent_of("u" + std::to_string(i));
        const auto id = co_await store->intent(intent);
        if (!id) co_return;
        ids.insert(*id);
        const auto result = ended();
        co_await store->outcome(*id, intent, result);
    };
    for (int i = 0; i < count; ++i) asio::co_spawn(context, one(i), asio::detached);
    context.run();
    EXPECT_EQ(ids.size(), std::size_t{count});
    EXPECT_LT(Disk::syncs - syncs_before, 500u);
    const auto found = verified(directory.path());
    EXPECT_FALSE(found.flaw);
    EXPECT_EQ(found.rows, 2u * count + 1);
    EXPECT_EQ(number(directory.path(), "SELECT count(*) FROM open"), 0);
}

TEST(Store, RemembersNotesByKey) {
    const Directory directory;
    {
        auto store = open(directory.path());
        std::vector<Note> first{{"memory/fs1", "a"}, {"memory/fs2", "b"}, {"hold/1", "c"}, {"memory0", "d"}};
        ASSERT_TRUE(await(store->put(first)));
        std::vector<Note> second{{"memory/fs1", "e"}, {"memory/fs2", ""}};
        ASSERT_TRUE(await(store->put(second)));
        store->put_later({"memory/fs3", "f"});
        store->put_later({"memory/fs3", "g"});
        store->put_later({"hold/1", "never"});
        std::vector<Note> third{{"hold/1", "last"}};
        ASSERT_TRUE(await(store->put(third)));
    }
    auto store = open(directory.path());
    const auto memory = store->notes("memory/");
    ASSERT_TRUE(memory);
    ASSERT_EQ(memory->size(), 2u);
    EXPECT_EQ((*memory)[0].value, "e");
    EXPECT_EQ((*memory)[1].value, "g");
    EXPECT_EQ(store->notes("hold/")->at(0).value, "last");
}

TEST(Store, WritesNotesThatNobodyWaitsForByItself) {
    const Directory directory;
    auto store = open(directory.path());
    store->put_later({"k", "v"});
    EXPECT_TRUE(eventually([&] { return number(directory.path(), "SELECT count(*) FROM notes") == 1; }));
}

TEST(Store, KeepsTheTextOfEachConfigurationOnce) {
    const Directory directory;
    auto store = open(directory.path());
    store->configured("c1", "version: 1\n");
    store->configured("c1", "version: 1 # again\n");
    ASSERT_TRUE(store->notes(""));
    const auto database = Database::open(directory.path(), Database::Access::read_only);
    EXPECT_EQ(config_text(**database, "c1")->value_or(""), "version: 1\n");
    EXPECT_FALSE(*config_text(**database, "c2"));
}

TEST(Store, IsLeftByACoroutineThatIsGone) {
    const Directory directory;
    auto store = open(directory.path());
    for (int i = 0; i < 50; ++i) {
        asio::io_context context;
        const auto one = [&]() -> asio::awaitable<void> {
            const auto intent = intent_of("anna");
            co_await store->intent(intent);
        };
        asio::co_spawn(context, one(), asio::detached);
        context.poll_one();  // and is destroyed with the answer under way
    }
    ASSERT_TRUE(store->notes(""));
    EXPECT_EQ(flaw(directory.path()), "");
}

class NumberedLog final : public Audit {
  public:
    asio::awaitable<core::Result<IntentId>> intent(const Intent&) override {
        said.push_back("intent 77");
        co_return 77;
    }
    asio::awaitable<void> outcome(IntentId id, const Intent&, const Result&) override {
        said.push_back("outcome " + std::to_string(id));
        co_return;
    }
    std::vector<std::string> said;
};

TEST(StoreAudit, IsOnTheLogTooUnderTheNumberOfTheLog) {
    const Directory directory;
    auto store = open(directory.path());
    NumberedLog log;
    StoreAudit audit{*store, log};
    const auto intent = intent_of("anna");
    const auto id = await(audit.intent(intent));
    ASSERT_TRUE(id);
    EXPECT_EQ(*id, 2u);
    await(audit.outcome(*id, intent, ended()));
    EXPECT_EQ(log.said, (std::vector<std::string>{"intent 77", "outcome 77"}));
    EXPECT_EQ(rows(directory.path(), {"outcome"}).at(0).intent, 2u);
}

}  // namespace
}  // namespace curfew::daemon::store_test
