// `plan --at`: another time on the wall, and nothing else.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "daemon/commands/commands.hpp"
#include "daemon/fleet/sweep.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::all;
using policy::build::disconnect;
using policy::build::idle;
using policy::build::user;

// Open from 21:00 to 22:00 on the day the clock of these tests begins with, at 08:00.
policy::Condition in_the_evening() {
    policy::Timetable table;
    table.dates[std::chrono::local_days{std::chrono::year{2027} / 1 / 15}] = {{21h, 22h}};
    const std::chrono::sys_days end = std::chrono::year{2038} / 1 / 1;
    const policy::Zone utc{"UTC", {{std::chrono::sys_seconds{}, 0s}}, end};
    return {policy::InSchedule{{std::make_shared<const policy::Schedule>("evening", utc, table)}}};
}

Lines ended_at(World& world, Clock& clock) {
    auto looking = look_at_all(world.members, *world.fleet, clock);
    const auto servers = world.run(std::move(looking));
    Lines lines;
    for (const auto& wanted : servers.at(0).plan.disconnects)
        lines.push_back(wanted.user.text() + " by " + world.config.policy.rules[wanted.rule].key.name);
    return lines;
}

TEST(PlanAt, moves_schedules_from_and_until_and_no_time_of_a_session) {
    auto rules = policy::build::policy({disconnect("evening", all({in_the_evening(), user({"anna"})})),
                                        disconnect("new", user({"bob"})), disconnect("old", user({"carl"})),
                                        disconnect("idle", idle(1h)),
                                        disconnect("long", {policy::ConnectedIn{{12h, std::nullopt}}})});
    const auto noon = policy::build::now.wall + 4h, evening = policy::build::now.wall + 13h + 30min;
    rules.rules[1].from = noon;
    rules.rules[2].until = noon;
    World world{rules};
    auto& server = world.add("fs1", Is::windows);
    for (const char* name : {"anna", "bob", "carl", "dora"})
        server.add({.user = name, .client = name, .idle = 45min, .connected = 3h});
    world.start();
    WallClockAt then{world.clock, evening};
    EXPECT_EQ(ended_at(world, world.clock), Lines{"carl by old"});
    EXPECT_EQ(ended_at(world, then), (Lines{"anna by evening", "bob by new"}));
    EXPECT_EQ(then.now().wall, evening);
    EXPECT_EQ(then.now().steady, world.clock.now().steady);
}

TEST(PlanAt, is_the_time_that_is_printed) {
    std::string directory = (std::filesystem::temp_directory_path() / "curfew-plan-XXXXXX").string();
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    PlanOptions options{.config = directory + "/curfew.yaml", .at = core::WallTime{} + 1'772'483'400s};
    std::ofstream{options.config} << "version: 1\npolling: {timeout: 1s}\nservers: [{name: fs1, address: "
                                     "'127.0.0.1:1'}]\ncredentials: {default: {ntlm: {username: a, "
                                     "password_file: none}}}\nrules: [{name: r, when: any, then: keep}]\n";
    const auto printed = [&](Format output) {
        options.output = output;
        ::testing::internal::CaptureStdout();
        EXPECT_EQ(plan(options), exit_failed) << "nobody listens there";
        return ::testing::internal::GetCapturedStdout();
    };
    const auto json = printed(Format::json);
    EXPECT_TRUE(json.starts_with(R"({"version": 1, "at": "2026-03-02T20:30:00Z", )")) << json;
    const auto table = printed(Format::table);
    EXPECT_TRUE(table.starts_with("Schedules, `from` and `until` as of 2026-03-02T20:30:00Z.\n\nSERVER"))
        << table;
    std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace curfew::daemon
