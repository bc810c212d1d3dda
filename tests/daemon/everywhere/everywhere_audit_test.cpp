// Many intents, few transactions: a fleet cannot wait for an fsync per call.
#include "daemon/gate/log_audit.hpp"
#include "tests/daemon/everywhere/fleet.hpp"
#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::fake {
namespace {

TEST_F(EverywhereFleet, IntentsOfManyServersShareTransactions) {
    constexpr std::size_t number = 500;
    const store_test::Directory directory;
    auto store = store_test::open(directory.path());
    ASSERT_TRUE(store);
    world.config.servers.reserve(number);
    servers(number, {"anna"});
    world.config.polling.concurrency = 256;
    world.start();
    LogAudit log{*world.log};
    StoreAudit audit{*store, log};
    Gate gate{*world.fleet, audit, world.clock};
    const EverywhereParts parts{world.known_members, *world.fleet, gate, world.clock};
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    const auto before = store_test::Disk::syncs.load();
    const auto counts = world.run(end_everywhere(parts, std::move(*shown), "uid 1000", ending));
    const auto syncs = store_test::Disk::syncs - before;
    RecordProperty("fsyncs", std::to_string(syncs));
    EXPECT_EQ(counts.ended, number);
    EXPECT_LT(syncs, number) << "1000 rows, one transaction each";
    EXPECT_GE(syncs, 2u);
    std::size_t intents = 0;
    for (const auto& row : store_test::rows(directory.path(), {"intent"})) {
        EXPECT_EQ(row.who, "uid 1000");
        EXPECT_EQ(row.reason, "by hand, everywhere");
        ++intents;
    }
    EXPECT_EQ(intents, number);
    EXPECT_EQ(store_test::rows(directory.path(), {"outcome"}).size(), number);
    EXPECT_EQ(store_test::flaw(directory.path()), "");
}

}  // namespace
}  // namespace curfew::daemon::fake
