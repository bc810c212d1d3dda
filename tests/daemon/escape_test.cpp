// Names as strangers choose them.

#include "daemon/output/escape.hpp"

#include <gtest/gtest.h>

#include "daemon/output/json.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;

struct Hostile {
    std::string name, people, log, json, csv;
};

const Hostile hostile[] = {
    {"anna", "anna", "anna", R"("anna")", "anna"},
    {"CORP\\bob", "CORP\\bob", "CORP\\bob", R"("CORP\\bob")", "CORP\\bob"},
    {"", "", R"("")", R"("")", ""},
    {"\x1b[31mred", "\\x1b[31mred", "\\x1b[31mred", R"("\u001b[31mred")", "\\x1b[31mred"},
    {"a\nb\r\tc", "a\\x0ab\\x0d\\x09c", "a\\x0ab\\x0d\\x09c", R"("a\nb\u000d\u0009c")", "a\\x0ab\\x0d\\x09c"},
    {"a\0b"s, "a\\x00b", "a\\x00b", R"("a\u0000b")", "a\\x00b"},
    {"\x7f", "\\x7f", "\\x7f", R"("\u007f")", "\\x7f"},
    {"\u202egnp.exe", "\\u{202e}gnp.exe", "\\u{202e}gnp.exe", R"("\u202egnp.exe")", "\\u{202e}gnp.exe"},
    {"\u2066x\u2069", "\\u{2066}x\\u{2069}", "\\u{2066}x\\u{2069}", R"("\u2066x\u2069")",
     "\\u{2066}x\\u{2069}"},
    {"\u200b\ufeff", "\\u{200b}\\u{feff}", "\\u{200b}\\u{feff}", R"("\u200b\ufeff")", "\\u{200b}\\u{feff}"},
    {"a\u2028b\u2029", "a\\u{2028}b\\u{2029}", "a\\u{2028}b\\u{2029}", R"("a\u2028b\u2029")",
     "a\\u{2028}b\\u{2029}"},
    {"\u0085", "\\u{85}", "\\u{85}", R"("\u0085")", "\\u{85}"},
    {"\U000e0041", "\\u{e0041}", "\\u{e0041}", R"("\udb40\udc41")", "\\u{e0041}"},
    {"\xff\xc0\xaf", "\\xff\\xc0\\xaf", "\\xff\\xc0\\xaf", R"("\ufffd\ufffd\ufffd")", "\\xff\\xc0\\xaf"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", R"("\ufffd\ufffd\ufffd")", "\\xed\\xa0\\x80"},
    {"a b", "a b", R"("a b")", R"("a b")", "a b"},
    {"a=b", "a=b", R"("a=b")", R"("a=b")", "a=b"},
    {"say \"hi\"", "say \"hi\"", R"("say \"hi\"")", R"("say \"hi\"")", R"("say ""hi""")"},
    {"=1+1", "=1+1", R"("=1+1")", R"("=1+1")", "'=1+1"},
    {"@SUM(A1)", "@SUM(A1)", "@SUM(A1)", R"~("@SUM(A1)")~", "'@SUM(A1)"},
    {"+49", "+49", "+49", R"("+49")", "'+49"},
    {"-2,3", "-2,3", "-2,3", R"("-2,3")", R"("'-2,3")"},
    {"=HYPERLINK(\"x\",\"y\")", "=HYPERLINK(\"x\",\"y\")", R"~("=HYPERLINK(\"x\",\"y\")")~",
     R"~("=HYPERLINK(\"x\",\"y\")")~", R"~("'=HYPERLINK(""x"",""y"")")~"},
    {"Łódź 東京", "Łódź 東京", "\"Łódź 東京\"", "\"Łódź 東京\"", "Łódź 東京"},
};

TEST(Escape, hostile_names) {
    for (const auto& one : hostile) {
        EXPECT_EQ(for_people(one.name), one.people);
        EXPECT_EQ(for_log(one.name), one.log);
        EXPECT_EQ(for_json(one.name), one.json);
        EXPECT_EQ(for_csv(one.name), one.csv);
    }
}

// Reads key=value fields as every reader of such lines does: in quotes, \" and \\ are escapes.
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields{""};
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quoted && line[i] == '\\' && i + 1 < line.size()) {
            fields.back() += line[++i];
        } else if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == ' ' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += line[i];
        }
    }
    return fields;
}

TEST(Escape, nobody_writes_fields_into_the_log_by_a_name) {
    for (const char* name : {"a\" outcome=ended x=\"", "a\\\" outcome=ended x=\\\"", "\\", " \\", "a b\\",
                             "\\\" outcome=ended", "x\\\\\" outcome=ended \\\\"}) {
        const auto fields = fields_of("user=" + for_log(name) + " outcome=unknown");
        ASSERT_EQ(fields.size(), 2u) << name << " became " << for_log(name);
        EXPECT_EQ(fields[1], "outcome=unknown");
        EXPECT_EQ(fields[0], "user=" + std::string{name});
    }
}

TEST(Escape, no_byte_string_breaks_a_line_or_leaves_utf8) {
    for (int seed = 0; seed < 2000; ++seed) {
        std::string name;
        unsigned state = static_cast<unsigned>(seed) * 2654435761u + 1;
        for (int i = 0; i < 12; ++i) {
            state = state * 1664525 + 1013904223;
            name += static_cast<char>(state >> 24);
        }
        for (const auto& text : {for_people(name), for_log(name), for_json(name), for_csv(name)}) {
            for (const char c : text) {
                ASSERT_GE(static_cast<unsigned char>(c), 0x20) << seed;
                ASSERT_NE(c, 0x7f) << seed;
            }
            ASSERT_EQ(for_people(text), text) << "nothing is left to be escaped, " << seed;
        }
    }
}

TEST(Escape, counts_the_columns_of_a_terminal) {
    EXPECT_EQ(columns("anna"), 4u);
    EXPECT_EQ(columns("Łódź"), 4u);
    EXPECT_EQ(columns("東京"), 4u);
    EXPECT_EQ(columns("e\u0301"), 1u);
    EXPECT_EQ(columns("\xff"), 1u);
    EXPECT_EQ(columns(""), 0u);
}

TEST(Table, stays_in_line_whatever_the_names) {
    Table table{{"USER", "IDLE", "RULE"}};
    EXPECT_TRUE(table.empty());
    table.row({"anna", "45m", "a"});
    table.row({"東京", "1h", "b"});
    table.row({"e\u0301", "", "c"});
    table.row({"x\ny", "2h", "\x1b[0m"});
    EXPECT_FALSE(table.empty());
    EXPECT_EQ(table.text(),
              "USER    IDLE  RULE\n"
              "anna    45m   a\n"
              "東京    1h    b\n"
              "e\u0301             c\n"
              "x\\x0ay  2h    \\x1b[0m\n");
}

TEST(Json, nests_and_separates) {
    JsonWriter json;
    json.begin_object().field("a", 1).key("b").begin_array().value("x").number(-2).boolean(true);
    json.begin_object().end_object().begin_array().end_array().end_array();
    json.key("c").boolean(false).field("d\"", "e").end_object();
    EXPECT_EQ(json.text(), R"({"a": 1, "b": ["x", -2, true, {}, []], "c": false, "d\"": "e"})");
}

}  // namespace
}  // namespace curfew::daemon
