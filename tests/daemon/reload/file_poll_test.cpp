// Where nobody tells of edits: what comes to rest counts.
#include "daemon/reload/file_poll.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/integration/temp_dir.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;

const core::SteadyTime start = core::SteadyTime{} + 1h;
const Fingerprint a{{true, 1, 1, 10, 100}};
const Fingerprint b{{true, 1, 2, 10, 100}};
const Fingerprint c{{true, 1, 2, 11, 100}};

TEST(FilePoll, what_is_seen_first_was_read) {
    FilePoll poll;
    EXPECT_FALSE(poll.saw(a, start));
    EXPECT_EQ(poll.next(), start + 60s);
    EXPECT_FALSE(poll.saw(a, start + 60s));
}

TEST(FilePoll, a_change_counts_when_it_stays) {
    FilePoll poll;
    poll.saw(a, start);
    EXPECT_FALSE(poll.saw(b, start + 60s));
    EXPECT_EQ(poll.next(), start + 65s);
    EXPECT_FALSE(poll.saw(c, start + 65s)) << "still being written";
    EXPECT_TRUE(poll.saw(c, start + 70s));
    EXPECT_EQ(poll.next(), start + 130s);
    EXPECT_FALSE(poll.saw(c, start + 130s));
}

TEST(FilePoll, what_is_as_before_is_no_change) {
    FilePoll poll;
    poll.saw(a, start);
    poll.saw(b, start + 60s);
    EXPECT_FALSE(poll.saw(a, start + 65s));
    EXPECT_FALSE(poll.saw(b, start + 125s));
    EXPECT_TRUE(poll.saw(b, start + 130s));
}

TEST(FilePoll, a_file_is_known_by_more_than_its_name) {
    const curfew::testing::TempDir dir;
    EXPECT_EQ(look_at(dir / "none"), FileMark{});
    const auto file = dir.write("file", "one");
    const auto before = look_at(file);
    EXPECT_TRUE(before.there);
    EXPECT_EQ(look_at(file), before);
    dir.write("file", "longer");
    EXPECT_NE(look_at(file), before);
    ASSERT_EQ(::symlink("file", (dir / "link").c_str()), 0);
    EXPECT_EQ(look_at(dir / "link"), look_at(file));
}

}  // namespace
}  // namespace curfew::daemon
