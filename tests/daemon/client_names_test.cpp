// Names by DNS beside the looks: with a resolver that answers when told, or never.

#include "daemon/names/client_names.hpp"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "daemon/fleet/sweep.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using namespace fake;
using policy::build::always;
using policy::build::client;
using policy::build::disconnect;
using Kind = ClientAnswer::Kind;

ClientAnswer named(const std::string& name) {
    ClientAnswer answer{Kind::found, {}, {}};
    answer.found.names = {name};
    return answer;
}

// Jobs wait until somebody lets them go on.
struct Resolver {
    std::map<ClientQuestion, ClientAnswer> says;
    std::vector<ClientQuestion> asked;
    std::vector<std::function<void()>> jobs;

    ClientNames::Ask ask() {
        return [this](const ClientQuestion& question) {
            asked.push_back(question);
            const auto answer = says.find(question);
            return answer == says.end() ? ClientAnswer{Kind::no_answer, {}, "try again"} : answer->second;
        };
    }
    ClientNames::Run run() {
        return [this](std::function<void()> job) {
            jobs.push_back(std::move(job));
            return true;
        };
    }
    void answer_all() {
        for (auto& job : std::exchange(jobs, {})) job();
    }
    void knows(const char* text, const std::string& name) {
        says[core::IpAddress::parse(text).value()] = named(name);
    }
};

// Workstations go; their servers report addresses.
class NamedWorld : public World {
  public:
    explicit NamedWorld(policy::Policy policy = policy::build::policy({disconnect("workstations",
                                                                                  client({"WKS-*"}))}))
        : World(std::move(policy)) {
        add("fs1", Is::windows);
        servers[0]->add({.user = "anna", .client = "10.20.1.7"});
    }
    void start_with_names() {
        start();
        names = std::make_shared<ClientNames>(clock, *log, resolver.ask(), resolver.run(),
                                              NameCacheBounds{100, 4});
        edition = std::make_shared<const Edition>(unowned(config), names);
        fleet->come_into_force(edition, {});
    }
    std::vector<SweptServer> sweep() { return run(look_at_all(members, *fleet, clock)); }

    Resolver resolver;
    std::shared_ptr<ClientNames> names;
};

TEST(ClientNames, a_look_takes_what_is_known_and_the_next_one_knows_more) {
    NamedWorld world;
    world.resolver.knows("10.20.1.7", "wks-17.corp.example");
    world.start_with_names();
    EXPECT_TRUE(world.visit(0));
    EXPECT_EQ(world.servers[0]->dels(), 0u);
    world.resolver.answer_all();
    EXPECT_TRUE(world.visit(0));
    EXPECT_EQ(world.servers[0]->dels(), 1u);
    EXPECT_EQ(world.servers[0]->alive("anna"), 0u);
}

TEST(ClientNames, a_resolver_that_never_answers_delays_no_look) {
    NamedWorld world;
    world.servers[0]->add({.user = "bob", .client = "10.20.1.8"});
    world.config.policy = policy::build::policy({disconnect("by address", client({"10.20.1.8"}))});
    world.start_with_names();
    const auto before = world.clock.now().steady;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.visit(0));
    EXPECT_EQ(world.servers[0]->dels(), 1u);
    EXPECT_EQ(world.servers[0]->alive("anna"), 1u);
    EXPECT_LT(world.clock.now().steady - before, 1s);
    EXPECT_EQ(world.resolver.jobs.size(), 3u) << "anna, bob and curfew, each asked for once";
    EXPECT_EQ(world.names->under_way(), 3u);
}

TEST(ClientNames, the_gate_decides_again_on_what_is_known_then) {
    NamedWorld world;
    world.resolver.knows("10.20.1.7", "wks-17.corp.example");
    world.start_with_names();
    world.visit(0);
    world.resolver.answer_all();
    world.clock.advance(10min);
    // The look puts the question down again; until the gate looks, DNS has come to say something else.
    world.resolver.knows("10.20.1.7", "srv-1.corp.example");
    world.servers[0]->on_look(3, [&](FakeServer&) { world.resolver.answer_all(); });
    world.visit(0);
    EXPECT_EQ(world.servers[0]->looks(), 3u);
    EXPECT_EQ(world.servers[0]->dels(), 0u);
    ASSERT_EQ(world.audit.entries.size(), 1u);
    EXPECT_EQ(world.audit.entries[0].result->outcome, Outcome::no_longer_matches);
}

