// The file is not where it was, or not what it was. Nothing is written elsewhere, and nothing anew.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {
namespace fs = std::filesystem;

class MovedFile : public testing::Test {
  protected:
    MovedFile() : store(open(path)) { first = *await(store->intent(intent_of("first"))); }
    std::string refused() {
        const auto id = await(store->intent(intent_of("refused")));
        return id ? "" : core::name_of(id.error().code);
    }
    void works_again() {
        EXPECT_TRUE(eventually([&] { return store->trouble().empty(); })) << store->trouble();
        EXPECT_TRUE(await(store->intent(intent_of("after"))));
        EXPECT_EQ(rows(path, {"outcome"}).size(), 1u);
        EXPECT_EQ(rows(path, {"intent"}).size(), 2u);
        EXPECT_EQ(flaw(path), "");
    }

    Directory directory;
    const std::string path = directory.path();
    std::unique_ptr<Store> store;
    IntentId first = 0;
};

TEST_F(MovedFile, IsGoneAndComesBack) {
    fs::rename(path, path + ".away");
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    await(store->outcome(first, intent_of("first"), ended()));
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    EXPECT_FALSE(fs::exists(path));
    fs::rename(path + ".away", path);
    works_again();
}

TEST_F(MovedFile, IsGoneForGood) {
    fs::remove(path);
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    store.reset();
    EXPECT_FALSE(fs::exists(path));
}

TEST_F(MovedFile, IsReplacedByAnotherAudit) {
    const auto other = directory.path("other.db");
    open(other);
    fs::rename(path, path + ".away");
    fs::rename(other, path);
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    await(store->outcome(first, intent_of("first"), ended()));
    EXPECT_EQ(refused(), "AUDIT_CHANGED");
    EXPECT_EQ(rows(path).size(), 1u);  // its own run
    EXPECT_EQ(flaw(path), "");
    EXPECT_EQ(rows(path + ".away").size(), 2u);  // whole, though its log had another name
    fs::rename(path + ".away", path);
    works_again();
}

TEST_F(MovedFile, IsReplacedByACopyOfItself) {
    fs::rename(path, path + ".away");
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    fs::copy_file(path + ".away", path);
    await(store->outcome(first, intent_of("first"), ended()));
    works_again();
}

TEST_F(MovedFile, LosesItsLog) {
    fs::remove(path + "-wal");
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    await(store->outcome(first, intent_of("first"), ended()));
    works_again();
}

TEST_F(MovedFile, LosesItsLocksAndTakesThemAgain) {
    fs::remove(path + "-lock");
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    await(store->outcome(first, intent_of("first"), ended()));
    works_again();
    EXPECT_EQ(error_of(path), "ERROR_LOCK_VIOLATION");
}

TEST_F(MovedFile, LosesItsLocksToAnotherDaemon) {
    fs::remove(path + "-lock");
    auto another = open(path);
    EXPECT_EQ(refused(), "AUDIT_MOVED");
    EXPECT_EQ(refused(), "ERROR_LOCK_VIOLATION");
    another.reset();
    await(store->outcome(first, intent_of("first"), ended()));
    EXPECT_TRUE(eventually([&] { return store->trouble().empty(); }));
}

void damage(const std::string& path) {
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    const std::string garbage(fs::file_size(path), 'Z');
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
}

TEST_F(MovedFile, IsDamagedBetweenTwoRuns) {
    store.reset();
    damage(path);
    EXPECT_EQ(error_of(path), "SQLITE_NOTADB");
    std::ifstream file{path};
    EXPECT_EQ(file.get(), 'Z');
}

TEST_F(MovedFile, IsDamagedWhileInUse) {
    store.reset();  // takes the log into the file, so that pages have to be read from there
    store = open(path);
    damage(path);
    const auto refusal = refused();
    EXPECT_TRUE(refusal == "SQLITE_NOTADB" || refusal == "SQLITE_CORRUPT" || refusal.empty()) << refusal;
    std::string last = refusal;
    for (int i = 0; i < 20 && last.empty(); ++i) last = refused();
    store.reset();
}

TEST_F(MovedFile, LosesRowsThatWereWrittenFromHere) {
    change(path, "DELETE FROM rows WHERE id = 2; UPDATE head SET id = 1, hash = (SELECT hash FROM rows)");
    EXPECT_EQ(refused(), "AUDIT_CHANGED");
    EXPECT_EQ(refused(), "AUDIT_CHANGED");
    EXPECT_EQ(rows(path).size(), 1u);
}

}  // namespace
}  // namespace curfew::daemon::store_test
