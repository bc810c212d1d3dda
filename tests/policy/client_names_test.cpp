// `clients: {names: dns}`: what a pattern says of a client of whom more is known than the server reports.

#include <gtest/gtest.h>

#include "policy/explain.hpp"
#include "policy/proof.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;

ClientFacts client_of(std::string_view reported, FoundClient found = {}) {
    auto facts =
        facts_of({}, enumeration(core::Level::names, {{.user = "", .client = std::string{reported}}}),
                 build::now)
            .sessions.front()
            .client;
    facts.found = std::move(found);
    return facts;
}
FoundClient names(std::vector<std::string> names) {
    FoundClient found;
    found.names = std::move(names);
    return found;
}
FoundClient addresses(std::initializer_list<std::string_view> texts, std::optional<std::string> full = {}) {
    FoundClient found;
    for (const auto text : texts) found.addresses.push_back(core::IpAddress::parse(text).value());
    found.full_name = std::move(full);
    return found;
}
Truth held(std::string_view pattern, const ClientFacts& client) {
    return ClientPattern::compile(pattern).value().matches(client);
}

constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;
constexpr auto unknown = Truth::unknown;

TEST(ClientNames, an_address_goes_by_its_full_name_and_by_the_first_label_of_it) {
    const auto client = client_of("10.20.1.7", names({"wks-17.corp.example"}));
    EXPECT_EQ(held("WKS-*", client), yes);
    EXPECT_EQ(held("wks-17", client), yes);
    EXPECT_EQ(held("*.corp.example", client), yes);
    EXPECT_EQ(held("/wks-[0-9]+/", client), yes);
    EXPECT_EQ(held("SRV-*", client), no);
    EXPECT_EQ(held("corp", client), no) << "of the labels only the first one";
    EXPECT_EQ(held("10.20.0.0/16", client), yes) << "by the address that was reported";
    EXPECT_EQ(held("10.30.0.0/16", client), no);
}

TEST(ClientNames, whose_names_nobody_knows_is_unknown) {
    EXPECT_EQ(held("WKS-*", client_of("10.20.1.7")), unknown);
    EXPECT_EQ(held("*", client_of("10.20.1.7")), yes);
    EXPECT_EQ(held("10.20.0.0/16", client_of("WKS-17")), unknown);
    EXPECT_EQ(held("WKS-*", client_of("")), unknown);
    EXPECT_EQ(held("10.20.0.0/16", client_of("")), unknown);
}

TEST(ClientNames, of_several_names_all_have_to_match_or_none) {
    const auto client = client_of("10.20.1.7", names({"wks-17.corp.example", "print.corp.example"}));
    EXPECT_EQ(held("*.corp.example", client), yes);
    EXPECT_EQ(held("WKS-*", client), unknown);
    EXPECT_EQ(held("print", client), unknown);
    EXPECT_EQ(held("*.lab.example", client), no);
}

TEST(ClientNames, of_several_addresses_all_have_to_lie_inside_or_none) {
    const auto client = client_of("WKS-17", addresses({"10.20.1.7", "10.20.9.9"}));
    EXPECT_EQ(held("10.20.0.0/16", client), yes);
    EXPECT_EQ(held("10.20.1.0/24", client), unknown);
    EXPECT_EQ(held("10.30.0.0/16", client), no);
    const auto both_kinds = client_of("WKS-17", addresses({"10.20.1.7", "2001:db8::7"}));
    EXPECT_EQ(held("10.20.0.0/16", both_kinds), unknown);
}

TEST(ClientNames, a_short_name_may_be_longer_than_what_was_reported) {
    EXPECT_EQ(held("WKS-*", client_of("WKS-17")), yes);
    EXPECT_EQ(held("*.corp.example", client_of("WKS-17")), unknown);
    EXPECT_EQ(held("SRV-*", client_of("WKS-17")), unknown);
    const auto whole = client_of("WKS-17", addresses({"10.20.1.7"}, "wks-17.corp.example"));
    EXPECT_EQ(held("WKS-*", whole), yes);
    EXPECT_EQ(held("*.corp.example", whole), yes);
    EXPECT_EQ(held("SRV-*", whole), no);
    EXPECT_EQ(held("WKS-17", client_of("10.1.1.1", names({"srv"}))), unknown) << "nor is a found one whole";
}

