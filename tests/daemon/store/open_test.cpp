// What is opened, what is made, and what is left alone.
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {

void write_file(const std::string& path, const std::string& text) {
    std::ofstream{path} << text;
}
std::string read_file(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(OpenStore, MakesTheFileForOwnerAndGroup) {
    const Directory directory;
    const auto mask = ::umask(0077);
    auto store = open(directory.path());
    ::umask(mask);
    for (const char* name : {"audit.db", "audit.db-wal", "audit.db-shm"}) {
        struct stat found {};
        ASSERT_EQ(::stat(directory.path(name).c_str(), &found), 0) << name;
        EXPECT_EQ(found.st_mode & 07777, 0640u) << name;
    }
}

TEST(OpenStore, LetsInOneDaemonAndManyVisitors) {
    const Directory directory;
    auto first = open(directory.path());
    EXPECT_EQ(error_of(directory.path()), "ERROR_LOCK_VIOLATION");
    auto second = open(directory.path(), visitor());
    auto third = open(directory.path(), visitor());
    EXPECT_TRUE(await(second->intent(intent_of("anna"))));
    first.reset();
    EXPECT_EQ(error_of(directory.path()), "");
    EXPECT_EQ(flaw(directory.path()), "");
}

TEST(OpenStore, RefusesWhatIsNoPlainFile) {
    const Directory directory;
    ASSERT_EQ(::mkdir(directory.path("directory").c_str(), 0700), 0);
    ASSERT_EQ(::mkfifo(directory.path("fifo").c_str(), 0600), 0);
    open(directory.path("real"));
    ASSERT_EQ(::symlink("real", directory.path("link").c_str()), 0);
    for (const char* name : {"directory", "fifo", "link"})
        EXPECT_EQ(error_of(directory.path(name)), "AUDIT_NOT_A_FILE") << name;
    ASSERT_EQ(::mkfifo(directory.path("locked-lock").c_str(), 0600), 0);
    EXPECT_EQ(error_of(directory.path("locked")), "AUDIT_NOT_A_FILE");
    EXPECT_EQ(error_of(directory.path("nowhere/audit.db")), "ENOENT");
}

TEST(OpenStore, LeavesForeignFilesAsTheyAre) {
    const Directory directory;
    const std::string garbage(5000, 'x');
    write_file(directory.path("empty"), "");
    write_file(directory.path("garbage"), garbage);
    EXPECT_EQ(error_of(directory.path("empty")), "AUDIT_FOREIGN");
    EXPECT_EQ(error_of(directory.path("garbage")), "SQLITE_NOTADB");
    EXPECT_EQ(read_file(directory.path("empty")), "");
    EXPECT_EQ(read_file(directory.path("garbage")), garbage);

    write_file(directory.path("other"), "");
    change(directory.path("other"), "CREATE TABLE rows (id)");
    EXPECT_EQ(error_of(directory.path("other")), "AUDIT_FOREIGN");
    open(directory.path("later"));
    change(directory.path("later"), "PRAGMA user_version=99");
    EXPECT_EQ(error_of(directory.path("later")), "AUDIT_NEWER");
}

TEST(OpenStore, MakesNoNewOneBesideTheLogOfOneThatIsGone) {
    const Directory directory;
    write_file(directory.path("audit.db-wal"), "rows that were committed");
    EXPECT_EQ(error_of(directory.path()), "AUDIT_MOVED");
    EXPECT_NE(::access(directory.path().c_str(), F_OK), 0);
    EXPECT_EQ(read_file(directory.path("audit.db-wal")), "rows that were committed");
}

TEST(OpenStore, BeginsAgainWhereOneDiedWhileMakingIt) {
    const Directory directory;
    write_file(directory.path("audit.db.new"), "half");
    write_file(directory.path("audit.db.new-journal"), "half a journal");
    EXPECT_EQ(error_of(directory.path()), "");
}

TEST(OpenStore, RefusesAnAuditWhoseEndWasChanged) {
    const Directory directory;
    auto store = open(directory.path());
    ASSERT_TRUE(await(store->intent(intent_of("anna"))));
    store.reset();
    change(directory.path(), "UPDATE rows SET user = 'bert' WHERE id = 2");
    EXPECT_EQ(error_of(directory.path()), "AUDIT_CHANGED");
    change(directory.path(), "UPDATE rows SET user = 'anna' WHERE id = 2");
    EXPECT_EQ(error_of(directory.path()), "");
    change(directory.path(), "DELETE FROM rows WHERE id = 3");
    EXPECT_EQ(error_of(directory.path()), "AUDIT_CHANGED");
}

}  // namespace
}  // namespace curfew::daemon::store_test
