#include "daemon/books/stream_table.hpp"

#include <gtest/gtest.h>

#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

TEST(StreamTable, MeasuresTheFirstRowsAndPrintsTheOthersAsTheyCome) {
    std::string out;
    StreamTable table{{"A", "B", "C"}, [&](std::string_view text) { out += text; }, 2};
    table.row({"one", "2", "3"});
    EXPECT_EQ(out, "");
    table.row({"1", "2", ""});
    EXPECT_EQ(out, "A    B  C\none  2  3\n1    2\n");
    out.clear();
    table.row({"longer", "2", hostile});
    EXPECT_EQ(out, "longer  2  =cmd|'/c calc'!A1,\"x\"\\x0a\\x1b[2J\\u{202e}\\xff\n");
    out.clear();
    table.finish();
    EXPECT_EQ(out, "");
}

TEST(StreamTable, OfNothingAreItsHeadings) {
    std::string out;
    StreamTable table{{"A", "B"}, [&](std::string_view text) { out += text; }};
    table.finish();
    EXPECT_EQ(out, "A  B\n");
}

}  // namespace
}  // namespace curfew::daemon