TEST(ClientNames, a_protection_that_dns_could_prove_protects_until_it_says_otherwise) {
    NamedWorld world{policy::build::policy({disconnect("all", always())}, client({"VIP-*"}), "")};
    world.resolver.knows("10.20.1.7", "wks-17.corp.example");
    world.start_with_names();
    world.visit(0);
    EXPECT_EQ(world.servers[0]->dels(), 0u);
    world.resolver.answer_all();
    world.visit(0);
    EXPECT_EQ(world.servers[0]->dels(), 1u);
}

TEST(ClientNames, a_sweep_waits_for_the_answers) {
    NamedWorld world;
    world.resolver.knows("10.20.1.7", "wks-17.corp.example");
    world.start_with_names();
    // Answered while the sweep waits: whatever runs on its thread gets its turn then.
    world.servers[0]->on_look(1, [&](FakeServer&) {
        boost::asio::post(world.context, [&] {
            boost::asio::post(world.context, [&] {
                boost::asio::post(world.context, [&] { world.resolver.answer_all(); });
            });
        });
    });
    const auto swept = world.sweep();
    EXPECT_EQ(swept[0].plan.disconnects.size(), 1u);
    EXPECT_EQ(swept[0].look.sessions[0].client.found->names, std::vector<std::string>{"wks-17.corp.example"});
}

TEST(ClientNames, a_sweep_waits_no_longer_than_for_one_look) {
    NamedWorld world;
    world.config.polling.timeout = 3s;
    world.start_with_names();
    const auto before = world.clock.now().steady;
    const auto swept = world.sweep();
    EXPECT_EQ(world.clock.now().steady - before, 3s);
    EXPECT_TRUE(swept[0].plan.disconnects.empty());
    EXPECT_FALSE(swept[0].error);
}

TEST(ClientNames, with_nothing_to_ask_a_sweep_waits_for_nothing) {
    NamedWorld world;
    world.start_with_names();
    world.servers[0]->fail_looks(timed_out());
    const auto before = world.clock.now().steady;
    world.sweep();
    EXPECT_EQ(world.clock.now().steady, before);
}

TEST(ClientNames, names_are_asked_for_as_names_and_what_is_no_name_not_at_all) {
    NamedWorld world;
    for (const auto* odd : {"WKS-17", "wks-17", "a b", "1234", ""})
        world.servers[0]->add({.user = "u", .client = odd});
    world.resolver.says[std::string{"wks-17"}] = {Kind::found, {}, {}};
    world.start_with_names();
    world.visit(0);
    world.resolver.answer_all();
    const std::vector<ClientQuestion> expected{core::IpAddress::parse("10.20.1.7").value(),
                                               std::string{"wks-17"},
                                               core::IpAddress::parse("10.9.9.9").value()};
    EXPECT_EQ(world.resolver.asked, expected);
}

TEST(ClientNames, every_failure_is_in_the_log_once_and_silence_is_a_warning_once) {
    NamedWorld world;
    world.servers[0]->own_client = "10.20.1.7";
    world.start_with_names();
    for (int minute = 0; minute < 20; ++minute) {
        world.visit(0);
        world.resolver.answer_all();
        world.clock.advance(1min);
    }
    // After 0, 1, 3, 7 and 15 minutes.
    EXPECT_EQ(world.logged("client_not_found"),
              Lines(5, "client_not_found client=10.20.1.7 message=\"try again\""));
    EXPECT_EQ(world.logged("dns_silent"),
              Lines{"dns_silent failures=4 message=\"no question about a client is answered: try again\""});
    world.resolver.says[core::IpAddress::parse("10.20.1.7").value()] = {Kind::nothing, {}, "no such name"};
    world.clock.advance(10min);
    world.visit(0);
    world.resolver.answer_all();
    EXPECT_EQ(world.logged("dns_found_again"), Lines{"dns_found_again failures=5"});
}

