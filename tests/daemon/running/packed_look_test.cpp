#include "daemon/running/packed_look.hpp"

#include <random>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
namespace build = policy::build;
using policy::SessionFacts;

// Every field by its name: one more does not compile here before it is thought of there.
bool same(const SessionFacts& a, const SessionFacts& b) {
    const auto fields = [](const SessionFacts& session) {
        const auto& [reported, domain, user, user_known, known_flags, client, client_key, user_key, started,
                     quiet, own] = session;
        const auto& [address, name, found] = client;
        return std::tie(reported, domain, user, user_known, known_flags, address, name, found, client_key,
                        user_key, started, quiet, own);
    };
    return fields(a) == fields(b);
}

void comes_back(const policy::ServerLook& look) {
    const PackedLook packed{look};
    const auto back = packed.unpacked();
    for (const auto& at : {packed.at(), back.at}) {
        EXPECT_EQ(at.steady, look.at.steady);
        EXPECT_EQ(at.wall, look.at.wall);
    }
    EXPECT_EQ(back.asked, look.asked);
    EXPECT_EQ(back.server.traits.name, look.server.traits.name);
    EXPECT_EQ(back.server.kind, look.server.kind);
    EXPECT_EQ(back.server.level, look.server.level);
    ASSERT_EQ(back.sessions.size(), look.sessions.size());
    for (std::size_t i = 0; i < look.sessions.size(); ++i)
        EXPECT_TRUE(same(back.sessions[i], look.sessions[i])) << i << ": " << look.sessions[i].reported.user;
}

TEST(PackedLook, gives_back_what_servers_say) {
    comes_back(build::windows({}));
    comes_back(build::windows({{.user = "anna"},
                               {.user = "CORP\\Bob", .client = "PC17", .client_type = "Windows 11"},
                               {.user = "CORP\\Eve", .client = "fe80::0:1%3", .transport = "\\Device\\X"},
                               {.user = "CORP\\Eve", .client = "FE80:0::1", .transport = "\\Device\\X"},
                               {.user = "", .client = "", .idle = std::nullopt, .connected = std::nullopt},
                               {.user = "ÄRGER", .open_files = 4'000'000'000, .flags = 3}}));
    comes_back(build::samba({{.user = "anna", .open_files = std::nullopt, .flags = std::nullopt}}));
}

TEST(PackedLook, takes_a_tenth_of_the_memory) {
    std::vector<build::SessionSpec> people;
    for (int i = 0; i < 20; ++i)
        people.push_back({.user = "user" + std::to_string(i), .client = "10.20.1." + std::to_string(i)});
    const auto look = build::windows(people);
    EXPECT_LT(PackedLook{look}.size() * 10, look.sessions.size() * sizeof(SessionFacts));
}

TEST(PackedLook, gives_back_whatever_a_session_may_be) {
    std::mt19937 random{7};
    const auto maybe = [&] { return random() % 2 == 0; };
    const auto word = [&] {
        static const std::vector<std::string> words{
            "",     "anna", "Anna",     "10.0.0.1", "10.0.0.01",
            "PC17", "pc17", "fe80::01", "::1",      std::string(300, 'x')};
        return words[random() % words.size()];
    };
    const auto duration = [&] {
        return core::SteadyTime::duration{static_cast<std::int64_t>(random()) * (maybe() ? -1 : 1'000'000)};
    };
    for (int turn = 0; turn < 300; ++turn) {
        policy::ServerLook look{
            {build::server(policy::Kind::samba), policy::Kind::unclear, core::Level::anyone}, {}, build::now};
        if (maybe()) look.asked = build::now.steady - 1s;
        for (auto left = random() % 6; left > 0; --left) {
            SessionFacts one;
            one.reported.client = word();
            one.reported.user = word();
            if (maybe()) one.reported.open_files = random();
            if (maybe()) one.reported.connected = core::Seconds{random() % 100'000};
            if (maybe()) one.reported.idle = core::Seconds{random() % 1'000};
            if (maybe()) one.reported.flags = random();
            if (maybe()) one.reported.client_type = word();
            if (maybe()) one.reported.transport = word();
            one.domain = word();
            one.user = word();
            one.user_known = maybe();
            if (maybe()) one.known_flags = random();
            one.client.address = core::IpAddress::parse(word());
            if (maybe()) one.client.name = word();
            if (maybe()) {
                auto& found = one.client.found.emplace();
                if (maybe()) found.names = {word(), word()};
                if (maybe()) found.addresses = {core::IpAddress::parse("10.0.0.9").value()};
                if (maybe()) found.full_name = word();
            }
            one.client_key = word();
            one.user_key = word();
            if (maybe()) one.started = build::now.steady - duration();
            if (maybe()) one.quiet = policy::QuietTime{duration(), std::nullopt};
            if (one.quiet && maybe()) one.quiet->at_most = duration();
            one.own = static_cast<policy::Own>(random() % 4);
            look.sessions.push_back(std::move(one));
        }
        comes_back(look);
    }
}

}  // namespace
}  // namespace curfew::daemon
