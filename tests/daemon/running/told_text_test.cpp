// What comes back from the audit and over the control socket: the same as went in, or refused.

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "daemon/running/lent.hpp"
#include "daemon/running/memory_text.hpp"
#include "daemon/running/requests.hpp"
#include "daemon/running/wide_bytes.hpp"

namespace curfew::daemon {
namespace {

const core::Now now{core::SteadyTime{} + core::Seconds{100'000},
                    core::WallTime{} + core::Seconds{1'800'000'000}};

// What the fuzz target begins with is good, or refused for what its name says.
std::string seed(const std::string& name) {
    std::ifstream file{std::string{CURFEW_FUZZ_CORPUS} + "/running_text/" + name, std::ios::binary};
    std::stringstream text;
    text << file.rdbuf();
    return text.str().substr(1);
}

TEST(ToldText, memory_that_was_kept_is_read) {
    const auto memory = read_memory(seed("memory"), "b");
    ASSERT_TRUE(memory);
    ASSERT_EQ(memory->sessions.size(), 2u);
    EXPECT_EQ(memory->sessions[0].user_key, "anna");
    EXPECT_LT(*memory->sessions[0].started, core::SteadyTime{}) << "before this machine began";
    EXPECT_EQ(memory->rules[1].name, narrowed("n\xC3\xA4"
                                              "chtlich"));
    EXPECT_TRUE(read_seen(seed("memory")));
    EXPECT_FALSE(read_memory(seed("memory"), "another boot"));
    EXPECT_FALSE(read_memory(seed("memory-no-rule"), "b"));
}

TEST(ToldText, a_time_in_which_nobody_can_live_is_refused) {
    EXPECT_FALSE(read_memory(seed("memory-far"), "b"));
    EXPECT_FALSE(read_seen(seed("memory-far")));
    EXPECT_FALSE(read_lent(seed("lent-far"), "b", now));
    EXPECT_FALSE(read_lent(seed("lent-ban-far"), "b", now));
    EXPECT_FALSE(read_apply_request(seed("apply-far")));
    EXPECT_TRUE(read_apply_request(seed("apply")));
}

TEST(ToldText, what_is_lent_comes_back) {
    const auto lent = read_lent(seed("lent"), "b", now);
    ASSERT_TRUE(lent) << core::describe(lent.error());
    EXPECT_EQ(lent->memory.at("fs1").sessions.size(), 2u);
    EXPECT_EQ(lent->trips.at(0).would_end, 40u);
    EXPECT_EQ(lent->holds.at(0).who, "anna");
    EXPECT_EQ(lent->bans.at(0).ban.override_protect, "by phone");
    EXPECT_EQ(to_string(lent->bans.at(0).ban.whom), "user anna");
    EXPECT_EQ(lent->spent.at(0).sessions, 2u);
    EXPECT_EQ(write_lent(read_lent(write_lent(*lent, "b"), "b", now).value(), "b"), write_lent(*lent, "b"));
    EXPECT_FALSE(read_lent(seed("lent"), "another boot", now));
}

TEST(ToldText, bytes_are_widened_and_narrowed) {
    EXPECT_EQ(widened("a\xFF"), "a\xC3\xBF");
    EXPECT_EQ(narrowed("a\xC3\xBF"), "a\xFF");
    for (const char* wrong : {"\xC3",
                              "\xC3"
                              "a",
                              "\xC4\x80", "\x80", "\xFF"})
        EXPECT_FALSE(narrowed(wrong));
}

}  // namespace
}  // namespace curfew::daemon
