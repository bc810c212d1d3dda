// Edits as people and programs make them, on real files: each is noticed, and none before it is complete.
#include "daemon/reload/config_watcher.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/errors/error.hpp"
#include "tests/daemon/log_lines.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::daemon {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using curfew::testing::read_file;

// Runs a hundred times as fast.
class FastClock final : public Clock {
  public:
    core::Now now() const override {
        const auto real = std::chrono::steady_clock::now();
        return {started_ + (real - started_) * 100, {}};
    }
    core::SteadyTime timer_at(core::SteadyTime time) const override {
        return started_ + (time - started_) / 100;
    }
    asio::awaitable<void> wait_until(core::SteadyTime) override { co_return; }

  private:
    core::SteadyTime started_ = std::chrono::steady_clock::now();
};

class ConfigWatcherTest : public ::testing::Test {
  protected:
    ConfigWatcherTest() { fs::create_directory(etc); }
    ~ConfigWatcherTest() override { stop(); }

    void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

    // Watches, and waits until that is so.
    void watch(std::vector<std::string> files, std::vector<std::string> directories = {}) {
        watcher->watch(std::move(files), std::move(directories));
        ASSERT_EQ(next(), true) << "new places are read once more";
    }
    void watch_file() { watch({file}); }

    // Until nothing of it is left, its descriptor included.
    void stop() {
        watcher->stop();
        io.restart();
        io.run_for(10s);
    }

    // Empty where nothing is noticed for far too long.
    std::optional<bool> next() {
        const auto result = std::make_shared<std::optional<bool>>();  // of one that was given up, too
        asio::co_spawn(io, watcher->changed(),
                       [this, result](const std::exception_ptr& failed, bool changed) {
                           if (!failed) *result = changed;
                           io.stop();
                       });
        io.restart();
        io.run_for(20s);
        return *result;
    }

    curfew::testing::TempDir dir;
    const fs::path etc = dir / "etc";
    const std::string file = etc / "curfew.yaml";
    std::shared_ptr<fake::LogLines> lines = std::make_shared<fake::LogLines>();
    Log log{config::Log{}, lines};
    SystemClock clock;
    asio::io_context io;
    std::unique_ptr<ConfigWatcher> watcher = std::make_unique<ConfigWatcher>(io.get_executor(), clock, log);
};

TEST_F(ConfigWatcherTest, written_in_place) {
    write(file, "one");
    watch_file();
    write(file, "two");
    EXPECT_EQ(next(), true);
    EXPECT_TRUE(lines->raw.empty());
}

TEST_F(ConfigWatcherTest, as_vim_does) {
    write(file, "one");
    watch_file();
    fs::rename(file, file + "~");
    write(file, "two");
    fs::remove(file + "~");
    EXPECT_EQ(next(), true);
    write(etc / ".curfew.yaml.new", "three");
    fs::rename(etc / ".curfew.yaml.new", file);
    EXPECT_EQ(next(), true);
    write(file, "four");
    EXPECT_EQ(next(), true) << "the file that took the name is watched now";
}

TEST_F(ConfigWatcherTest, as_emacs_does) {
    write(file, "one");
    watch_file();
    fs::copy_file(file, file + "~");
    write(file, "two");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, as_sed_does) {
    write(file, "one");
    watch_file();
    write(etc / "sedAbCdEf", "two");
    fs::permissions(etc / "sedAbCdEf", fs::perms::owner_all);
    fs::rename(etc / "sedAbCdEf", file);
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, a_link_to_the_file_is_swapped) {
    write(dir / "one", "one");
    write(dir / "two", "two");
    fs::create_symlink("../one", file);
    watch_file();
    write(dir / "one", "one, edited");
    EXPECT_EQ(next(), true) << "the file that the link stands for counts";
    fs::create_symlink("../two", etc / "tmp");
    fs::rename(etc / "tmp", file);
    EXPECT_EQ(next(), true);
    write(dir / "two", "two, edited");
    EXPECT_EQ(next(), true) << "where it leads now is watched, before anybody says so";
}

TEST_F(ConfigWatcherTest, a_link_to_the_file_is_taken_away_and_made_anew) {
    write(dir / "one", "one");
    write(dir / "two", "two");
    fs::create_symlink("../one", file);
    watch_file();
    fs::remove(file);
    fs::create_symlink("../two", file);
    EXPECT_EQ(next(), true) << "a link is complete when it is there, and nobody closes it";
}

