// Processes that die at any moment, and several that write at once.
#include <csignal>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/daemon/store/hands.hpp"

namespace curfew::daemon::store_test {
namespace {

// Says the number of each intent that was acknowledged, until it is killed.
int write_for_ever(const std::string& path, int out) {
    auto store = Store::open(path, daemon());
    if (!store) return 1;
    for (int i = 0;; ++i) {
        const auto intent = intent_of("u" + std::to_string(i));
        const auto id = await((*store)->intent(intent));
        if (!id) return 2;
        const std::uint64_t number = *id;
        if (::write(out, &number, sizeof number) != sizeof number) return 3;
        if (i % 2 == 0) await((*store)->outcome(*id, intent, ended()));
    }
}

TEST(Crash, LosesNothingThatWasAcknowledged) {
    const Directory directory;
    std::set<std::uint64_t> acknowledged;
    for (int round = 0; round < 20; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const int child = begin_child([&] { return write_for_ever(directory.path(), ends[1]); });
        ::close(ends[1]);
        std::uint64_t number = 0;
        for (int i = 0; i < 1 + round * 3; ++i) {
            ASSERT_EQ(::read(ends[0], &number, sizeof number), static_cast<ssize_t>(sizeof number));
            acknowledged.insert(number);
        }
        ::kill(child, SIGKILL);
        const int status = status_of(child);
        ASSERT_TRUE(WIFSIGNALED(status));
        while (::read(ends[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number))
            acknowledged.insert(number);
        ::close(ends[0]);
        ASSERT_EQ(flaw(directory.path()), "");
    }
    for (const auto& row : rows(directory.path(), {"intent"})) acknowledged.erase(row.id);
    EXPECT_TRUE(acknowledged.empty());
    const auto open_ones = static_cast<std::size_t>(number(directory.path(), "SELECT count(*) FROM open"));
    auto store = open(directory.path());
    const auto orphans = store->orphans();
    ASSERT_TRUE(orphans);
    EXPECT_EQ(orphans->size(), open_ones);
    EXPECT_GT(open_ones, 0u);
}

TEST(Crash, SeveralProcessesKeepOneChain) {
    const Directory directory;
    open(directory.path());
    std::vector<int> children;
    for (int process = 0; process < 3; ++process) {
        children.push_back(begin_child([&, process] {
            auto store = Store::open(directory.path(), process == 0 ? daemon() : visitor());
            if (!store) return 1;
            for (int i = 0; i < 200; ++i) {
                const auto intent = intent_of("p" + std::to_string(process));
                const auto id = await((*store)->intent(intent));
                if (!id) return 2;
                await((*store)->outcome(*id, intent, ended()));
            }
            store->reset();
            return 0;
        }));
    }
    for (const int child : children) EXPECT_EQ(status_of(child), 0);
    const auto found = verified(directory.path());
    EXPECT_FALSE(found.flaw) << found.flaw->what;
    EXPECT_EQ(found.rows, 4u + 3u * 400u);
}

TEST(Crash, ManyMakeTheFileAtOnce) {
    const Directory directory;
    std::vector<int> children;
    for (int process = 0; process < 8; ++process) {
        children.push_back(begin_child([&] { return Store::open(directory.path(), visitor()) ? 0 : 1; }));
    }
    for (const int child : children) EXPECT_EQ(status_of(child), 0);
    EXPECT_EQ(flaw(directory.path()), "");
    EXPECT_EQ(rows(directory.path(), {"run"}).size(), 8u);
}

}  // namespace
}  // namespace curfew::daemon::store_test
