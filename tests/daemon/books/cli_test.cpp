// What is said on the command line is what the commands are told.
#include "daemon/cli/cli.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "captured.hpp"
#include "daemon/commands/commands.hpp"
#include "some_books.hpp"
#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

class BooksLine : public testing::Test {
  protected:
    BooksLine() {
        auto by_hand = row_of("intent", 0);
        by_hand.rule.clear();
        auto withheld = outcome_row(0, 3, "already gone");
        books_.add({row_of("intent", 0), outcome_row(0, 1), by_hand, withheld, row_of("would_end", 0)});
    }
    // The table's numbers of rows, or the error.
    std::string line(std::vector<std::string> words) {
        words.insert(words.end(), {"--file", books_.path()});
        std::reverse(words.begin(), words.end());
        int status = exit_done;
        std::string problem;
        const auto said = said_by([&] {
            CLI::App app;
            add_books(app, status);
            try {
                app.parse(words);
            } catch (const CLI::ParseError& error) {
                problem = error.what();
            }
            return status;
        });
        if (!problem.empty()) return problem;
        std::string rows;
        std::istringstream lines{said.out};
        for (std::string text; std::getline(lines, text);) {
            std::istringstream cells{text};
            std::string time;
            std::string row;
            cells >> time >> row;
            if (time.starts_with("2026-11-22T")) rows += row + " ";
        }
        return rows;
    }
    SomeBooks books_;
};

TEST_F(BooksLine, Filters) {
    EXPECT_EQ(line({"audit"}), "1 3 ");
    EXPECT_EQ(line({"audit", "--all"}), "1 3 5 ");
    EXPECT_EQ(line({"audit", "--kind", "would_end,call"}), "1 3 5 ");
    EXPECT_EQ(line({"audit", "--kind", "would_end"}), "5 ");
    EXPECT_EQ(line({"audit", "--rule", "idle"}), "1 ");
    EXPECT_EQ(line({"audit", "--rule", ""}), "3 ");
    EXPECT_EQ(line({"audit", "--outcome", "already_gone"}), "3 ");
    EXPECT_EQ(line({"audit", "--outcome", "already gone"}), "3 ");
    EXPECT_EQ(line({"audit", "--user", "an*", "--client", "10.20.0.0/16", "--server", "FS1"}), "1 3 ");
    EXPECT_EQ(line({"audit", "--user", "bob"}), "");
    EXPECT_EQ(line({"audit", "--since", "2026-11-22T12:00:01Z"}), "");
    EXPECT_EQ(line({"audit", "--until", "2026-11-22T12:00:01Z"}), "1 3 ");
}

TEST_F(BooksLine, WhatIsWrongIsSaid) {
    EXPECT_NE(line({"audit", "--since", "monday"}).find("expected how long ago"), std::string::npos);
    EXPECT_NE(line({"audit", "--outcome", "gone"}).find("expected ended, already gone"), std::string::npos);
    EXPECT_NE(line({"audit", "--kind", "calls"}).find("calls"), std::string::npos);
    EXPECT_NE(line({"audit", "--client", "10.20.*"}).find("10.20.0.0/16"), std::string::npos);
    EXPECT_NE(line({"audit", "--verify", "--user", "anna"}).find("excludes"), std::string::npos);
    EXPECT_NE(line({"audit", "--config-text", "aa", "--since", "1h"}).find("excludes"), std::string::npos);
    EXPECT_NE(line({"audit", "--expect", "1:aa"}).find("--expect"), std::string::npos);
    EXPECT_NE(line({"audit", "--config-text", ""}).find("expected a digest"), std::string::npos);
    EXPECT_NE(line({"audit", "--all", "--kind", "run"}).find("excludes"), std::string::npos);
    EXPECT_NE(line({"report", "--by", "week"}).find("--by"), std::string::npos);
}

}  // namespace
}  // namespace curfew::daemon