TEST_F(ConfigWatcherTest, a_link_to_its_directory_is_swapped) {
    fs::create_directory(dir / "a");
    fs::create_directory(dir / "b");
    write(dir / "a" / "curfew.yaml", "one");
    write(dir / "b" / "curfew.yaml", "two");
    fs::create_directory_symlink("a", dir / "now");
    watch({dir / "now" / "curfew.yaml"});
    fs::create_directory_symlink("b", dir / "tmp");
    fs::rename(dir / "tmp", dir / "now");
    EXPECT_EQ(next(), true);
    write(dir / "b" / "curfew.yaml", "three");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, as_kubernetes_does) {
    fs::create_directory(etc / "..1");
    write(etc / "..1" / "curfew.yaml", "one");
    fs::create_directory_symlink("..1", etc / "..data");
    fs::create_symlink("..data/curfew.yaml", file);
    watch_file();
    for (const std::string next_one : {"..2", "..3"}) {
        fs::create_directory(etc / next_one);
        write(etc / next_one / "curfew.yaml", next_one);
        fs::create_directory_symlink(next_one, etc / "..data_tmp");
        fs::rename(etc / "..data_tmp", etc / "..data");
        EXPECT_EQ(next(), true);
        EXPECT_EQ(read_file(file), next_one);
    }
}

TEST_F(ConfigWatcherTest, a_whole_directory_is_replaced) {
    write(file, "one");
    watch_file();
    fs::create_directory(dir / "new");
    write(dir / "new" / "curfew.yaml", "two");
    fs::rename(etc, dir / "old");
    fs::rename(dir / "new", etc);
    EXPECT_EQ(next(), true);
    EXPECT_EQ(read_file(file), "two");
    write(file, "three");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, a_directory_goes_and_comes_back) {
    write(file, "one");
    watch_file();
    fs::remove_all(etc);
    EXPECT_EQ(next(), true);
    fs::create_directories(etc);
    write(file, "two");
    EXPECT_EQ(next(), true);
    write(file, "three");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, a_file_goes_and_comes_back) {
    write(file, "one");
    watch_file();
    fs::remove(file);
    EXPECT_EQ(next(), true);
    write(file, "two");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, where_patterns_are_looked_for_a_new_file) {
    write(file, "one");
    fs::create_directory(etc / "rules.d");
    watch({file}, {etc / "rules.d"});
    write(etc / "rules.d" / "a.yaml", "rules");
    EXPECT_EQ(next(), true);
    fs::remove(etc / "rules.d" / "a.yaml");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, a_file_on_a_way_that_is_not_there_yet) {
    const std::string far = dir / "a" / "b" / "curfew.yaml";
    watch({far});
    fs::create_directories(dir / "a" / "b");
    write(far, "one");
    EXPECT_EQ(next(), true);
    write(far, "two");
    EXPECT_EQ(next(), true);
}

TEST_F(ConfigWatcherTest, half_a_file_is_not_read) {
    write(file, "one");
    watch_file();
    const int half = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    ASSERT_GE(half, 0);
    ASSERT_EQ(::write(half, "two ", 4), 4);
    // Far behind the time after which a complete one would have been read.
    asio::steady_timer later{io, 1500ms};
    later.async_wait([&](auto) {
        EXPECT_EQ(::write(half, "halves", 6), 6);
        ::close(half);
    });
    EXPECT_EQ(next(), true);
    EXPECT_EQ(read_file(file), "two halves");
}

TEST_F(ConfigWatcherTest, stopped_while_somebody_waits) {
    write(file, "one");
    watch_file();
    asio::post(io, [&] { watcher->stop(); });
    EXPECT_EQ(next(), false);
    EXPECT_EQ(next(), false);
}

TEST_F(ConfigWatcherTest, where_there_is_no_inotify_it_says_so_and_looks_by_itself) {
    FastClock fast;
    write(file, "one");
    // UBSan takes a pipe to look at an object of a class it has not met, and there will be none: it meets
    // them all here.
    watcher = std::make_unique<ConfigWatcher>(io.get_executor(), fast, log);
    watch_file();
    stop();
    const core::Error like_it{{EMFILE, boost::system::system_category()}, {}};
    log.warning("met", {{"error", core::name_of(like_it.code)}, {"message", core::describe(like_it)}});
    watcher = std::make_unique<ConfigWatcher>(io.get_executor(), fast, log);
    const int free = ::dup(0);
    ::close(free);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(free);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto noticed = [&] {
        watcher->watch({file}, {});
        return next();
    }();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(noticed, true);
    EXPECT_EQ(lines->events("config_unwatched").size(), 1U);
    write(file, "another one");
    EXPECT_EQ(next(), true);
    // And is well again when there is.
    watcher->watch({file}, {});
    write(file, "a third");
    EXPECT_EQ(next(), true);
    EXPECT_EQ(lines->events("config_unwatched").size(), 1U);
    stop();
}

}  // namespace
}  // namespace curfew::daemon
