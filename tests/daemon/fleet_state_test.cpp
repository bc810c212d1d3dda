#include "daemon/fleet/fleet_state.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace policy::build;

const policy::Policy everyone = policy::build::policy({disconnect("all", always())});

policy::ServerLook look_of(const std::string& name, int sessions, core::SteadyTime at = now.steady) {
    std::vector<SessionSpec> specs;
    for (int i = 0; i < sessions; ++i)
        specs.push_back({.user = "u" + std::to_string(i), .client = "10.20.4." + std::to_string(i)});
    auto seen = windows(specs);
    seen.server.traits.name = name;
    seen.at.steady = at;
    return seen;
}
SharedEdition under(policy::Policy policy) {
    auto config = std::make_shared<config::Config>();
    config->policy = std::move(policy);
    return std::make_shared<const Edition>(std::move(config));
}
void look(FleetState& fleet, const policy::ServerLook& seen) {
    fleet.looked(*fleet.edition(), seen, policy::plan_server(everyone, seen));
    fleet.tried(seen.server.traits.name);
}

TEST(FleetState, a_server_that_joins_has_to_be_tried_as_well) {
    FleetState fleet{under(everyone)};
    fleet.added("fs1");
    EXPECT_FALSE(fleet.all_tried());
    fleet.tried("fs1");
    EXPECT_TRUE(fleet.all_tried());
    fleet.added("fs2");
    EXPECT_FALSE(fleet.all_tried());
    fleet.removed("fs2");
    EXPECT_TRUE(fleet.all_tried());
}

TEST(FleetState, trips_are_judged_when_all_were_tried_and_not_before) {
    FleetState fleet{under(everyone)};
    fleet.added("fs1");
    fleet.added("fs2");
    look(fleet, look_of("fs1", 10));
    EXPECT_FALSE(fleet.latch_trips());
    EXPECT_FALSE(fleet.tripped(everyone.rules[0].key, "fs1"));
    fleet.tried("fs2");
    EXPECT_EQ(fleet.latch_trips().value().size(), 2u) << "of the fleet and of the server";
    EXPECT_TRUE(fleet.latch_trips().value().empty()) << "they are news once";
    EXPECT_TRUE(fleet.tripped(everyone.rules[0].key, "fs1"));
    EXPECT_TRUE(fleet.tripped(everyone.rules[0].key, "fs9"));
    fleet.removed("fs1");
    EXPECT_TRUE(fleet.tripped(everyone.rules[0].key, "fs1"));
}

TEST(FleetState, a_look_counts_for_as_long_as_it_is_known_and_no_longer) {
    FleetState fleet{under(everyone)};
    look(fleet, look_of("fs1", 4));
    look(fleet, look_of("fs2", 6, now.steady + 180s));
    EXPECT_EQ(fleet.sessions(), 10u);
    look(fleet, look_of("fs2", 6, now.steady + 181s));
    EXPECT_EQ(fleet.sessions(), 6u);
}

TEST(FleetState, twins_are_remembered_until_one_of_them_leaves_or_turns_out_another) {
    const core::ServerGuid a{1};
    const core::ServerGuid b{2};
    FleetState fleet{under(everyone)};
    fleet.added("fs1");
    fleet.added("files");
    EXPECT_EQ(fleet.twin_of("fs1", a), std::nullopt);
    EXPECT_EQ(fleet.twin_of("fs1", a), std::nullopt) << "nobody is a twin of oneself";
    EXPECT_EQ(fleet.twin_of("files", a), "fs1");
    EXPECT_TRUE(fleet.has_twin("fs1"));
    EXPECT_TRUE(fleet.has_twin("files"));
    EXPECT_EQ(fleet.twin_of("files", {}), std::nullopt) << "a look that tells nothing";
    EXPECT_TRUE(fleet.has_twin("files")) << "and takes nothing back";
    EXPECT_EQ(fleet.twin_of("files", b), std::nullopt);
    EXPECT_FALSE(fleet.has_twin("fs1"));
    EXPECT_EQ(fleet.twin_of("files", a), "fs1");
    fleet.removed("files");
    EXPECT_FALSE(fleet.has_twin("fs1"));
    EXPECT_FALSE(fleet.has_twin("never heard of"));
}

TEST(FleetState, longer_windows_of_rules_are_remembered_too) {
    auto rules = everyone;
    rules.rules[0].limits.per_server = {{1, 48h}};
    FleetState fleet{under(rules)};
    const policy::LimitRequest request{"fs1", "c", "u", &rules.rules[0], 1};
    ASSERT_TRUE(std::holds_alternative<policy::LimitLedger::Ticket>(
        fleet.reserve(*fleet.edition(), request, true, now.steady)));
    // What others do in the meantime makes it forget nothing.
    fleet.reserve(*fleet.edition(), {"fs2", "c", "u", nullptr, 1}, false, now.steady + 47h);
    const auto again = fleet.reserve(*fleet.edition(), request, true, now.steady + 47h);
    ASSERT_TRUE(std::holds_alternative<policy::Why>(again));
    EXPECT_EQ(std::get<policy::Why>(again), policy::Why::limit_per_server);
}

// One thread looks at a server on which a rule has run wild, while another one adds servers and finds that
// they cannot be reached. Whenever a call becomes possible, the trip is there before it.
TEST(FleetState, whoever_is_tried_last_the_trip_comes_before_the_call) {
    using namespace fake;
    for (int round = 0; round < 300; ++round) {
        World world{everyone};
        auto& server = world.add("fs1", Is::windows);
        for (int i = 0; i < 6; ++i)
            server.add({.user = "u" + std::to_string(i), .client = "10.20.4." + std::to_string(i)});
        world.config.policy.limits.share_fleet = policy::Share{2'000};
        world.start();
        std::atomic<bool> over = false;
        std::thread other{[&] {
            while (!over) {
                world.fleet->added("fs2");
                world.fleet->tried("fs2");
            }
        }};
        for (int visit = 0; visit < 3; ++visit) world.visit(0);
        over = true;
        other.join();
        ASSERT_EQ(world.journal.count("intent"), 0u) << "round " << round;
    }
}

}  // namespace
}  // namespace curfew::daemon
