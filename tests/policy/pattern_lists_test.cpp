// A list has to answer as its entries would, one by one: by table, and by dice.

#include "policy/pattern_lists.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "core/text/utf.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using namespace build;
constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;
constexpr auto unknown = Truth::unknown;

template <class Pattern> std::vector<Pattern> compiled(const std::vector<std::string>& texts) {
    std::vector<Pattern> patterns;
    for (const auto& text : texts) patterns.push_back(Pattern::compile(text).value());
    return patterns;
}
template <class Pattern> Pattern list_of(const std::vector<std::string>& texts) {
    return Pattern::list("list:x", compiled<Pattern>(texts));
}

TEST(PatternLists, names_are_plain_or_patterns) {
    const auto list = list_of<NamePattern>({"FS1", "fs2.corp.example", "nas-*", "/old[0-9]/"});
    EXPECT_EQ(list.text(), "list:x");
    for (const auto* name : {"fs1", "Fs2.Corp.Example", "NAS-lyon", "OLD7"})
        EXPECT_EQ(list.matches(name), yes);
    for (const auto* name : {"fs", "fs11", "fs2", "old77", ""}) EXPECT_EQ(list.matches(name), no);
    EXPECT_EQ(list.matches("fs1\xFF"), unknown);
    EXPECT_FALSE(list.matches_everything());
    EXPECT_TRUE(list_of<NamePattern>({"a", "*"}).matches_everything());
}

TEST(PatternLists, users_go_with_and_without_a_domain) {
    const auto list = list_of<UserPattern>({"anna", "LAB\\bob", "OTHER\\svc-*"});
    EXPECT_EQ(list.matches("LAB", true, "ANNA"), yes);
    EXPECT_EQ(list.matches("lab", true, "Bob"), yes);
    EXPECT_EQ(list.matches("OTHER", true, "bob"), no);
    EXPECT_EQ(list.matches("", false, "bob"), unknown);
    EXPECT_EQ(list.matches("", false, "svc-x"), unknown);
    EXPECT_EQ(list.matches("", false, "carl"), no);
    EXPECT_EQ(list_of<UserPattern>({"/lab.*\\\\x/"}).matches("", false, "carl"), unknown);
}

TEST(PatternLists, clients_go_by_address_and_by_name) {
    const auto list = list_of<ClientPattern>({"10.20.0.0/16", "10.30.1.1", "WKS-17"});
    const auto at = [&](const char* address) {
        return list.matches({core::IpAddress::parse(address), std::nullopt});
    };
    EXPECT_EQ(at("10.20.1.7"), yes);
    EXPECT_EQ(at("10.30.1.1"), yes);
    EXPECT_EQ(at("10.30.1.2"), unknown) << "it may be the address of WKS-17";
    EXPECT_EQ(list.matches({std::nullopt, "wks-17"}), yes);
    EXPECT_EQ(list.matches({std::nullopt, "wks-18"}), unknown) << "its address may be in the block";
    EXPECT_EQ(list.matches({}), unknown);
    EXPECT_EQ(list_of<ClientPattern>({"WKS-17"}).matches({std::nullopt, "wks-18"}), no);
    EXPECT_EQ(list_of<ClientPattern>({"10.20.0.0/16"}).matches({core::IpAddress::parse("::1"), {}}), no);
}

TEST(PatternLists, without_entries_they_know_nothing) {
    EXPECT_EQ(NamePattern::list("list:x", {}).matches("a"), unknown);
    EXPECT_EQ(UserPattern::list("list:x", {}).matches("", true, "a"), unknown);
    EXPECT_EQ(ClientPattern::list("list:x", {}).matches({std::nullopt, "a"}), unknown);
}

TEST(PatternLists, answer_as_their_entries_do) {
    static constexpr const char* names[] = {
        "anna", "ANNA", "a*",      "an?a",       "/an+a|bob/", "LAB\\anna", "lab\\*", "/lab\\\\.*/",
        "*",    "b",    "*\\anna", "[L]AB\\bob", "A\\B\\C",    "\xC3\x84",  "Bob",    "k"};
    static constexpr const char* clients[] = {"10.20.1.7", "10.20.0.0/16", "fe80::/10", "WKS-*",
                                              "wks-17",    "\\\\WKS-17",   "/wks.*/",   "*"};
    static constexpr const char* texts[] = {"anna", "Anna",  "bob", "svc",         "", "a\\b", "\xC3\xA4",
                                            "b\\c", "a\xFF", "x",   "\xE2\x84\xAA"};
    static constexpr const char* domains[] = {"LAB", "other", "A", ""};
    static constexpr const char* addresses[] = {"10.20.1.7", "10.30.1.1", "fe80::1"};
    std::array<std::size_t, 3> met{};
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        Dice dice{seed};
        std::vector<std::string> users, machines;
        for (unsigned i = 1 + dice.below(4); i > 0; --i) {
            // A star is met often enough.
            users.emplace_back(dice.pick(names));
            if (users.back() == "*" && !dice.one_in(4)) users.back() = "anna";
            machines.emplace_back(dice.pick(clients));
            if (machines.back() == "*" && !dice.one_in(4)) machines.back() = "wks-17";
        }
        const std::string name = dice.pick(texts);
        const std::string domain = dice.pick(domains);
        const bool known = dice.one_in(2);
        const auto any = [](const auto& patterns, const auto& test) {
            Truth result = no;
            for (const auto& pattern : patterns) result = result || test(pattern);
            return result;
        };
        const auto as_name = [&](const NamePattern& pattern) { return pattern.matches(name); };
        const auto as_user = [&](const UserPattern& pattern) { return pattern.matches(domain, known, name); };
        ClientFacts facts;
        if (dice.one_in(2)) facts.address = core::IpAddress::parse(dice.pick(addresses));
        if (dice.one_in(2)) facts.name = dice.one_in(2) ? "WKS-17" : "x\xFF";
        const auto as_client = [&](const ClientPattern& pattern) { return pattern.matches(facts); };
        ASSERT_EQ(as_name(list_of<NamePattern>(users)), any(compiled<NamePattern>(users), as_name)) << seed;
        const auto expected = any(compiled<UserPattern>(users), as_user);
        ASSERT_EQ(as_user(list_of<UserPattern>(users)), expected) << seed;
        ASSERT_EQ(as_client(list_of<ClientPattern>(machines)),
                  any(compiled<ClientPattern>(machines), as_client))
            << seed;
        ++met[static_cast<std::size_t>(expected)];
    }
    for (const std::size_t times : met) EXPECT_GT(times, 1'000U);
}

// A plain name is folded, a pattern is matched by RE2: both have to mean the same by "ignoring case".
TEST(PatternLists, plain_names_fold_as_expressions_do) {
    std::size_t cased = 0;
    for (char32_t c = 1; c < 0x20000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        std::u16string wide{static_cast<char16_t>(c)};
        if (c >= 0x10000) {
            wide = {static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)),
                    static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF))};
        }
        const auto text = core::utf8_from_utf16(wide);
        const auto folded = core::fold_case(text);
        if (folded == text) continue;
        ++cased;
        ASSERT_EQ(NamePattern::compile("/" + folded + "/").value().matches(text), yes) << text;
        ASSERT_EQ(NamePattern::compile(folded).value().matches(text), yes) << text;
        ASSERT_EQ(NamePattern::compile(text).value().matches(folded), yes) << text;
    }
    EXPECT_GT(cased, 1'000U);
}

}  // namespace
}  // namespace curfew::policy
