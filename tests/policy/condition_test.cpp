#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

using namespace build;
constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;
constexpr auto unknown = Truth::unknown;

Truth holds(const Condition& condition, const SessionSpec& session, Kind kind = Kind::windows) {
    const auto seen = look(server(kind), {session});
    return evaluate(condition, seen.server, seen.sessions.front(), seen.at.wall);
}

TEST(Truth, follows_kleenes_tables) {
    for (const Truth a : {no, unknown, yes}) {
        EXPECT_EQ(a && no, no);
        EXPECT_EQ(a && yes, a);
        EXPECT_EQ(a || yes, yes);
        EXPECT_EQ(a || no, a);
        EXPECT_EQ(!!a, a);
    }
    EXPECT_EQ(unknown && unknown, unknown);
    EXPECT_EQ(unknown || unknown, unknown);
    EXPECT_EQ(!unknown, unknown);
    EXPECT_EQ(!yes, no);
}

TEST(Condition, idle_is_at_least) {
    EXPECT_EQ(holds(idle(30min), {.user = "anna", .idle = 30min}), yes);
    EXPECT_EQ(holds(idle(30min), {.user = "anna", .idle = 30min - 1s}), no);
}

TEST(Condition, ranges_are_half_open) {
    const Condition range{ConnectedIn{{30min, 2h}}};
    EXPECT_EQ(holds(range, {.user = "anna", .connected = 30min - 1s}), no);
    EXPECT_EQ(holds(range, {.user = "anna", .connected = 30min}), yes);
    EXPECT_EQ(holds(range, {.user = "anna", .connected = 2h - 1s}), yes);
    EXPECT_EQ(holds(range, {.user = "anna", .connected = 2h}), no);
}

TEST(Condition, unknown_is_not_zero) {
    EXPECT_EQ(holds(open_files(0), {.user = "anna", .open_files = 0}), yes);
    EXPECT_EQ(holds(open_files(0), {.user = "anna", .open_files = std::nullopt}), unknown);
    EXPECT_EQ(holds(not_(open_files(0)), {.user = "anna", .open_files = std::nullopt}), unknown);
    EXPECT_EQ(holds({ConnectedIn{{std::nullopt, 1h}}}, {.user = "anna", .connected = std::nullopt}), unknown);
    EXPECT_EQ(holds({IdleIn{{std::nullopt, 1h}}}, {.user = "anna", .idle = 0s}, Kind::samba), unknown);
}

TEST(Condition, flags_are_set_or_clear_or_unknown) {
    const Condition guest{FlagIs{core::sess_guest, true}};
    const Condition no_guest{FlagIs{core::sess_guest, false}};
    const Condition plaintext{FlagIs{core::sess_noencryption, true}};
    EXPECT_EQ(holds(guest, {.user = "anna", .flags = 1}), yes);
    EXPECT_EQ(holds(guest, {.user = "anna", .flags = 2}), no);
    EXPECT_EQ(holds(no_guest, {.user = "anna", .flags = 2}), yes);
    EXPECT_EQ(holds(plaintext, {.user = "anna", .flags = 3}), yes);
    EXPECT_EQ(holds(guest, {.user = "anna", .flags = std::nullopt}), unknown);
    EXPECT_EQ(holds(no_guest, {.user = "anna", .flags = std::nullopt}), unknown);
}

TEST(Condition, transport_and_client_type_are_the_sessions_own_or_unknown) {
    const SessionSpec anna{
        .user = "anna", .client_type = "Windows 10", .transport = "\\Device\\NetBT_Tcpip_{5A1B}"};
    EXPECT_EQ(holds(transport({"\\device\\netbt_*"}), anna), yes);
    EXPECT_EQ(holds(transport({"/.*NetbiosSmb/", "x"}), anna), no);
    EXPECT_EQ(holds(client_type({"windows *"}), anna), yes);
    EXPECT_EQ(holds(client_type({""}), anna), no);
    EXPECT_EQ(holds(client_type({""}), {.user = "anna", .client_type = ""}), yes) << "told, and empty";
    for (const Condition& untold : {transport({"tcp", ""}), client_type({"Windows*", "/.*/"})}) {
        EXPECT_EQ(holds(untold, {.user = "anna"}), unknown);
        EXPECT_EQ(holds(not_(untold), {.user = "anna"}), unknown);
    }
    EXPECT_EQ(holds(transport({"*"}), {.user = "anna"}), yes);
    EXPECT_EQ(holds(client_type({"x", "**"}), {.user = "anna"}), yes);
}

