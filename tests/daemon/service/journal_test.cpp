#include "daemon/log/journal.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log/log.hpp"
#include "tests/daemon/log_lines.hpp"

namespace curfew::daemon {
namespace {

using config::LogFormat;
using config::LogLevel;

// A pipe in the place of the journal's socket: what counts is device and inode.
class JournalTest : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(::pipe(ends_), 0); }
    void TearDown() override {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    std::string name_of(int descriptor) const {
        struct stat about {};
        EXPECT_EQ(::fstat(descriptor, &about), 0);
        return std::to_string(about.st_dev) + ':' + std::to_string(about.st_ino);
    }
    int ends_[2] = {-1, -1};
};

TEST_F(JournalTest, is_the_file_that_the_variable_names) {
    EXPECT_TRUE(is_journal(name_of(ends_[1]), ends_[1]));
    EXPECT_FALSE(is_journal(name_of(ends_[1]), STDIN_FILENO)) << "sent elsewhere since";
    EXPECT_FALSE(is_journal("1:2", ends_[1]));
}

TEST_F(JournalTest, nonsense_names_nothing) {
    const auto name = name_of(ends_[1]);
    for (const auto& wrong : {std::string{}, std::string{":"}, name + " ", " " + name, name + "0",
                              name.substr(0, name.find(':')), std::string{"a:b"}}) {
        EXPECT_FALSE(is_journal(wrong, ends_[1])) << wrong;
    }
    EXPECT_FALSE(is_journal(name, -1));
}

// What arrives at the other end of a standard error that is, or is not, the one that the variable names.
class JournalLogTest : public JournalTest {
  protected:
    std::string written(const std::string& journal_stream, config::Log settings) {
        ::setenv("JOURNAL_STREAM", journal_stream.c_str(), 1);
        const int kept = ::dup(STDERR_FILENO);
        ::dup2(ends_[1], STDERR_FILENO);
        {
            Log log{settings};
            log.warning("look_failed", {{"server", "fs1"}});
            log.flush();
        }
        ::dup2(kept, STDERR_FILENO);
        ::close(kept);
        ::unsetenv("JOURNAL_STREAM");
        std::string text(4096, '\0');
        const auto size = ::read(ends_[0], text.data(), text.size());
        text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return text;
    }
};

TEST_F(JournalLogTest, the_journal_gets_priorities_and_nobody_else) {
    EXPECT_EQ(written(name_of(ends_[1]), {LogFormat::text, LogLevel::info}), "<4>look_failed server=fs1\n");
    const auto elsewhere = written("1:2", {LogFormat::text, LogLevel::info});
    EXPECT_TRUE(elsewhere.ends_with("Z warning look_failed server=fs1\n")) << elsewhere;
}

TEST(JournalLines, have_the_priority_of_their_level) {
    auto sink = std::make_shared<fake::LogLines>();
    Log log{{LogFormat::text, LogLevel::debug}, sink, LineStart::priority};
    log.debug("look", {});
    log.info("started", {});
    log.warning("look_failed", {});
    log.error("rule_tripped", {});
    log.record(LogLevel::info, "disconnect_intent", {});
    EXPECT_EQ(sink->raw, (std::vector<std::string>{"<7>look\n", "<6>started\n", "<4>look_failed\n",
                                                   "<3>rule_tripped\n", "<6>disconnect_intent\n"}));
}

TEST(JournalLines, json_keeps_its_shape) {
    auto sink = std::make_shared<fake::LogLines>();
    Log log{{LogFormat::json, LogLevel::info}, sink, LineStart::priority};
    log.error("rule_tripped", {{"of", 7}});
    ASSERT_EQ(sink->raw.size(), 1u);
    EXPECT_TRUE(sink->raw[0].starts_with("<3>{\"time\":\"")) << sink->raw[0];
    EXPECT_TRUE(sink->raw[0].ends_with("Z\",\"level\":\"error\",\"event\":\"rule_tripped\",\"of\":7}\n"))
        << sink->raw[0];
}

TEST(JournalLines, no_name_begins_a_line) {
    auto sink = std::make_shared<fake::LogLines>();
    Log log{{LogFormat::text, LogLevel::info}, sink, LineStart::priority};
    log.info("withheld", {{"user", "x\n<0>emergency"}});
    ASSERT_EQ(sink->raw.size(), 1u);
    EXPECT_EQ(sink->raw[0].find('\n'), sink->raw[0].size() - 1);
}

}  // namespace
}  // namespace curfew::daemon
