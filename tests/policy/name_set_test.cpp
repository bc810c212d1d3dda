// Looking names up finds what trying every pattern finds; and folded text compared says what RE2 says.

#include "policy/name_set.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "core/text/utf.hpp"
#include "policy/glob.hpp"
#include "policy/network_set.hpp"
#include "policy/required.hpp"
#include "random_policy.hpp"

namespace curfew::policy {
namespace {

using build::Dice;

bool re2_says(const std::string& expression, const std::string& text) {
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_dot_nl(true);
    return re2::RE2::FullMatch(text, re2::RE2{expression, options});
}

std::string text_of(char32_t c) {
    if (c < 0x10000) return core::utf8_from_utf16({std::u16string{static_cast<char16_t>(c)}});
    return core::utf8_from_utf16(std::u16string{static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)),
                                                static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF))});
}

// Letters that fold in odd ways among those that do not.
std::string some_text(Dice& dice, unsigned most, bool wild) {
    static constexpr const char* letters[] = {"a",
                                              "A",
                                              "b",
                                              "k",
                                              "K",
                                              "\xE2\x84\xAA",
                                              "s",
                                              "S",
                                              "\xC5\xBF",
                                              "\xC3\xA4",
                                              "\xC3\x84",
                                              "\xCF\x83",
                                              "\xCF\x82",
                                              "\xCE\xA3",
                                              "\xC4\xB0",
                                              "\xC4\xB1",
                                              "i",
                                              "I",
                                              "\xC8\xBA",
                                              "\xE2\xB1\xA5",
                                              "\xF0\x90\x90\x80",
                                              "\xF0\x90\x90\xA8",
                                              "-",
                                              "1",
                                              "\xE1\xBA\x9E",
                                              "\xC3\x9F",
                                              "\n",
                                              "."};
    std::string text;
    for (unsigned i = dice.below(most + 1); i > 0; --i) {
        if (wild && dice.one_in(3))
            text += dice.one_in(2) ? "*" : "?";
        else
            text += dice.one_in(3) ? dice.pick(letters) : letters[dice.below(2)];
    }
    return text;
}

