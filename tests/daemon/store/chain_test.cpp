// Whatever is done to the rows behind curfew's back is found, and where.
#include "daemon/store/chain.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {

TEST(Chain, EveryFieldIsInTheHash) {
    StoredRow base;
    std::vector<StoredRow> others(26, base);
    int i = 0;
    others[i++].row.id = 1;
    others[i++].row.at = at(1);
    others[i++].row.kind = "x";
    others[i++].row.run = 1;
    others[i++].row.intent = 0;
    others[i++].row.server = "x";
    others[i++].row.client = "x";
    others[i++].row.user = "x";
    others[i++].row.client_key = "x";
    others[i++].row.user_key = "x";
    others[i++].row.rule = "x";
    others[i++].row.rule_digest = "x";
    others[i++].row.reason = "x";
    others[i++].row.owner = "x";
    others[i++].row.ticket = "x";
    others[i++].row.config = "x";
    others[i++].row.who = "x";
    others[i++].row.sessions = 0;
    others[i++].row.idle = 0;
    others[i++].row.connected = 0;
    others[i++].row.open_files = 0;
    others[i++].row.started = at(0);
    others[i++].row.code = 0;
    others[i++].row.detail = "x";
    others[i++].boot = "x";
    others[i++].steady_ns = 1;
    for (auto* text : {"outcome", "why", "error"}) {
        auto& row = others.emplace_back(base).row;
        (text == std::string{"outcome"} ? row.outcome
         : text == std::string{"why"}   ? row.why
                                        : row.error) = "x";
    }
    std::set<std::string> hashes{chain_hash("", base), chain_hash("p", base)};
    for (const auto& other : others) hashes.insert(chain_hash("", other));
    EXPECT_EQ(hashes.size(), others.size() + 2);
}

TEST(Chain, SaysWhatWasDroppedAndReadsIt) {
    const Pruned pruned{17, "abc"};
    EXPECT_EQ(to_text(pruned), "up to row 17, hash abc");
    EXPECT_EQ(pruned_of(to_text(pruned)), pruned);
    EXPECT_EQ(pruned_of("up to row x, hash abc"), std::nullopt);
    EXPECT_EQ(pruned_of("up to row 17"), std::nullopt);
}

struct Tampering {
    const char* name;
    const char* sql;
    std::uint64_t row;
};

class Tampered : public testing::TestWithParam<Tampering> {};

TEST_P(Tampered, IsFound) {
    const Directory directory;
    {
        auto store = open(directory.path());
        for (int i = 0; i < 19; ++i) ASSERT_TRUE(await(store->intent(intent_of("u" + std::to_string(i)))));
    }
    ASSERT_EQ(flaw(directory.path()), "");
    ASSERT_EQ(verified(directory.path()).rows, 20u);
    change(directory.path(), GetParam().sql);
    const auto found = verified(directory.path()).flaw;
    ASSERT_TRUE(found);
    EXPECT_EQ(found->row, GetParam().row) << found->what;
}

INSTANTIATE_TEST_SUITE_P(
    All, Tampered,
    testing::Values(
        Tampering{"ChangedField", "UPDATE rows SET user = 'somebody' WHERE id = 7", 7},
        Tampering{"NullInsteadOfZero", "UPDATE rows SET sessions = NULL WHERE id = 7", 7},
        Tampering{"ChangedTime", "UPDATE rows SET at_ns = at_ns + 1 WHERE id = 7", 7},
        Tampering{"ChangedHash", "UPDATE rows SET hash = 'x' WHERE id = 7", 7},
        Tampering{"DeletedRow", "DELETE FROM rows WHERE id = 7", 7},
        Tampering{"DeletedFirst", "DELETE FROM rows WHERE id <= 3", 1},
        Tampering{"DeletedMiddle", "DELETE FROM rows WHERE id BETWEEN 5 AND 15", 5},
        Tampering{"DeletedEnd", "DELETE FROM rows WHERE id >= 18", 18},
        Tampering{"DeletedAll", "DELETE FROM rows", 1},
        Tampering{"Swapped",
                  "UPDATE rows SET id = 99 WHERE id = 7; UPDATE rows SET id = 7 WHERE id = 8;"
                  "UPDATE rows SET id = 8 WHERE id = 99",
                  7},
        Tampering{"ClosedUp", "DELETE FROM rows WHERE id = 7; UPDATE rows SET id = id - 1 WHERE id > 7", 7},
        Tampering{"Added",
                  "INSERT INTO rows SELECT 21, at_ns, kind, run, intent, server, client, user, "
                  "client_key, user_key, rule, rule_digest, reason, owner, ticket, config, who, "
                  "sessions, idle, connected, open_files, started_ns, outcome, why, error, code, "
                  "detail, boot, steady_ns, hash FROM rows WHERE id = 20",
                  21},
        Tampering{"SaidToBeDropped",
                  "UPDATE head SET dropped_to = 3, dropped_hash = (SELECT hash FROM rows WHERE id = 3);"
                  "DELETE FROM rows WHERE id <= 3",
                  3}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace curfew::daemon::store_test