TEST(Condition, tags_are_exact_and_servers_go_by_name) {
    auto traits = server(Kind::windows);
    traits.tags = {"finance", "berlin"};
    const auto seen = look(traits, {{.user = "anna"}});
    const auto on_server = [&](const Condition& condition) {
        return evaluate(condition, seen.server, seen.sessions.front(), seen.at.wall);
    };
    EXPECT_EQ(on_server({HasTag{{"hr", "finance"}}}), yes);
    EXPECT_EQ(on_server({HasTag{{"Finance"}}}), no);
    EXPECT_EQ(on_server({HasTag{{"fin*"}}}), no);
    EXPECT_EQ(on_server(server_named({"FS*"})), yes);
    EXPECT_EQ(on_server(server_named({"fs2", "fs"})), no);
}

TEST(Condition, a_list_means_any_of_its_entries) {
    EXPECT_EQ(holds(user({"bob", "an*"}), {.user = "anna"}), yes);
    EXPECT_EQ(holds(user({"bob", "carl"}), {.user = "anna"}), no);
    EXPECT_EQ(holds(client({"WKS-*", "10.20.0.0/16"}), {.user = "anna"}), yes);
    EXPECT_EQ(holds(client({"WKS-*", "10.30.0.0/16"}), {.user = "anna"}), unknown);
    EXPECT_EQ(holds(user({"LAB\\anna", "bob"}), {.user = "anna"}), unknown);
}

TEST(Condition, not_of_unknown_is_unknown) {
    EXPECT_EQ(holds(not_(client({"WKS-*"})), {.user = "anna"}), unknown);
    EXPECT_EQ(holds(not_(client({"WKS-*"})), {.user = "anna", .client = "SRV-1"}), yes);
    EXPECT_EQ(holds(not_(user({"anna"})), {.user = "anna"}), no);
}

TEST(Condition, all_and_any_nest) {
    const SessionSpec anna{.user = "anna", .open_files = std::nullopt};
    EXPECT_EQ(holds(all({user({"anna"}), open_files(0)}), anna), unknown);
    EXPECT_EQ(holds(all({user({"bob"}), open_files(0)}), anna), no);
    EXPECT_EQ(holds(any({user({"anna"}), open_files(0)}), anna), yes);
    EXPECT_EQ(holds(any({user({"bob"}), open_files(0)}), anna), unknown);
    EXPECT_EQ(holds(not_(all({user({"anna"}), any({idle(1h), open_files(0)})})), anna), unknown);
    EXPECT_EQ(holds(always(), anna), yes);
}

TEST(Condition, an_empty_list_ends_nobody_not_even_under_not) {
    for (const Condition& empty :
         {Condition{UserMatches{}}, Condition{ClientMatches{}}, Condition{TransportMatches{}},
          Condition{ClientTypeMatches{}}, Condition{HasTag{}}, Condition{AllOf{}}, Condition{AnyOf{}},
          Condition{Not{}}}) {
        EXPECT_EQ(holds(empty, {.user = "anna"}), unknown);
        EXPECT_EQ(holds(not_(empty), {.user = "anna"}), unknown);
    }
}

TEST(Condition, at_level_0_the_user_is_unknown_and_not_absent) {
    const auto seen = facts_of(server(Kind::automatic),
                               enumeration(core::Level::names, {{.user = "", .client = "WKS-17"}}), now);
    const auto on_level_0 = [&](const Condition& condition) {
        return evaluate(condition, seen.server, seen.sessions.front(), seen.at.wall);
    };
    EXPECT_EQ(on_level_0(user({""})), unknown);
    EXPECT_EQ(on_level_0(user({"anna"})), unknown);
    EXPECT_EQ(on_level_0(not_(user({"anna"}))), unknown);
    EXPECT_EQ(on_level_0(user({"*"})), yes);
    EXPECT_EQ(on_level_0(client({"WKS-*"})), yes);
    EXPECT_EQ(holds(user({""}), {.user = ""}), yes);
}

}  // namespace
}  // namespace curfew::policy
