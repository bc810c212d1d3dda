// Two rows become one call, in the order of the intents, whatever stands in between.
#include "daemon/books/joiner.hpp"

#include <map>

#include <gtest/gtest.h>

#include "daemon/store/store_error.hpp"
#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

class JoinerTest : public testing::Test {
  protected:
    Joiner joiner(std::size_t most = 100) {
        return Joiner{[&](std::uint64_t intent) -> core::Result<std::optional<Row>> {
                          asked_.push_back(intent);
                          const auto found = elsewhere_.find(intent);
                          return found == elsewhere_.end() ? std::nullopt : std::optional{found->second};
                      },
                      [&](const AuditEntry& entry) {
                          seen_ +=
                              std::to_string(entry.row.id) + ":" + std::string{entry.outcome_text()} + " ";
                          return seen_.size() < enough_;
                      },
                      most};
    }

    std::map<std::uint64_t, Row> elsewhere_;
    std::vector<std::uint64_t> asked_;
    std::string seen_;
    std::size_t enough_ = 10'000;
};

TEST_F(JoinerTest, AnIntentWaitsForItsOutcomeAndTheOthersForIt) {
    auto join = joiner();
    for (const auto& row :
         {row_of("intent", 1), row_of("intent", 2), row_of("would_end", 3), outcome_row(4, 2, "still there")})
        EXPECT_TRUE(*join.add(row));
    EXPECT_EQ(seen_, "");
    EXPECT_TRUE(*join.add(outcome_row(5, 1)));
    EXPECT_EQ(seen_, "1:ended 2:still there 3: ");
    EXPECT_TRUE(asked_.empty());
}

TEST_F(JoinerTest, AtTheEndOutcomesAreLookedForElsewhere) {
    auto join = joiner();
    elsewhere_[2] = outcome_row(9, 2, "unknown");
    for (const auto& row : {row_of("intent", 1), row_of("intent", 2)}) EXPECT_TRUE(*join.add(row));
    ASSERT_TRUE(join.finish());
    EXPECT_EQ(seen_, "1:none 2:unknown ");
}

TEST_F(JoinerTest, OutcomesOfWhatWasNotAddedAreNobodys) {
    auto join = joiner();
    EXPECT_TRUE(*join.add(outcome_row(7, 3)));
    ASSERT_TRUE(join.finish());
    EXPECT_EQ(seen_, "");
}

TEST_F(JoinerTest, ACallThatNeverCameToAnEndHoldsUpABoundedNumber) {
    auto join = joiner(3);
    EXPECT_TRUE(*join.add(row_of("intent", 1)));
    for (std::uint64_t id = 2; id < 20; id += 2) {
        EXPECT_TRUE(*join.add(row_of("intent", id)));
        EXPECT_TRUE(*join.add(outcome_row(id + 1, id)));
    }
    EXPECT_EQ(asked_, (std::vector<std::uint64_t>{1}));
    ASSERT_TRUE(join.finish());
    EXPECT_EQ(seen_, "1:none 2:ended 4:ended 6:ended 8:ended 10:ended 12:ended 14:ended 16:ended 18:ended ");
}

TEST_F(JoinerTest, WhoHasEnoughIsToldNoMore) {
    enough_ = 1;
    auto join = joiner();
    EXPECT_FALSE(*join.add(row_of("would_end", 1)));
    EXPECT_FALSE(*join.add(row_of("would_end", 2)));
    ASSERT_TRUE(join.finish());
    EXPECT_EQ(seen_, "1: ");
}

TEST(JoinerErrors, ALookupThatFailsIsNotNoOutcome) {
    bool visited = false;
    Joiner join{[](std::uint64_t) -> core::Result<std::optional<Row>> {
                    return store_error(StoreError::moved, "audit.db");
                },
                [&](const AuditEntry&) { return visited = true; }};
    EXPECT_TRUE(*join.add(row_of("intent", 1)));
    EXPECT_FALSE(join.finish());
    EXPECT_FALSE(visited);
}

}  // namespace
}  // namespace curfew::daemon
