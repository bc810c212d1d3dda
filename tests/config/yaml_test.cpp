// The tree on top of the YAML library, and what the library alone would have let pass.
#include <gtest/gtest.h>

#include "config/yaml/parse.hpp"
#include "tests/config/support.hpp"

namespace curfew::config {
namespace {

using yaml::Kind;
using yaml::Mark;
using yaml::Style;

yaml::Node tree(std::string_view text) {
    Reporter reporter;
    auto document = yaml::parse("f.yaml", text, reporter);
    for (const Diagnostic& diagnostic : reporter.take({"f.yaml"})) ADD_FAILURE() << to_string(diagnostic);
    return document ? document->root : yaml::Node{};
}

std::vector<std::string> complaints(std::string_view text) {
    Reporter reporter;
    yaml::parse("f.yaml", text, reporter);
    std::vector<std::string> out;
    for (const Diagnostic& diagnostic : reporter.take({"f.yaml"})) out.push_back(to_string(diagnostic));
    return out;
}

TEST(Yaml, KnowsWhereThingsStandInCharacters) {
    const yaml::Node root = tree("ä: {öö: \"ü\", x: [é, 'z']}\nb: 1\n");
    ASSERT_EQ(root.entries.size(), 2U);
    const yaml::Node& map = root.entries[0].value;
    EXPECT_EQ(map.at, (Mark{1, 4}));
    EXPECT_EQ(map.entries[0].key_at, (Mark{1, 5}));
    EXPECT_EQ(map.entries[0].value.at, (Mark{1, 9}));
    EXPECT_EQ(map.entries[1].value.items[0].at, (Mark{1, 18}));
    EXPECT_EQ(map.entries[1].value.items[1].at, (Mark{1, 21}));
    EXPECT_EQ(root.entries[1].key_at, (Mark{2, 1}));
}

TEST(Yaml, LeavesAByteOrderMarkOut) {
    EXPECT_EQ(tree("\xEF\xBB\xBF"
                   "a: 1\r\nb: 2\r\n")
                  .entries[1]
                  .value.at,
              (Mark{2, 4}));
    EXPECT_EQ(tree("\xEF\xBB\xBF"
                   "a: 1\n")
                  .entries[0]
                  .value.at,
              (Mark{1, 4}));
}

TEST(Yaml, PutsNullsWhereTheyAreMissing) {
    const yaml::Node root =
        tree("a:\nnullable: x\nb:\n  - # comment - here\n  # another\n\n  -\nc: ~\nd: [1, ~]\ne: {f: }\n");
    EXPECT_EQ(root.entries[0].value.kind, Kind::null);
    EXPECT_EQ(root.entries[0].value.at, (Mark{1, 1}));
    EXPECT_EQ(root.entries[2].value.items[0].at, (Mark{4, 3}));
    EXPECT_EQ(root.entries[2].value.items[1].at, (Mark{7, 3}));
    EXPECT_EQ(root.entries[3].value.at, (Mark{8, 4}));
    EXPECT_EQ(root.entries[3].value.text, "~");
    EXPECT_EQ(root.entries[4].value.items[1].at, (Mark{9, 8}));
    EXPECT_EQ(root.entries[5].value.entries[0].value.at, (Mark{10, 5}));
}

TEST(Yaml, KnowsHowScalarsWereWritten) {
    const yaml::Node root = tree(
        "a: plain # 'no'\nb: 'it''s'\nc: \"\\\\ \\\"\"\nd: \"x\\ty\"\ne: |\n  block\nf: &x # y\n  \"z\"\n"
        "g: two\n  lines\nh: 'two\n  lines'\ni: \"svc\\\n  x\"\n");
    const auto& e = root.entries;
    ASSERT_EQ(e.size(), 9U);
    EXPECT_EQ(e[0].value.style, Style::plain);
    EXPECT_EQ(e[1].value.style, Style::single_quoted);
    EXPECT_EQ(e[1].value.text, "it's");
    EXPECT_EQ(e[2].value.style, Style::double_quoted);
    EXPECT_EQ(e[2].value.text, "\\ \"");
    EXPECT_EQ(e[2].value.escaped, "");
    EXPECT_EQ(e[3].value.escaped, "x\\ty");
    EXPECT_EQ(e[4].value.style, Style::block);
    EXPECT_EQ(e[5].value.style, Style::double_quoted);
    EXPECT_EQ(e[5].value.at, (Mark{8, 3}));
    for (const int i : {0, 1, 2, 3, 5}) EXPECT_FALSE(e[i].value.several_lines) << i;
    for (const int i : {6, 7, 8}) EXPECT_TRUE(e[i].value.several_lines) << i;
}

TEST(Yaml, WritesAliasesOut) {
    const yaml::Node root = tree("a: &x [1, {b: 2}]\nc: *x\n? &k d\n: *k\n");
    EXPECT_EQ(root.entries[1].value.items[1].entries[0].value.text, "2");
    EXPECT_EQ(root.entries[2].key, "d");
    EXPECT_EQ(root.entries[2].value.text, "d");
}

struct Slip {
    std::string_view text;
    std::vector<std::string> complaints;
};

TEST(Yaml, RefusesWhatTheLibraryLetsPass) {
    const std::vector<Slip> slips{
        {"a: 1\nb: 2\na: 3\nc: [{x: 1, x: 2}]\n",
         {"f.yaml:3:1: a: duplicate key; it stands in line 1 already, remove one of the two",
          "f.yaml:4:12: c[0].x: duplicate key; it stands in line 4 already, remove one of the two"}},
        {"a: 1\n'a': 2\n",
         {"f.yaml:2:1: a: duplicate key; it stands in line 1 already, remove one of the two"}},
        {"a: 1\n---\nb: 2\n", {"f.yaml:2:1: a second document; a file holds one"}},
        {"- a\nb: c\n",
         {"f.yaml:2:1: this belongs to nothing above; check the indentation and the space behind `:`"}},
        {"a: 'b\nc: d\n", {"f.yaml:1:4: a: the closing quote of this text is missing"}},
        {"a: \"b\\\"\nc: d\n", {"f.yaml:1:4: a: the closing quote of this text is missing"}},
        {"a: !!str 5\nb: ! 5\nc: !x [1]\n",
         {"f.yaml:1:4: a: tags such as `!x` and `!!str` are not part of the language; put a text that begins "
          "with "
          "`!` in single quotes",
          "f.yaml:2:4: b: tags such as `!x` and `!!str` are not part of the language; put a text that begins "
          "with "
          "`!` in single quotes",
          "f.yaml:3:4: c: tags such as `!x` and `!!str` are not part of the language; put a text that begins "
          "with "
          "`!` in single quotes"}},
        {"# c\n%TAG ! x\n---\na: 1\n",
         {"f.yaml:2:1: YAML directives such as `%TAG` are not part of the language; remove the line"}},
        {"? [a]\n: b\n",
         {"f.yaml:1:3: a list or a map cannot be a key; put a text that begins with a bracket in single "
          "quotes"}},
        {"~: b\n", {"f.yaml:1:1: `~` is nothing in YAML; a key of that name needs quotes"}},
        {": b\n", {"f.yaml:1:1: a key is missing before `:`"}},
        {"a: &x [*x]\n", {"f.yaml:1:8: a[0]: this alias stands inside of what it refers to"}},
        {"", {"f.yaml:1:1: the file is empty"}},
        {"# only a comment\n", {"f.yaml:1:1: the file is empty"}},
    };
    for (const auto& [text, expected] : slips) EXPECT_EQ(complaints(text), expected) << text;
}

TEST(Yaml, ExplainsSyntaxErrors) {
    const std::vector<Slip> slips{
        {"a:\n\tb: 1\n", {"f.yaml:2:1: a tab in the indentation; YAML indents with spaces"}},
        {"a:\n  \tb: 1\n", {"f.yaml:2:3: a tab in the indentation; YAML indents with spaces"}},
        {"ä: *$\n",
         {"f.yaml:1:4: [\"ä\"]: `*` begins an alias here, and there is no such anchor; put a pattern that "
          "begins "
          "with `*` in single quotes"}},
        {"a: [b\n", {"f.yaml:1:4: a: this bracket is never closed"}},
        {"a: [b, {c: d\n", {"f.yaml:1:8: a[1]: this bracket is never closed"}},
        {"ä: ['b' 'c']\n", {"f.yaml:1:9: [\"ä\"][1]: a `,` or the closing bracket is missing before this"}},
        {"a: \"CORP\\smith\"\n",
         {"f.yaml:1:9: a: an escape that YAML does not know; in double quotes a backslash is written "
          "`\\\\`, in "
          "single quotes it is itself"}},
        {"when\n  idle: 3\n",
         {"f.yaml:2:7: a `:` where no key can stand; check the indentation, the `:` of the line above, and "
          "put a "
          "text with `: ` in it in single quotes"}},
        {"{a: b}}\n", {"f.yaml:1:7: a closing bracket without an opening one"}},
        {"a: @b\n",
         {"f.yaml:1:4: a: YAML does not let a text begin with this character; put the text in single "
          "quotes"}},
    };
    for (const auto& [text, expected] : slips) EXPECT_EQ(complaints(text), expected) << text;
}

TEST(Yaml, RefusesWhatIsNotText) {
    const std::vector<Slip> slips{
        {"a: 1\nä: \xff\n", {"f.yaml:2:4: the byte 0xFF is not UTF-8; save the file as UTF-8"}},
        {"a: \xc3", {"f.yaml:1:4: the byte 0xC3 is not UTF-8; save the file as UTF-8"}},
        {"a: \xed\xa0\x80\n", {"f.yaml:1:4: the byte 0xED is not UTF-8; save the file as UTF-8"}},
        {"a: \xc0\x80\n", {"f.yaml:1:4: the byte 0xC0 is not UTF-8; save the file as UTF-8"}},
        {std::string_view("a: b\0c\n", 7),
         {"f.yaml:1:5: the control character U+0000 must not stand here; remove it"}},
        // The library takes this one for the end of the file.
        {"a: b\n\x04\nc: d\n", {"f.yaml:2:1: the control character U+0004 must not stand here; remove it"}},
        {"a: b\rc: d\n", {"f.yaml:1:5: the control character U+000D must not stand here; remove it"}},
        {"a: \xc2\x85\n", {"f.yaml:1:4: the control character U+0085 must not stand here; remove it"}},
        {"a: x\xEF\xBB\xBF\n", {"f.yaml:1:5: a byte order mark in the middle of the file; remove it"}},
        {std::string_view("\xff\xfe"
                          "a\0",
                          4),
         {"f.yaml:1:1: the byte 0xFF is not UTF-8; save the file as UTF-8"}},
    };
    for (const auto& [text, expected] : slips) EXPECT_EQ(complaints(text), expected) << text;
}

}  // namespace
}  // namespace curfew::config
