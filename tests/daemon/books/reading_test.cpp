// From a real file: which calls are found, and that reading holds nobody up.
#include "daemon/books/reading.hpp"

#include <gtest/gtest.h>

#include "daemon/store/schema.hpp"
#include "some_books.hpp"
#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

class Reading : public testing::Test {
  protected:
    std::string found(const ReadPeriod& period, const EntryFilter& filter) {
        const auto database = open_books_to_read(books_.path()).value();
        std::string text;
        const auto read = read_entries(*database, period, filter, [&](const AuditEntry& entry) {
            text += std::to_string(entry.row.id) + ":" + std::string{entry.kind()} + ":" +
                    std::string{entry.outcome_text()} + " ";
            return true;
        });
        EXPECT_TRUE(read);
        return text;
    }
    SomeBooks books_;
};

TEST_F(Reading, ACallIsOfTheTimeOfItsIntent) {
    auto outcome = outcome_row(0, 2, "unknown");
    outcome.at = at("13:00:00");
    books_.add({row_of("run", 0, "11:00:00"), row_of("intent", 0, "12:00:00"), outcome});
    EXPECT_EQ(found({at("12:00:00"), at("12:30:00")}, {}), "2:call:unknown ");
    EXPECT_EQ(found({at("12:30:00"), {}}, {}), "");
    EXPECT_EQ(found({{}, at("12:00:00")}, {}), "");
    EXPECT_EQ(found({}, {}), "2:call:unknown ");
}

TEST_F(Reading, AnEmptyAuditHasNothing) {
    books_.add({});
    EXPECT_EQ(found({}, {}), "");
    EXPECT_EQ(found({at("12:00:00"), {}}, {}), "");
}

TEST_F(Reading, ClocksMayHaveBeenPutBack) {
    books_.add({row_of("would_end", 0, "12:00:00"), row_of("would_end", 0, "09:00:00"),
                row_of("would_end", 0, "12:01:00")});
    EntryFilter filter;
    filter.kinds = {"would_end"};
    EXPECT_EQ(found({at("11:00:00"), {}}, filter), "1:would_end: 3:would_end: ");
}

TEST_F(Reading, MoreThanAPageComesInOrder) {
    std::vector<Row> rows;
    for (std::uint64_t id = 1; id <= 2500; id += 2) {
        rows.push_back(row_of("intent", 0));
        rows.push_back(outcome_row(0, id, id % 3 == 0 ? "ended" : "error"));
    }
    books_.add(rows);
    const auto database = open_books_to_read(books_.path()).value();
    std::uint64_t next = 1;
    ASSERT_TRUE(read_entries(*database, {}, {}, [&](const AuditEntry& entry) {
        EXPECT_EQ(entry.row.id, next);
        EXPECT_EQ(entry.outcome->id, next + 1);
        EXPECT_EQ(entry.outcome_text(), next % 3 == 0 ? "ended" : "error");
        next += 2;
        return true;
    }));
    EXPECT_EQ(next, 2501U);
}

TEST_F(Reading, WhoReadsForHoursDoesNotHoldUpTheLog) {
    books_.add({row_of("would_end", 0)});
    const auto writer = open_books(books_.path(), false).value();
    const auto database = open_books_to_read(books_.path()).value();
    EntryFilter filter;
    filter.kinds = {"would_end"};
    int seen = 0;
    ASSERT_TRUE(read_entries(*database, {}, filter, [&](const AuditEntry&) {
        ++seen;
        books_.add({row_of("would_end", 0)});
        // Its first column: 1 where a reader is in the way.
        EXPECT_EQ(writer->number("PRAGMA wal_checkpoint(TRUNCATE)").value(), 0);
        return true;
    }));
    // What is added while it is read is not read.
    EXPECT_EQ(seen, 1);
}

TEST_F(Reading, DigestsByTheirBeginning) {
    books_.add({});
    books_.sql("INSERT INTO configs VALUES ('aa11', 'one', 0), ('aa22', 'two', 0), ('b%33', 'three', 0)");
    const auto database = open_books_to_read(books_.path()).value();
    EXPECT_EQ(digests_like(*database, "aa1").value(), (std::vector<std::string>{"aa11"}));
    EXPECT_EQ(digests_like(*database, "aa").value().size(), 2U);
    EXPECT_TRUE(digests_like(*database, "%").value().empty());
}

}  // namespace
}  // namespace curfew::daemon