TEST(NameSet, globs_match_folded_as_expressions_do) {
    std::size_t matched = 0;
    for (unsigned seed = 0; seed < 60'000; ++seed) {
        Dice dice{seed};
        const std::string glob = some_text(dice, 6, true);
        const std::string expression = translate_glob(glob).value().expression;
        for (int i = 0; i < 4; ++i) {
            const std::string text = some_text(dice, 6, false);
            const bool folded = wildcards_match(core::fold_case(glob), core::fold_case(text));
            ASSERT_EQ(folded, re2_says(expression, text)) << "'" << glob << "' on '" << text << "'";
            matched += folded;
        }
    }
    EXPECT_GT(matched, 10'000U);
}

// Every pair of letters of which one is made of the other by changing its case, in both directions, and
// none beyond them: a class of all others does not hold it.
TEST(NameSet, letters_are_one_when_folded_just_where_expressions_take_them_for_one) {
    std::vector<char32_t> letters;
    for (char32_t c = 0x20; c < 0x590; ++c) letters.push_back(c);
    for (char32_t c = 0x1C80; c < 0x2200; ++c) letters.push_back(c);
    const auto number = [](char32_t c) {
        char digits[16] = {};
        std::snprintf(digits, sizeof digits, "\\x{%x}", static_cast<unsigned>(c));
        return std::string{digits};
    };
    for (const char32_t c : letters) {
        const std::string text = text_of(c);
        std::string same;
        for (const char32_t other : letters)
            if (core::fold_case(text_of(other)) == core::fold_case(text)) same += number(other);
        ASSERT_TRUE(re2_says("[" + same + "]", text)) << same;
        ASSERT_FALSE(re2_says("[^" + same + "]", text)) << same;
    }
}

TEST(NameSet, finds_what_trying_finds) {
    static constexpr const char* texts[] = {
        "anna",         "ann*",         "*anna",       "*nn*",
        "a?na",         "an[mn]a",      "*",           "",
        "wks-*-01",     "wks-*-02",     "WKS-*",       "*-0?",
        "/an+a/",       "/svc-[0-9]+/", "/(x|y)-svc/", "/wks.*|ab/",
        "/a|/",         "/[^a]*/",      "/\\w+01/",    "/a?nna/",
        "/ann{2}a|b+/", "/(?i)ANNA/",   "/(?-i)anna/", "/\\Qa|b\\E/",
        "/ab{,2}/",     "/^anna$/",     "/x*?svc/",    "/[[:alpha:]]+-01/",
        "/a\\.b/",      "/[\\]x]+q/",   "s\xC5\xBF*",  "/\xE2\x84\xAA+s/",
        "*\xCF\x82",    "[]a]nna",      "[!]b]nna*"};
    static constexpr const char* names[] = {
        "anna",  "ANNA",      "ann",       "nna",      "xannay",
        "ana",   "b",         "bbb",       "wks-1-01", "WKS-x-02",
        "wks-",  "01",        "x01",       "",         "svc-12",
        "x-svc", "Y-SVC",     "svc",       "ab",       "a.b",
        "a|b",   "]q",        "x]xq",      "ks",       "\xE2\x84\xAA\xC5\xBF",
        "ss",    "s\xC5\xBF", "x\xCE\xA3", "abbb",     "ab{,2}",
        "annna"};
    std::size_t found = 0;
    for (unsigned seed = 0; seed < 3'000; ++seed) {
        Dice dice{seed};
        std::vector<NamePattern> patterns;
        for (unsigned i = 1 + dice.below(30); i > 0; --i)
            patterns.push_back(NamePattern::compile(dice.pick(texts)).value());
        const NameSet set{patterns};
        for (const auto* name : names) {
            std::set<std::size_t> looked_up, tried;
            set.each(NameText{name}, [&](std::size_t pattern, Truth truth) {
                EXPECT_EQ(truth, Truth::yes);
                looked_up.insert(pattern);
                return true;
            });
            for (std::size_t i = 0; i < patterns.size(); ++i)
                if (patterns[i].matches(name) == Truth::yes) tried.insert(i);
            ASSERT_EQ(looked_up, tried) << name << ", seed " << seed;
            found += tried.size();
        }
    }
    EXPECT_GT(found, 10'000U);
}

// Whatever matches meets what is required: of expressions by dice too.
TEST(NameSet, required_text_is_required) {
    static constexpr const char* pieces[] = {"a",     "b",    "ab",      "a*", "b+",  "a?",
                                             "(a|b)", "[ab]", ".",       "|",  "\\.", "a{2}",
                                             "(ab)*", "\\w",  "[^\\]a]", "^",  "b+?", "$"};
    static constexpr const char* letters[] = {"a", "b", "A", ".", "c"};
    std::size_t met = 0, prefixes = 0;
    for (unsigned seed = 0; seed < 60'000; ++seed) {
        Dice dice{seed};
        std::string expression;
        for (unsigned i = 1 + dice.below(6); i > 0; --i) expression += dice.pick(pieces);
        const auto pattern = NamePattern::compile("/" + expression + "/");
        if (!pattern) continue;
        const auto required = required_of(*pattern);
        for (int i = 0; i < 6 && !required.empty(); ++i) {
            std::string text;
            for (unsigned j = dice.below(6); j > 0; --j) text += dice.pick(letters);
            if (pattern->matches(text) != Truth::yes) continue;
            const std::string folded = core::fold_case(text);
            const bool meets = std::any_of(required.begin(), required.end(), [&](const Required& one) {
                prefixes += !one.prefix.empty();
                return folded.starts_with(one.prefix) && folded.ends_with(one.suffix) &&
                       folded.find(one.inner) != std::string::npos;
            });
            ASSERT_TRUE(meets) << expression << " on " << text;
            ++met;
        }
    }
    EXPECT_GT(met, 5'000U);
    EXPECT_GT(prefixes, 500U);
}

TEST(NameSet, of_common_expressions_something_is_required) {
    const auto first = [](const char* text) {
        const auto all = required_of(NamePattern::compile(text).value());
        return all.empty() ? Required{"?", "?", "?"} : all.front();
    };
    EXPECT_EQ(first("/svc-[0-9]+/").prefix, "svc-");
    EXPECT_EQ(first("/.*-ADM/").suffix, "-adm");
    EXPECT_EQ(first("/[a-z]+-adm-[0-9]{2}/").inner, "-adm-");
    EXPECT_EQ(first("/(x|y)-svc\\$/").suffix, "-svc$");
    EXPECT_EQ(first("/admin|root/").prefix, "admin");
    EXPECT_EQ(required_of(NamePattern::compile("/admin|root/").value()).size(), 2U);
    EXPECT_EQ(first("wks-?*-lab*").prefix, "wks-");
    EXPECT_EQ(first("wks-[0-9]-lab").suffix, "-lab");
    EXPECT_TRUE(required_of(NamePattern::compile("/(?i)anna/").value()).empty());
}

TEST(NetworkSet, finds_what_trying_finds) {
    static constexpr const char* blocks[] = {
        "0.0.0.0/0", "10.0.0.0/8", "10.20.0.0/16",  "10.20.1.7",     "10.20.1.0/31", "::/0",
        "fe80::/10", "fe80::1",    "2001:db8::/64", "2001:db8::/65", "128.0.0.0/1",  "::ffff:0:0/96"};
    static constexpr const char* addresses[] = {
        "10.20.1.7",   "10.20.1.1", "10.21.0.0", "200.0.0.1", "::1", "fe80::1", "2001:db8::8000:0:0:1",
        "2001:db8::1", "0.0.0.0"};
    for (unsigned seed = 0; seed < 2'000; ++seed) {
        Dice dice{seed};
        std::vector<core::CidrBlock> chosen;
        for (unsigned i = 1 + dice.below(12); i > 0; --i)
            if (const auto block = core::CidrBlock::parse(dice.pick(blocks))) chosen.push_back(*block);
        const NetworkSet set{chosen};
        for (const auto* text : addresses) {
            const auto address = core::IpAddress::parse(text).value();
            std::set<std::size_t> looked_up, tried;
            set.each(address, [&](std::size_t block) {
                looked_up.insert(block);
                return true;
            });
            for (std::size_t i = 0; i < chosen.size(); ++i)
                if (chosen[i].contains(address)) tried.insert(i);
            ASSERT_EQ(looked_up, tried) << text << ", seed " << seed;
            ASSERT_EQ(set.contains(address), !tried.empty());
        }
    }
}

}  // namespace
}  // namespace curfew::policy