TEST(ClientNames, a_reported_name_with_dots_is_whole) {
    const auto client = client_of("wks-17.corp.example");
    EXPECT_EQ(held("WKS-17", client), yes);
    EXPECT_EQ(held("*.corp.example", client), yes);
    EXPECT_EQ(held("SRV-*", client), no);
    EXPECT_EQ(held("SRV-*", client_of("wks.corp", addresses({}, "srv-1.corp"))), no);
    EXPECT_EQ(held("?", client_of(".corp")), no);
}

TEST(ClientNames, without_dns_all_is_as_reported) {
    ClientFacts client = client_of("wks-17.corp.example");
    client.found.reset();
    EXPECT_EQ(held("WKS-17", client), no);
    EXPECT_EQ(held("*.corp.example", client), yes);
    client.name = "WKS-17";
    EXPECT_EQ(held("SRV-*", client), no);
}

TEST(ClientNames, a_list_of_patterns_says_what_its_entries_say) {
    const std::vector<std::string_view> texts{
        "wks-17",       "print",    "wks-*",       "*.corp.example", "10.20.1.7",      "10.20.1.0/24",
        "10.30.0.0/16", "/[a-z]+/", "wks-17.corp", "srv-1.lab",      "srv-1.corp.else"};
    const std::vector<ClientFacts> clients{
        client_of("10.20.1.7"),
        client_of("10.20.1.7", names({"wks-17.corp.example"})),
        client_of("10.20.1.7", names({"wks-17.corp.example", "print.corp.example"})),
        client_of("10.20.1.7", names({"wks-17.corp.example", "wks-17.lab.example"})),
        client_of("10.20.1.7", names({"wks-17.corp.example", "print"})),
        client_of("10.30.1.7", names({"srv-1.lab", "srv-1.corp"})),
        client_of("WKS-17"),
        client_of("WKS-17", addresses({"10.20.1.7", "10.30.1.1"})),
        client_of("srv-1", addresses({"10.30.1.1"}, "srv-1.lab")),
        client_of("")};
    std::size_t met[3] = {};
    for (unsigned bits = 1; bits < (1u << texts.size()); ++bits) {
        std::vector<ClientPattern> entries;
        for (std::size_t i = 0; i < texts.size(); ++i)
            if (bits & (1u << i)) entries.push_back(ClientPattern::compile(texts[i]).value());
        const auto list = ClientPattern::list("list:l", entries);
        for (const auto& client : clients) {
            Truth expected = no;
            for (const auto& entry : entries) expected = expected || entry.matches(client);
            ASSERT_EQ(list.matches(client), expected)
                << "entries " << bits << ", client " << &client - clients.data();
            ++met[static_cast<std::size_t>(expected)];
        }
    }
    for (const auto count : met) EXPECT_GT(count, 100u);
}

// Sessions of which DNS told nothing, held against the same of which it told something.
TEST(ClientNames, knowing_less_never_ends_more) {
    static constexpr const char* client_patterns[] = {
        "wks-*", "wks-17", "*.corp.example", "print", "10.20.0.0/16", "10.20.1.0/24", "/[^.]*[.]lab/"};
    static constexpr const char* reported[] = {"10.20.1.7", "WKS-17", "wks-17.corp.example", "10.30.1.1"};
    const FoundClient finds[] = {names({"wks-17.corp.example"}),
                                 names({"wks-17.corp.example", "print.corp.example"}),
                                 names({"print.lab"}),
                                 addresses({"10.20.1.7"}, "wks-17.corp.example"),
                                 addresses({"10.20.1.7", "10.20.2.2"}),
                                 addresses({"10.30.1.7"}, "wks-17.lab")};
    std::size_t fewer = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        Dice dice{seed};
        const auto some = [&] {
            auto condition = client({dice.pick(client_patterns)});
            return dice.one_in(3) ? not_(std::move(condition)) : condition;
        };
        Policy rules = policy({});
        if (dice.one_in(2)) rules.rules.push_back(keep("k", some()));
        rules.rules.push_back(disconnect("a", all({some(), dice.one_in(2) ? always() : some()})));
        rules.rules.push_back(disconnect("b", dice.one_in(2) ? any({some(), some()}) : idle(1h)));
        if (dice.one_in(3)) rules.protect.push_back({some(), ""});
        std::vector<SessionSpec> sessions;
        for (int i = 0; i < 3; ++i)
            sessions.push_back({.user = "anna", .client = dice.pick(reported), .idle = 2h * dice.below(2)});
        auto more = dice.one_in(2) ? windows(sessions) : samba(sessions);
        for (auto& session : more.sessions) session.client.found = dice.pick(finds);
        auto less = more;
        less.sessions[dice.below(3)].client.found.emplace();
        const auto known = plan_server(rules, more);
        const auto unknown_one = plan_server(rules, less);
        for (std::size_t i = 0; i < more.sessions.size(); ++i) {
            if (!unknown_one.decisions[i].ends()) continue;
            ASSERT_TRUE(known.decisions[i].ends()) << "seed " << seed << ", session " << i;
        }
        ASSERT_LE(unknown_one.disconnects.size(), known.disconnects.size()) << "seed " << seed;
        fewer += unknown_one.disconnects.size() < known.disconnects.size();
    }
    EXPECT_GT(fewer, 100u);
}

