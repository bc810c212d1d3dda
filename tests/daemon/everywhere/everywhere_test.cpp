// What is shown is what is ended, and nothing else.
#include <set>

#include "tests/daemon/everywhere/fleet.hpp"

namespace curfew::daemon::fake {
namespace {

using namespace std::chrono_literals;

TEST_F(EverywhereFleet, EndsWhomItShowedAndNobodyElse) {
    servers(30, {"anna", "bob", "carol"});
    world.start();
    auto shown = look({.users = {"anna", "CAROL"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->disconnects, 60u);
    EXPECT_EQ(shown->sessions, 60u);
    EXPECT_EQ(shown->servers, 30u);
    EXPECT_EQ(looking.of<ShownThere>().size(), 30u);
    EXPECT_EQ(world.journal.count("del"), 0u) << "a look ends nobody";
    const auto counts = end(std::move(*shown));
    EXPECT_EQ(counts.ended, 60u);
    EXPECT_TRUE(counts.all_done());
    EXPECT_EQ(ending.of<EverywhereCounts>().back(), counts);
    for (std::size_t i = 1; i <= 30; ++i) {
        EXPECT_EQ(server(i).alive("anna") + server(i).alive("carol"), 0u);
        EXPECT_EQ(server(i).alive("bob"), 1u);
        EXPECT_EQ(server(i).dels(), 2u);
    }
}

TEST_F(EverywhereFleet, KeepsNothingOfWhoIsNotMeant) {
    servers(2, {"anna", "bob", "carol"});
    server(2).remove("anna");
    world.start();
    const auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    ASSERT_EQ(shown->there.size(), 1u);
    ASSERT_EQ(shown->there[0].look.sessions.size(), 1u);
    EXPECT_EQ(shown->there[0].look.sessions[0].reported.user, "anna");
}

TEST_F(EverywhereFleet, UsersAndClientsBothHaveToAgree) {
    servers(1, {"anna", "bob"});
    server(1).add({.user = "anna", .client = "10.20.1.2"});
    world.start();
    auto shown = look({.users = {"anna"}, .clients = {"10.20.1.2", "10.20.1.9"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->disconnects, 1u);
    end(std::move(*shown));
    EXPECT_EQ(server(1).alive("anna"), 1u);
    EXPECT_EQ(server(1).alive("bob"), 1u);
}

TEST_F(EverywhereFleet, WhoCameSinceIsToldOfAndStays) {
    servers(2, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    world.clock.advance(10s);
    server(1).add({.user = "anna", .client = "10.20.9.9", .connected = 1s});
    // The same client and user: the call would end a session that nobody was shown.
    server(2).add({.user = "anna", .client = "10.20.1.1", .connected = 1s});
    const auto counts = end(std::move(*shown));
    EXPECT_EQ(counts.ended, 1u);
    EXPECT_EQ(counts.withheld, 1u);
    EXPECT_EQ(counts.came, 2u);
    EXPECT_FALSE(counts.all_done());
    EXPECT_EQ(server(1).alive("anna"), 1u);
    EXPECT_EQ(server(2).alive("anna"), 2u);
    EXPECT_EQ(server(2).dels(), 0u);
    std::set<std::string> came;
    for (const auto& one : ending.of<CameSince>()) came.insert(one.server + " " + one.client);
    EXPECT_EQ(came, (std::set<std::string>{"fs1 10.20.9.9", "fs2 10.20.1.1"}));
}

TEST_F(EverywhereFleet, OneMoreThatBeganTogetherWithTheOthersIsOneTooMany) {
    servers(1, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    server(1).add({.user = "anna", .client = "10.20.1.1"});
    const auto counts = end(std::move(*shown));
    EXPECT_EQ(counts.withheld, 1u);
    EXPECT_EQ(server(1).dels(), 0u);
}

TEST_F(EverywhereFleet, ProtectYieldsOnlyToAReason) {
    world.config.policy.protect.push_back({policy::build::user({"anna"}), "the boss"});
    servers(3, {"anna", "bob"});
    world.start();
    auto shown = look({.users = {"anna", "bob"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->disconnects, 3u);
    EXPECT_EQ(looking.of<ShownThere>()[0].list.stays.size(), 1u);
    EXPECT_EQ(looking.of<ShownThere>()[0].list.stays[0].why, "protected");
    end(std::move(*shown));
    EXPECT_EQ(server(1).alive("anna"), 1u);

    auto overridden = look({.users = {"anna"}, .clients = {}, .override_protect = "stolen laptop"});
    ASSERT_TRUE(overridden);
    EXPECT_EQ(end(std::move(*overridden)).ended, 3u);
    EXPECT_EQ(server(1).alive("anna"), 0u);
    ASSERT_EQ(world.audit.entries.size(), 6u);
    EXPECT_EQ(world.audit.entries.back().intent.reason, "stolen laptop");
    EXPECT_EQ(world.audit.entries.back().intent.who, "uid 1000 (anna)");
}

TEST_F(EverywhereFleet, OurOwnSessionStays) {
    servers(1, {"anna"});
    world.start();
    const auto shown = look({.users = {"svc-curfew"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->disconnects, 0u);
    EXPECT_EQ(looking.of<ShownThere>()[0].list.stays[0].why, "own session");
}

TEST_F(EverywhereFleet, LimitsDoNotBindAPersonWhoSaidTheNumber) {
    world.config.policy.limits.per_server = world.config.policy.limits.fleet = {{1, core::Seconds{60}}};
    servers(20, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(end(std::move(*shown)).ended, 20u);
}

TEST_F(EverywhereFleet, AServerThatCannotBeAskedIsNamedAndAskedAgain) {
    servers(3, {"anna"});
    world.start();
    server(2).fail_look(1, connection_lost());
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->disconnects, 2u);
    ASSERT_EQ(shown->unasked.size(), 1u);
    EXPECT_EQ(looking.of<Unasked>().at(0).server, "fs2");
    server(2).fail_look(2, timed_out());
    server(2).fail_look(3, timed_out());
    const auto before = world.clock.now().steady;
    const auto counts = end(std::move(*shown));
    EXPECT_EQ(counts.ended, 2u);
    EXPECT_EQ(counts.came, 1u) << "found later: was not shown";
    EXPECT_EQ(counts.asked, 3u);
    EXPECT_EQ(server(2).alive("anna"), 1u);
    EXPECT_EQ(server(2).looks(), 4u);
    EXPECT_EQ(ending.of<Unasked>().size(), 1u) << "once for each error";
    EXPECT_EQ(ending.of<AskedAtLast>().size(), 1u);
    EXPECT_GE(world.clock.now().steady - before, 3s) << "ever less often";
}

TEST_F(EverywhereFleet, WhatWasAgreedToIsEndedWhenTheServerAnswersAgain) {
    servers(2, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    server(1).fail_look(2, connection_lost());
    EXPECT_TRUE(end(std::move(*shown)).all_done());
    EXPECT_EQ(ending.done(), (Lines{"fs1 anna: ended", "fs2 anna: ended"}));
    EXPECT_EQ(server(1).dels(), 1u);
}

TEST_F(EverywhereFleet, ACallThatWasSentIsNotSentAgain) {
    servers(1, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    server(1).fail_del(1, {.error = timed_out(), .sent = true, .takes_effect = false});
    const auto counts = end(std::move(*shown));
    EXPECT_EQ(counts.failed, 1u);
    EXPECT_EQ(server(1).dels(), 1u);
}

TEST_F(EverywhereFleet, WithoutTheAuditNobodyIsEndedAndItGoesOnByItself) {
    servers(1, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    world.audit.refuse = core::Error{make_error_code(boost::system::errc::no_space_on_device), "the audit"};
    ending.on_news = [&](const EverywhereNews& news) {
        if (!std::holds_alternative<Unasked>(news)) return;
        EXPECT_EQ(server(1).dels(), 0u);
        world.audit.refuse.reset();
    };
    EXPECT_TRUE(end(std::move(*shown)).all_done());
    EXPECT_EQ(server(1).dels(), 1u);
}

TEST_F(EverywhereFleet, WhoLeavesWhileLookingIsShownNothingToAgreeTo) {
    servers(30, {"anna"});
    world.config.polling.concurrency = 2;
    world.start();
    looking.leaves_after = 3;
    EXPECT_FALSE(look({.users = {"anna"}}));
    EXPECT_LT(world.journal.count("look"), 30u);
}

TEST_F(EverywhereFleet, WhoLeavesWhileEndingCancelsTheRest) {
    servers(30, {"anna"});
    world.config.polling.concurrency = 2;
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    ending.leaves_after = 3;
    const auto counts = end(std::move(*shown));
    EXPECT_GE(counts.ended, 3u);
    EXPECT_LT(counts.ended, 30u);
    EXPECT_EQ(counts.left, 30 - counts.ended);
    for (const auto& entry : world.audit.entries) EXPECT_TRUE(entry.result) << "what was begun is finished";
}

TEST_F(EverywhereFleet, NothingIsBegunOnceTheDaemonStops) {
    servers(30, {"anna"});
    world.config.polling.concurrency = 2;
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    ending.on_news = [&](const EverywhereNews&) { stopping = true; };
    const auto counts = end(std::move(*shown));
    EXPECT_GT(counts.left, 0u);
    for (const auto& entry : world.audit.entries) EXPECT_TRUE(entry.result);
}

TEST_F(EverywhereFleet, WhatIsInForceHasToBeWhatItWasShownUnder) {
    servers(2, {"anna"});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    const auto other = std::make_shared<const Edition>(unowned(world.config));
    world.fleet->come_into_force(other, {});
    EXPECT_EQ(end(std::move(*shown)).withheld, 2u);
    EXPECT_EQ(server(1).dels() + server(2).dels(), 0u);
}

TEST_F(EverywhereFleet, OnSambaTheOthersOnTheConnectionAreShown) {
    servers(1, {}, Is::samba);
    server(1).add({.user = "anna", .client = "10.20.1.1", .process = 7});
    server(1).add({.user = "bob", .client = "10.20.1.1", .process = 7});
    world.start();
    auto shown = look({.users = {"anna"}});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->disconnects, 1u);
    EXPECT_EQ(shown->sessions, 2u);
    EXPECT_EQ(looking.of<ShownThere>().at(0).list.pairs.at(0).ends_too, "bob");
    EXPECT_EQ(end(std::move(*shown)).ended, 1u);
}

}  // namespace
}  // namespace curfew::daemon::fake
