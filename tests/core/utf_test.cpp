#include "core/text/utf.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using namespace std::string_view_literals;
using namespace std::string_literals;
using core::fold_case;
using core::is_valid_utf8;
using core::utf16_from_utf8;
using core::utf8_from_utf16;

// Unpaired surrogates included: the server is given back what it sent, bit for bit.
TEST(Utf, EveryUnitAndEveryPairOfSurrogatesGoesThereAndBack) {
    for (std::uint32_t unit = 0; unit <= 0xFFFF; ++unit) {
        const std::u16string text{static_cast<char16_t>(unit)};
        ASSERT_EQ(utf16_from_utf8(utf8_from_utf16(text)), text) << std::hex << unit;
    }
    for (std::uint32_t high = 0xD7FF; high <= 0xE000; ++high) {
        for (std::uint32_t low = 0xD7FF; low <= 0xE000; low += 0x11) {
            const std::u16string text{static_cast<char16_t>(high), static_cast<char16_t>(low)};
            ASSERT_EQ(utf16_from_utf8(utf8_from_utf16(text)), text) << std::hex << high << ' ' << low;
        }
    }
}

TEST(Utf, WritesWhatTheStandardWrites) {
    EXPECT_EQ(utf8_from_utf16(u"anna"), "anna");
    EXPECT_EQ(utf8_from_utf16(u"Jürgen"), "J\xC3\xBCrgen");
    EXPECT_EQ(utf8_from_utf16(u"Ω"), "\xCE\xA9");
    EXPECT_EQ(utf8_from_utf16(u"\u20AC"), "\xE2\x82\xAC");
    EXPECT_EQ(utf8_from_utf16(u"\U0001F512"), "\xF0\x9F\x94\x92");
    EXPECT_EQ(utf8_from_utf16(u"\U0010FFFF"), "\xF4\x8F\xBF\xBF");
    EXPECT_EQ(utf8_from_utf16(std::u16string{0xD800}), "\xED\xA0\x80");
    EXPECT_EQ(utf8_from_utf16(std::u16string{0xDC00, 0xD800}), "\xED\xB0\x80\xED\xA0\x80");
    EXPECT_EQ(utf8_from_utf16(std::u16string{u'a', 0, u'b'}), "a\0b"s);
}

TEST(Utf, RefusesWhatIsNotText) {
    for (const auto text : {"\x80"sv, "\xBF"sv, "\xC0\xAF"sv, "\xC1\x81"sv, "\xC2"sv, "\xC2\x41"sv,
                            "\xE0\x9F\xBF"sv, "\xE2\x82"sv, "\xF0\x8F\xBF\xBF"sv, "\xF0\x9F\x94"sv,
                            "\xF4\x90\x80\x80"sv, "\xF5"sv, "\xFE"sv, "\xFF\xFF"sv, "ok\xFF"sv}) {
        EXPECT_FALSE(utf16_from_utf8(text));
        EXPECT_FALSE(is_valid_utf8(text));
    }
    EXPECT_TRUE(utf16_from_utf8("\xED\xA0\x80"));  // kept, but not UTF-8
    EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_valid_utf8("\xED\xBF\xBF"));
    EXPECT_TRUE(is_valid_utf8("\xED\x9F\xBF\xEE\x80\x80"));
    EXPECT_TRUE(is_valid_utf8(""));
}

TEST(FoldCase, BringsTogetherWhatUnicodeFoldsToOneLetter) {
    const std::vector<std::vector<std::string_view>> same = {
        {"ANNA", "anna", "aNNa"},
        {"k", "K", "\u212A"},            // the Kelvin sign
        {"s", "S", "\u017F"},            // the long s
        {"\u03C3", "\u03A3", "\u03C2"},  // Greek's sigmas
        {"\u00B5", "\u03BC", "\u039C"},  // the micro sign
        {"\u00E5", "\u00C5", "\u212B"},  // the Angstrom sign
        {"\u00DF", "\u1E9E"},            // sharp s and its capital
        {"\u01C4", "\u01C5", "\u01C6"},  // a letter with a title case
        {"\u03B8", "\u0398", "\u03D1", "\u03F4"},
        {"\U00010428", "\U00010400"},  // beyond the first plane
        {"J\u00DCRGEN", "j\u00FCrgen"},
    };
    for (const auto& group : same) {
        for (const auto text : group) EXPECT_EQ(fold_case(text), fold_case(group.front())) << text;
    }
}

// Only in Turkish do these belong to i; Unicode's simple folding and RE2 keep them apart, and so do servers.
// Were they one, a session of one account could be taken for another's.
TEST(FoldCase, KeepsTurkishLettersApart) {
    EXPECT_NE(fold_case("\u0131"), fold_case("i"));
    EXPECT_NE(fold_case("\u0130"), fold_case("i"));
    EXPECT_NE(fold_case("\u0130"), fold_case("\u0131"));
}

TEST(FoldCase, KeepsApartWhatOnlyFullFoldingBringsTogether) {
    EXPECT_NE(fold_case("\u00DF"), fold_case("ss"));
    EXPECT_NE(fold_case("\uFB01"), fold_case("fi"));
    EXPECT_NE(fold_case("e\u0301"), fold_case("\u00E9"));
}

TEST(FoldCase, FoldedTextFoldsToItself) {
    for (char32_t c = 1; c < 0x20000; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        std::u16string text;
        if (c >= 0x10000) {
            text = {static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)),
                    static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF))};
        } else {
            text = {static_cast<char16_t>(c)};
        }
        const auto once = fold_case(utf8_from_utf16(text));
        ASSERT_TRUE(is_valid_utf8(once)) << std::hex << static_cast<std::uint32_t>(c);
        ASSERT_EQ(fold_case(once), once) << std::hex << static_cast<std::uint32_t>(c);
    }
}

TEST(FoldCase, KeepsWhatIsNotText) {
    for (const auto text : {"\xFF"sv, "a\xC3"sv, "\xED\xA0\x80"sv, "\x80\x80"sv, "a\0b"sv}) {
        EXPECT_EQ(fold_case(text), text);
    }
    EXPECT_EQ(fold_case("A\xFF"
                        "B"),
              "a\xFF"
              "b");
}

}  // namespace
}  // namespace curfew::testing