TEST(ClientNames, what_is_found_changes_nobody_else_s_session_into_theirs) {
    auto seen = windows({{.user = "anna", .client = "10.20.1.7"}, {.user = "anna", .client = "WKS-17"}});
    seen.sessions[0].client.found = names({"wks-17.corp.example"});
    seen.sessions[1].client.found = addresses({"10.20.1.7"}, "wks-17.corp.example");
    const auto plan = plan_server(policy({disconnect("all", client({"wks-17"}))}), seen);
    EXPECT_EQ(plan.disconnects.size(), 2u);
    EXPECT_NE(seen.sessions[0].client_key, seen.sessions[1].client_key);
}

TEST(ClientNames, an_explanation_says_what_is_not_known) {
    const auto sentence_of = [](std::string_view pattern, const std::string& reported, ClientNames source) {
        const auto seen =
            suppose(server(Kind::windows), {{.user = "anna", .client = reported}}, now.wall, source);
        const auto explained = explain(policy({disconnect("d", client({pattern}))}), seen.server,
                                       seen.sessions.front(), now.wall);
        return sentence(*explained.rules.front().when);
    };
    EXPECT_EQ(sentence_of("WKS-*", "10.20.1.7", ClientNames::as_reported),
              "client 10.20.1.7, 'WKS-*': unknown, for an address is not held against names");
    EXPECT_EQ(sentence_of("WKS-*", "10.20.1.7", ClientNames::dns),
              "client 10.20.1.7, 'WKS-*': unknown, for no name of that address is known");
    EXPECT_EQ(sentence_of("SRV-*", "WKS-1", ClientNames::dns),
              "client WKS-1, 'SRV-*': unknown, for neither its addresses nor a longer name are known");
    EXPECT_EQ(sentence_of("SRV-*", "WKS-1", ClientNames::as_reported), "client WKS-1, 'SRV-*': false");
    EXPECT_EQ(sentence_of("WKS-1", "wks-1.corp", ClientNames::dns), "client wks-1.corp, 'WKS-1': true");
}

TEST(ClientNames, a_proof_does_not_rest_on_what_dns_may_tell_later) {
    const auto outcome = [](const Policy& rules, const std::string& reported, ClientNames source) {
        const Premises premises{.session = {.user = "anna", .client = reported},
                                .server = {},
                                .fixed = {},
                                .at = {},
                                .client_names = source};
        return never_ends(rules, premises).outcome;
    };
    const auto ends_names = policy({disconnect("d", client({"WKS-*"}))});
    EXPECT_EQ(outcome(ends_names, "10.1.1.1", ClientNames::as_reported), Proof::Outcome::proven);
    EXPECT_EQ(outcome(ends_names, "10.1.1.1", ClientNames::dns), Proof::Outcome::possible);
    EXPECT_EQ(outcome(ends_names, "srv-1.corp", ClientNames::dns), Proof::Outcome::proven);
    const auto keeps_names = policy({keep("k", client({"WKS-*"})), disconnect("d", always())});
    EXPECT_EQ(outcome(keeps_names, "10.1.1.1", ClientNames::as_reported), Proof::Outcome::proven);
    EXPECT_EQ(outcome(keeps_names, "10.1.1.1", ClientNames::dns), Proof::Outcome::possible);
    EXPECT_EQ(outcome(keeps_names, "wks-1", ClientNames::dns), Proof::Outcome::proven);
}

}  // namespace
}  // namespace curfew::policy
