#include "config/wording.hpp"

#include <array>

#include <gtest/gtest.h>

#include "config/diagnostic.hpp"
#include "config/reporter.hpp"

namespace curfew::config {
namespace {

constexpr std::array<std::string_view, 6> keys{"idle", "user", "connected", "open_files", "warning", "not"};

TEST(Suggestion, FindsSlipsOfTheFinger) {
    EXPECT_EQ(did_you_mean("idel", keys), "; did you mean `idle`?");
    EXPECT_EQ(did_you_mean("usr", keys), "; did you mean `user`?");
    EXPECT_EQ(did_you_mean("User", keys), "; did you mean `user`?");
    EXPECT_EQ(did_you_mean("conected", keys), "; did you mean `connected`?");
    EXPECT_EQ(did_you_mean("open-file", keys), "; did you mean `open_files`?");
    EXPECT_EQ(did_you_mean("warn", keys), "; did you mean `warning`?");
    EXPECT_EQ(did_you_mean("nto", keys), "; did you mean `not`?");
}

TEST(Suggestion, DoesNotGuess) {
    for (const std::string_view text : {"", "x", "when", "schedule", "id", "for"})
        EXPECT_EQ(did_you_mean(text, keys), "") << text;
    EXPECT_EQ(did_you_mean(std::string(1'000'000, 'x'), keys), "");
}

TEST(Quote, IsFitForATerminal) {
    EXPECT_EQ(quote("anna"), "`anna`");
    EXPECT_EQ(quote("\x1b[31m\x7f"), "`\\x1b[31m\\x7f`");
    EXPECT_EQ(quote("\xC2\x9B"), "`\\x9b`");
    EXPECT_EQ(quote(std::string(79, 'x') + "äöü"), "`" + std::string(79, 'x') + "…`");
}

TEST(Path, NamesOddKeysInQuotes) {
    EXPECT_EQ(key_path("", "rules"), "rules");
    EXPECT_EQ(key_path(item_path("rules", 2), "when"), "rules[2].when");
    EXPECT_EQ(key_path("credentials", "a.b"), "credentials[\"a.b\"]");
    EXPECT_EQ(key_path("credentials", ""), "credentials[\"\"]");
}

TEST(Diagnostic, ReadsLikeACompilers) {
    EXPECT_EQ(to_string({Severity::error, {"a.yaml", 12, 7}, "rules[2].when.idle", "expected …"}),
              "a.yaml:12:7: rules[2].when.idle: expected …");
    EXPECT_EQ(to_string({Severity::warning, {"a.yaml", 1, 1}, "", "no rules"}),
              "a.yaml:1:1: warning: no rules");
    EXPECT_EQ(to_string({Severity::error, {"a.yaml", 0, 0}, "", "cannot be read"}), "a.yaml: cannot be read");
}

TEST(Reporter, OrdersByFileThenPlace) {
    Reporter reporter;
    reporter.report(Severity::error, {"b", 1, 1}, "", "4");
    reporter.report(Severity::error, {"a", 10, 1}, "", "3");
    reporter.report(Severity::warning, {"a", 2, 9}, "", "2");
    reporter.report(Severity::error, {"a", 2, 3}, "", "1");
    std::string order;
    for (const Diagnostic& diagnostic : reporter.take({"a", "b"})) order += diagnostic.message;
    EXPECT_EQ(order, "1234");
    EXPECT_EQ(reporter.errors(), 3U);
}

TEST(Reporter, KeepsErrorsApartFromAFloodOfWarnings) {
    Reporter reporter;
    for (int i = 0; i < 5'000; ++i) reporter.report(Severity::warning, {"a", 1, 1}, "p", "w");
    reporter.report(Severity::error, {"a", 2, 1}, "p", "e");
    const auto diagnostics = reporter.take({"a"});
    ASSERT_EQ(diagnostics.size(), 1'002U);
    EXPECT_EQ(diagnostics[1'000].message,
              "more than 1000 warnings; those found after this one are not shown");
    EXPECT_EQ(diagnostics[1'001].message, "e");
}

}  // namespace
}  // namespace curfew::config
