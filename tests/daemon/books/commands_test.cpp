// The commands as a whole: a file in, words and an exit status out.
#include "daemon/books/commands.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "captured.hpp"
#include "daemon/store/rows.hpp"
#include "daemon/store/schema.hpp"
#include "some_books.hpp"
#include "some_rows.hpp"

namespace curfew::daemon {
namespace {

class BooksCommand : public testing::Test {
  protected:
    BooksPlace place() const { return {{}, books_.path()}; }
    Said audited(const BooksPlace& of) const {
        AuditOptions options;
        options.place = of;
        return said_by([&] { return audit(options); });
    }
    Said verified(std::optional<RowHash> expect = {}) const {
        return said_by([&] { return verify_audit({place(), std::move(expect)}); });
    }
    std::string hash_of(std::uint64_t id) const {
        const auto database = open_books_to_read(books_.path()).value();
        return read_row(*database, id).value()->hash;
    }

    SomeBooks books_;
};

TEST_F(BooksCommand, AuditOfAFile) {
    books_.add({row_of("intent", 0), outcome_row(0, 1)});
    const auto said = audited(place());
    EXPECT_EQ(said.status, exit_done);
    EXPECT_EQ(said.err, "");
    EXPECT_NE(said.out.find("2026-11-22T12:00:00Z  1    fs1     10.20.1.7  anna"), std::string::npos);
}

TEST_F(BooksCommand, AnEmptyAuditIsNoError) {
    books_.add({});
    EXPECT_EQ(audited(place()).status, exit_done);
    EXPECT_EQ(verified().out, "0 rows as written\n");
    EXPECT_EQ(verified().status, exit_done);
    const auto said = said_by([&] { return report({place()}); });
    EXPECT_EQ(said.status, exit_done);
    EXPECT_NE(said.out.find("Nothing was ended"), std::string::npos);
}

TEST_F(BooksCommand, ConfigurationWithoutAnAudit) {
    books_.write("curfew.yaml",
                 "version: 1\nservers: [fs1]\n"
                 "credentials: {default: {ntlm: {username: a, password_file: b}}}\n"
                 "rules: [{name: idle, when: {idle: 30m}, then: disconnect}]\n");
    const auto said = audited({books_.path("curfew.yaml"), {}});
    EXPECT_EQ(said.status, exit_usage);
    EXPECT_EQ(said.err,
              books_.path("curfew.yaml") + ": there is no `audit` in it, so calls are in the log alone\n");
}

TEST_F(BooksCommand, ConfigurationThatIsBroken) {
    books_.write("curfew.yaml", "version: 1\nserverz: [fs1]\n");
    const auto said = audited({books_.path("curfew.yaml"), {}});
    EXPECT_EQ(said.status, exit_usage);
    EXPECT_NE(said.err.find("serverz"), std::string::npos);
    EXPECT_NE(said.err.find("`--file FILE` reads an audit without a configuration\n"), std::string::npos);
}

TEST_F(BooksCommand, NoSuchFile) {
    const auto said = audited(place());
    EXPECT_EQ(said.status, exit_failed);
    EXPECT_EQ(said.err,
              books_.path() + ": there is no such file; the daemon makes it when it first starts\n");
    EXPECT_FALSE(std::filesystem::exists(books_.path()));
}

TEST_F(BooksCommand, NotAnAudit) {
    books_.write("audit.db", std::string(5000, 'x'));
    const auto said = audited(place());
    EXPECT_EQ(said.status, exit_failed);
    EXPECT_NE(said.err.find("SQLITE_NOTADB"), std::string::npos) << said.err;
    books_.write("empty.db", "");
    const auto of_empty = audited({{}, books_.path("empty.db")});
    EXPECT_EQ(of_empty.status, exit_failed);
    EXPECT_NE(of_empty.err.find("empty.db"), std::string::npos) << of_empty.err;
    EXPECT_EQ(audited({{}, books_.path("")}).status, exit_failed);
}

// As somebody who is not root, also where the tests run as root.
Said as_somebody(const std::function<Said()>& command) {
    const bool root = ::geteuid() == 0;
    if (root && ::seteuid(65534) != 0) return {-1, {}, "seteuid"};
    auto said = command();
    if (root && ::seteuid(0) != 0) return {-1, {}, "seteuid"};
    return said;
}

TEST_F(BooksCommand, NoRights) {
    books_.add({row_of("intent", 0)});
    ASSERT_EQ(::chmod(books_.path().c_str(), 0), 0);
    ASSERT_EQ(::chmod(books_.path("").c_str(), 0755), 0);
    const auto said = as_somebody([&] { return audited(place()); });
    EXPECT_EQ(said.status, exit_failed);
    EXPECT_NE(said.err.find(books_.path()), std::string::npos) << said.err;
    EXPECT_EQ(said.out, "");
}

TEST_F(BooksCommand, WhoMayOnlyReadNeedsADaemonThatHasItOpen) {
    books_.add({row_of("intent", 0)});
    ASSERT_EQ(::chmod(books_.path().c_str(), 0644), 0);
    ASSERT_EQ(::chmod(books_.path("").c_str(), 0555), 0);
    const auto alone = as_somebody([&] { return audited(place()); });
    EXPECT_EQ(alone.status, exit_failed);
    EXPECT_NE(alone.err.find("as root or as the user that the daemon runs as"), std::string::npos)
        << alone.err;
    ASSERT_EQ(::chmod(books_.path("").c_str(), 0755), 0);
    const auto daemon = open_books(books_.path(), false).value();
    const auto beside = as_somebody([&] { return audited(place()); });
    EXPECT_EQ(beside.status, exit_done) << beside.err;
    EXPECT_NE(beside.out.find("anna"), std::string::npos);
}

TEST_F(BooksCommand, VerifyKnowsTheHead) {
    books_.add({row_of("intent", 0), outcome_row(0, 1)});
    const auto said = verified();
    EXPECT_EQ(said.status, exit_done);
    EXPECT_EQ(said.out, "2 rows as written, from 1 to 2\nhead 2:" + hash_of(2) + "\n");
    EXPECT_EQ(verified(RowHash{1, hash_of(1)}).status, exit_done);
    const auto other = verified(RowHash{1, hash_of(2)});
    EXPECT_EQ(other.status, exit_failed);
    EXPECT_EQ(other.err, "row 1 is another row: its hash is " + hash_of(1) + "\n");
    const auto later = verified(RowHash{3, hash_of(2)});
    EXPECT_EQ(later.status, exit_failed);
    EXPECT_EQ(later.err, "row 3 is missing: the last one is 2\n");
}

TEST_F(BooksCommand, VerifyFindsTheFirstBadRow) {
    books_.add({row_of("intent", 0), outcome_row(0, 1), row_of("intent", 0)});
    books_.sql("UPDATE rows SET user = 'bob' WHERE id = 2");
    const auto changed = verified();
    EXPECT_EQ(changed.status, exit_failed);
    EXPECT_EQ(changed.out, "1 row as written, from 1 to 1\n");
    EXPECT_NE(changed.err.find("row 2 was changed"), std::string::npos);
    books_.sql("DELETE FROM rows WHERE id = 2");
    EXPECT_NE(verified().err.find("row 2 is missing"), std::string::npos);
}

TEST_F(BooksCommand, ExpectKnowsWhatWasDropped) {
    books_.add({row_of("run", 0, "01:00:00"), row_of("run", 0, "02:00:00"), row_of("run", 0, "03:00:00")});
    const RowHash second{2, hash_of(2)};
    const RowHash first{1, hash_of(1)};
    {
        const auto database = open_books(books_.path(), false).value();
        auto transaction = Transaction::begin(*database).value();
        const auto pruned = drop_rows(*database, at("02:30:00"), at("04:00:00"), 100).value();
        StoredRow said{row_of("pruned", 0, "04:00:00"), "boot", 0, {}};
        said.row.detail = to_text(*pruned);
        auto appender = Appender::after(*database, tail_of(*database).value()).value();
        appender.add(said).value();
        appender.finish().value();
        transaction.commit().value();
    }
    EXPECT_EQ(verified(second).status, exit_done);
    EXPECT_EQ(verified(RowHash{2, hash_of(3)}).status, exit_failed);
    const auto older = verified(first);
    EXPECT_EQ(older.status, exit_failed);
    EXPECT_EQ(older.err, "row 1 is dropped by its age; the first that is kept is 3\n");
}

TEST_F(BooksCommand, ConfigTexts) {
    books_.add({});
    books_.sql("INSERT INTO configs VALUES ('aa11', 'version: 1\n', 0), ('aa22', '', 0)");
    const auto of = [&](const char* digest) {
        return said_by([&] { return audit_config_text({place(), digest}); });
    };
    EXPECT_EQ(of("aa1").out, "version: 1\n");
    EXPECT_EQ(of("AA11").out, "version: 1\n");
    EXPECT_EQ(of("aa").status, exit_failed);
    EXPECT_EQ(of("aa").err, "aa: more than one digest begins so; write more of it\n");
    EXPECT_EQ(of("cc").err, "cc: no configuration with this digest is kept\n");
}

TEST_F(BooksCommand, ReportOfARuleThatIsNotThere) {
    books_.add({row_of("would_end", 0)});
    ReportOptions options{place()};
    options.rule = "idel";
    const auto said = said_by([&] { return report(options); });
    EXPECT_EQ(said.status, exit_done);
    EXPECT_EQ(said.err, "nothing by the rule idel in this time; there is something by idle\n");
}

TEST_F(BooksCommand, TimesTheWrongWayRound) {
    books_.add({});
    AuditOptions options;
    options.place = place();
    options.range = {at("13:00:00"), at("12:00:00")};
    const auto said = said_by([&] { return audit(options); });
    EXPECT_EQ(said.status, exit_usage);
    EXPECT_EQ(said.err, "--since is not before --until: 2026-11-22T13:00:00Z and 2026-11-22T12:00:00Z\n");
}

TEST(RowHashText, IsANumberAndAHash) {
    const std::string hash(64, 'a');
    EXPECT_EQ(parse_row_hash("12:" + std::string(64, 'A')), (RowHash{12, hash}));
    for (const std::string& wrong :
         {hash, ":" + hash, "12" + hash, "12:" + hash.substr(1), "-1:" + hash, "1:" + hash.substr(1) + "g"})
        EXPECT_FALSE(parse_row_hash(wrong)) << wrong;
}

}  // namespace
}  // namespace curfew::daemon
