#include "tests/integration/life/books_check.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using daemon::Row;

const core::SteadyTime zero{1'000s};
const core::WallTime begin{1'000'000s};

Row intent(std::uint64_t id, core::Seconds at, std::string rule) {
    Row row;
    row.id = id;
    row.at = begin + at;
    row.kind = "intent";
    row.server = "fs1.lab";
    row.client = "10.20.0.1";
    row.user = "user1";
    row.rule = std::move(rule);
    return row;
}
Row outcome(std::uint64_t of, std::string outcome) {
    Row row;
    row.kind = "outcome";
    row.intent = of;
    row.outcome = std::move(outcome);
    return row;
}

class Books : public ::testing::Test {
  protected:
    void call(core::Seconds at, std::set<std::string> rules) {
        core::lab::JournalEntry entry;
        entry.at = zero + at;
        entry.server = "fs1.lab";
        entry.call = core::lab::Call::session_del;
        entry.client = "\\\\10.20.0.1";
        entry.user = "user1";
        books.called(entry);
        Verdict verdict;
        verdict.rules = std::move(rules);
        books.judged(verdict);
    }
    BooksCheck books{zero, begin};
};

TEST_F(Books, every_call_has_its_intent_and_its_rule) {
    call(10s, {"idle"});
    call(20s, {"idle"});
    EXPECT_TRUE(
        books.flaws({intent(1, 9s, "idle"), outcome(1, "ended"), intent(2, 19s, "idle"), outcome(2, "ended")})
            .empty());
    EXPECT_EQ(books.flaws({intent(1, 9s, "idle"), outcome(1, "ended")}).size(), 1u) << "one is missing";
    EXPECT_EQ(books
                  .flaws({intent(1, 9s, "idle"), outcome(1, "ended"), intent(2, 21s, "idle"),
                          outcome(2, "already gone")})
                  .size(),
              1u)
        << "after the call is no intent";
    EXPECT_EQ(books
                  .flaws({intent(1, 9s, "idle"), outcome(1, "ended"), intent(2, 19s, "quiet desk"),
                          outcome(2, "ended")})
                  .size(),
              1u)
        << "another rule";
}

TEST_F(Books, what_was_begun_is_finished_and_what_was_ended_was_asked) {
    EXPECT_EQ(books.flaws({intent(1, 9s, "idle")}).size(), 1u);
    EXPECT_EQ(books.flaws({intent(1, 9s, "idle"), outcome(1, "ended")}).size(), 1u);
    EXPECT_TRUE(books.flaws({intent(1, 9s, "idle"), outcome(1, "no longer matches")}).empty());
}

TEST_F(Books, whoever_was_gone_after_a_call_without_a_reply_may_have_left) {
    auto lost = outcome(1, "ended");
    lost.detail = "no reply, and they were gone afterwards";
    EXPECT_TRUE(books.flaws({intent(1, 9s, "idle"), lost}).empty());
    EXPECT_EQ(books.flaws({intent(1, 9s, "idle"), outcome(1, "ended")}).size(), 1u);
}

}  // namespace
}  // namespace curfew::testing
