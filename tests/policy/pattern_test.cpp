#include "policy/pattern.hpp"

#include <string>

#include <gtest/gtest.h>

#include "builders.hpp"

namespace curfew::policy {
namespace {

struct Match {
    std::string pattern;
    std::string text;
    Truth expected;
};

class NameMatch : public testing::TestWithParam<Match> {};

TEST_P(NameMatch, is) {
    const auto& [pattern, text, expected] = GetParam();
    const auto compiled = NamePattern::compile(pattern);
    ASSERT_TRUE(compiled.has_value()) << pattern << ": " << compiled.error().message;
    EXPECT_EQ(compiled->matches(text), expected) << pattern << " against " << text;
}

constexpr auto yes = Truth::yes;
constexpr auto no = Truth::no;
constexpr auto unknown = Truth::unknown;

INSTANTIATE_TEST_SUITE_P(globs_cover_the_whole_text, NameMatch,
                         testing::Values(Match{"svc-*", "svc-backup", yes}, Match{"svc-*", "svc-", yes},
                                         Match{"svc-*", "x-svc-backup", no}, Match{"anna", "annabel", no},
                                         Match{"anna", "hanna", no}, Match{"*$", "WKS-17$", yes},
                                         Match{"*$", "WKS$17", no}, Match{"an?a", "anna", yes},
                                         Match{"an?a", "ana", no}, Match{"?", "\xC3\xA9", yes},
                                         Match{"", "", yes}, Match{"", "a", no}, Match{"*", "", yes}));

INSTANTIATE_TEST_SUITE_P(
    glob_classes, NameMatch,
    testing::Values(Match{"[a-c]x", "bx", yes}, Match{"[a-c]x", "dx", no}, Match{"[a-c]x", "BX", yes},
                    Match{"[!a-c]x", "dx", yes}, Match{"[!a-c]x", "Bx", no}, Match{"[*]", "*", yes},
                    Match{"[*]", "a", no}, Match{"[?]", "x", no}, Match{"[[]", "[", yes},
                    Match{"[]]", "]", yes}, Match{"[!]]", "]", no}, Match{"[a-]", "-", yes},
                    Match{"[-a]", "-", yes}, Match{"[\\]", "\\", yes}, Match{"a]", "a]", yes},
                    Match{"[.]", "x", no}, Match{"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", yes}));

INSTANTIATE_TEST_SUITE_P(nothing_else_is_special_in_a_glob, NameMatch,
                         testing::Values(Match{"a.b", "axb", no}, Match{"a+", "aa", no},
                                         Match{"(a|b)", "a", no}, Match{"a|b", "a", no},
                                         Match{"^a$", "a", no}, Match{"a{2}", "aa", no},
                                         Match{"CORP\\d*", "CORP\\dora", yes}, Match{"CORP\\d*", "CORP7", no},
                                         Match{"\\\\?", "\\\\x", yes}, Match{"a_b c", "A_B C", yes}));

INSTANTIATE_TEST_SUITE_P(expressions_cover_the_whole_text, NameMatch,
                         testing::Values(Match{"/svc-[0-9]+/", "svc-17", yes},
                                         Match{"/svc-[0-9]+/", "svc-17a", no},
                                         Match{"/svc-[0-9]+/", "a-svc-17", no}, Match{"/a|ab/", "ab", yes},
                                         Match{"/a|b/", "ax", no}, Match{"/.*/", "", yes},
                                         Match{"//", "", yes}, Match{"//", "a", no},
                                         Match{"/a/b/", "a/b", yes}));

INSTANTIATE_TEST_SUITE_P(case_is_ignored_over_unicode, NameMatch,
                         testing::Values(Match{"ANNA", "anna", yes}, Match{"/ANNA/", "anna", yes},
                                         Match{"\xC3\x84rger", "\xC3\xA4RGER", yes},  // Ä ä
                                         Match{"/[\xC3\xA0-\xC3\xBF]/", "\xC3\x84", yes},
                                         Match{"\xCE\xA3", "\xCF\x82", yes},     // Σ ς
                                         Match{"\xD0\x96*", "\xD0\xB6", yes}));  // Ж ж

INSTANTIATE_TEST_SUITE_P(a_newline_is_a_character, NameMatch,
                         testing::Values(Match{"a*b", "a\nb", yes}, Match{"a?b", "a\nb", yes},
                                         Match{"/a.b/", "a\nb", yes}, Match{"anna", "anna\n", no},
                                         Match{"/anna/", "anna\n", no}, Match{"/^anna$/", "anna\n", no},
                                         Match{"[!x]", "\n", yes}));

INSTANTIATE_TEST_SUITE_P(invalid_utf8_is_unknown, NameMatch,
                         testing::Values(Match{"anna", "ann\xFF", unknown}, Match{"/.*/", "\xFF", unknown},
                                         Match{"?", "\xED\xA0\x80", unknown},  // a lone surrogate
                                         Match{"*", "\xFF", yes}, Match{"**", "\xFF", yes},
                                         Match{"a*", "\xFF", unknown}));

struct Refused {
    std::string pattern;
    std::string says;
};
class NameRefused : public testing::TestWithParam<Refused> {};

TEST_P(NameRefused, with_words_that_help) {
    const auto compiled = NamePattern::compile(GetParam().pattern);
    ASSERT_FALSE(compiled.has_value()) << GetParam().pattern;
    EXPECT_NE(compiled.error().message.find(GetParam().says), std::string::npos) << compiled.error().message;
}

INSTANTIATE_TEST_SUITE_P(all, NameRefused,
                         testing::Values(Refused{"CORP\bob", "single quotes"}, Refused{"CORP\bob", "U+0008"},
                                         Refused{"a\nb", "U+000A"}, Refused{"a\x7F", "U+007F"},
                                         Refused{"a\xC2\x85", "U+0085"},
                                         Refused{std::string{"a\0b", 3}, "U+0000"},
                                         Refused{"/a\tb/", "single quotes"}, Refused{"[a", "never closed"},
                                         Refused{"[]", "never closed"}, Refused{"[!]", "never closed"},
                                         Refused{"[^a]", "[!x]"}, Refused{"[z-a]", "range"},
                                         Refused{"[[:alpha:]]", "named classes"}, Refused{"ann\xFF", "UTF-8"},
                                         Refused{"/ann\xFF/", "UTF-8"}, Refused{"/a", "ends in a slash"},
                                         Refused{"/", "ends in a slash"}, Refused{"/a(/", "missing )"},
                                         Refused{"/a)(b/", "unexpected )"}, Refused{"/(?=a)/", "invalid"},
                                         Refused{"/((a{100}){100}){100}/", "repetition"},
                                         Refused{"/(\\pL{500}){2}/", "too large"}));

TEST(NamePattern, a_bomb_of_memory_is_an_error_and_not_a_pattern_that_matches_nobody) {
    std::string alternatives = "/x";
    for (std::uint32_t i = 1; i < 100'000; ++i) alternatives += "|" + std::to_string(i * 2'654'435'761u);
    EXPECT_FALSE(NamePattern::compile(alternatives + "/").has_value());
}

// The automaton of this one outgrows its memory while it matches; the answer has to be right all the same.
TEST(NamePattern, answers_rightly_where_the_automaton_runs_out_of_memory) {
    const auto pattern = NamePattern::compile("/(x|y)*x(x|y){20,200}z/");
    ASSERT_TRUE(pattern.has_value());
    std::string text;
    std::uint32_t random = 1;
    for (int i = 0; i < 50'000; ++i)
        text += ((random = random * 1'664'525 + 1'013'904'223) >> 31) ? 'x' : 'y';
    EXPECT_EQ(pattern->matches(text + "x" + std::string(20, 'y') + "z"), Truth::yes);
    EXPECT_EQ(pattern->matches(text + "x" + std::string(20, 'y') + "w"), Truth::no);
}

TEST(NamePattern, knows_a_backslash_of_a_glob_from_an_escape_of_an_expression) {
    const auto has_backslash = [](std::string_view text) {
        return NamePattern::compile(text).value().has_backslash();
    };
    EXPECT_TRUE(has_backslash("CORP\\anna"));
    EXPECT_TRUE(has_backslash("CORP[\\]anna"));
    EXPECT_TRUE(has_backslash("CORP[[-^]anna"));
    EXPECT_TRUE(has_backslash("/CORP\\\\anna/"));
    EXPECT_FALSE(has_backslash("/\\d+\\.x/"));
    EXPECT_FALSE(has_backslash("/CORP\\x5canna/"));
    EXPECT_FALSE(has_backslash("anna"));
}

TEST(NamePattern, one_that_was_never_compiled_knows_nothing) {
    EXPECT_EQ(NamePattern{}.matches("anna"), Truth::unknown);
}

}  // namespace
}  // namespace curfew::policy
