#pragma once
// What the store's tests have in hand: a directory of their own, somebody to await, intents, a disk that
// fails when told, and somebody who changes the file behind the store's back.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "daemon/store/rows.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon::store_test {

class Directory {
  public:
    Directory();
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    std::string path(const std::string& name = "audit.db") const { return path_ + "/" + name; }

  private:
    std::string path_;
};

template <class T> T await(boost::asio::awaitable<T> operation) {
    boost::asio::io_context context;
    auto result = boost::asio::co_spawn(context, std::move(operation), boost::asio::use_future);
    context.run();
    return result.get();
}

core::WallTime at(std::int64_t seconds);  // since 1970
Intent intent_of(const std::string& user, core::WallTime time = at(1'800'000'000));
Result ended();

StoreOptions daemon();
StoreOptions visitor();
std::unique_ptr<Store> open(const std::string& path, StoreOptions options = daemon());
std::string error_of(const std::string& path, StoreOptions options = daemon());  // its name; empty: opened

// With a connection of its own.
void change(const std::string& path, const std::string& sql);
std::int64_t number(const std::string& path, const std::string& sql);
std::vector<Row> rows(const std::string& path, std::vector<std::string> kinds = {});
Verified verified(const std::string& path);
std::string flaw(const std::string& path);  // empty: none

// Waits until it is so, for ten seconds at most.
bool eventually(const std::function<bool()>& so);

// fsync and fdatasync of this process.
struct Disk {
    static std::atomic<bool> syncs_fail;
    static std::atomic<std::uint64_t> syncs;
};

// In a process of its own, which ends with what it returns and runs no destructor. Its status by waitpid.
int begin_child(const std::function<int()>& work);
int status_of(int child);

}  // namespace curfew::daemon::store_test