TEST(ClientNames, where_no_thread_is_free_it_is_a_failure) {
    NamedWorld world;
    world.start();
    ClientNames names{world.clock, *world.log, world.resolver.ask(), [](auto) { return false; }};
    auto look = world.look_at(0);
    names.tell(look);
    EXPECT_EQ(names.under_way(), 0u);
    EXPECT_EQ(world.logged("client_not_found").size(), 2u);
}

TEST(ClientNames, one_thread_goes_on_with_what_waits) {
    NamedWorld world;
    for (int i = 0; i < 20; ++i)
        world.servers[0]->add({.user = "u", .client = "10.1.1." + std::to_string(i)});
    world.start_with_names();
    world.visit(0);
    EXPECT_EQ(world.resolver.jobs.size(), 4u);
    world.resolver.jobs.front()();
    EXPECT_EQ(world.resolver.asked.size(), 19u) << "all but the three that are with the others";
}

TEST(ClientNames, between_two_looks_that_are_far_apart_the_answers_are_kept_fresh) {
    NamedWorld world;
    world.resolver.knows("10.20.1.7", "wks-17.corp.example");
    world.resolver.knows("10.9.9.9", "curfew.corp.example");
    world.start_with_names();
    world.visit(0);
    for (int minute = 0; minute < 60; ++minute) {
        world.resolver.answer_all();
        world.clock.advance(1min);
        world.names->refresh(2h);
    }
    EXPECT_EQ(world.resolver.asked.size(), 2u * 6u);
    EXPECT_EQ(world.servers[0]->dels(), 0u);
    world.visit(0);
    EXPECT_EQ(world.servers[0]->dels(), 1u);
}

TEST(ClientNames, keeping_them_fresh_ends_when_it_is_told_to) {
    NamedWorld world;
    world.start_with_names();
    world.names->keep_fresh(world.context.get_executor(), 2h);
    EXPECT_EQ(world.context.poll(), 1u) << "it waits";
    world.names->stop();
    world.context.restart();
    world.context.run();
}

TEST(ClientNames, an_answer_after_the_end_goes_nowhere) {
    std::promise<void> release;
    std::thread hanging;
    {
        NamedWorld world;
        world.start();
        auto ask = [released = release.get_future().share()](const ClientQuestion&) {
            released.wait();
            return named("late.corp");
        };
        auto run = [&](std::function<void()> job) {
            if (hanging.joinable()) return false;
            hanging = std::thread{std::move(job)};
            return true;
        };
        ClientNames names{world.clock, *world.log, std::move(ask), std::move(run)};
        auto look = world.look_at(0);
        names.tell(look);
        EXPECT_EQ(names.under_way(), 1u);
    }
    release.set_value();
    hanging.join();
}

TEST(ClientNames, by_the_system_s_own_resolver) {
    NamedWorld world{policy::build::policy({disconnect("here", client({"localhost*"}))})};
    world.servers[0]->add({.user = "bob", .client = "localhost"});
    world.config.client_names = policy::ClientNames::dns;
    world.start();
    SystemClock clock;
    const auto names = client_names_for(world.config, clock, *world.log);
    ASSERT_TRUE(names);
    auto look = world.look_at(0);
    // Nobody but bob, so that no question leaves this machine.
    look.sessions = {look.sessions.at(1)};
    names->tell(look);
    EXPECT_EQ(look.sessions[0].client.found, policy::FoundClient{});
    world.run(names->wait_for_answers(clock.now().steady + 60s));
    names->tell(look);
    const auto& found = look.sessions[0].client.found->addresses;
    EXPECT_NE(std::find(found.begin(), found.end(), core::IpAddress::parse("127.0.0.1").value()),
              found.end());
    world.config.client_names = policy::ClientNames::as_reported;
    EXPECT_FALSE(client_names_for(world.config, clock, *world.log));
}

}  // namespace
}  // namespace curfew::daemon
