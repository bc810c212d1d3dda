#include "tests/daemon/store/hands.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/store/schema.hpp"

namespace curfew::daemon::store_test {

std::atomic<bool> Disk::syncs_fail = false;
std::atomic<std::uint64_t> Disk::syncs = 0;

Directory::Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "curfew-store-XXXXXX").string();
    if (::mkdtemp(name.data())) path_ = name;
}

Directory::~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

core::WallTime at(std::int64_t seconds) {
    return core::WallTime{std::chrono::seconds{seconds}};
}

Intent intent_of(const std::string& user, core::WallTime time) {
    Intent intent;
    intent.at = time;
    intent.server = "fs1";
    intent.client = "PC7";
    intent.user = user;
    intent.client_key = "pc7";
    intent.user_key = user;
    intent.rule = "idle";
    intent.rule_digest = "d1";
    intent.config_digest = "c1";
    intent.seen.sessions = 2;
    return intent;
}

Result ended() {
    Result result;
    result.outcome = Outcome::ended;
    return result;
}

StoreOptions daemon() {
    StoreOptions options;
    options.version = "1.2.3";
    options.config_digest = "c1";
    options.first_retry = core::Milliseconds{5};
    options.longest_retry = core::Milliseconds{20};
    return options;
}

StoreOptions visitor() {
    auto options = daemon();
    options.as = StoreOptions::As::visitor;
    return options;
}

std::unique_ptr<Store> open(const std::string& path, StoreOptions options) {
    auto store = Store::open(path, std::move(options));
    EXPECT_TRUE(store) << core::describe(store.error());
    return store ? std::move(*store) : nullptr;
}

std::string error_of(const std::string& path, StoreOptions options) {
    const auto store = Store::open(path, std::move(options));
    return store ? "" : core::name_of(store.error().code);
}

void change(const std::string& path, const std::string& sql) {
    const auto database = Database::open(path, Database::Access::write);
    ASSERT_TRUE(database) << core::describe(database.error());
    const auto done = (*database)->run(sql.c_str());
    ASSERT_TRUE(done) << core::describe(done.error());
}

std::int64_t number(const std::string& path, const std::string& sql) {
    const auto database = Database::open(path, Database::Access::read_only);
    EXPECT_TRUE(database);
    const auto number = (*database)->number(sql.c_str());
    EXPECT_TRUE(number) << core::describe(number.error());
    return number ? *number : -1;
}

std::vector<Row> rows(const std::string& path, std::vector<std::string> kinds) {
    const auto database = open_books_to_read(path);
    EXPECT_TRUE(database) << core::describe(database.error());
    std::vector<Row> all;
    RowFilter filter;
    filter.kinds = std::move(kinds);
    const auto read = read_rows(**database, filter, [&](const Row& row) {
        all.push_back(row);
        return true;
    });
    EXPECT_TRUE(read);
    return all;
}

Verified verified(const std::string& path) {
    const auto database = open_books_to_read(path);
    EXPECT_TRUE(database) << core::describe(database.error());
    const auto verified = verify(**database);
    EXPECT_TRUE(verified) << core::describe(verified.error());
    return *verified;
}

std::string flaw(const std::string& path) {
    const auto found = verified(path).flaw;
    return found ? found->what : "";
}

bool eventually(const std::function<bool()>& so) {
    for (int i = 0; i < 2000; ++i) {
        if (so()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return so();
}

int begin_child(const std::function<int()>& work) {
    const int child = ::fork();
    if (child == 0) ::_exit(work());
    return child;
}

int status_of(int child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace curfew::daemon::store_test

using curfew::daemon::store_test::Disk;

// In place of the C library's, for SQLite too.
extern "C" int fdatasync(int descriptor) {
    ++Disk::syncs;
    if (Disk::syncs_fail) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

extern "C" int fsync(int descriptor) {
    ++Disk::syncs;
    if (Disk::syncs_fail) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}
