// Plan files on the disk: the whole one, for its owner's eyes, or none.
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/plan_file/plan_text.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::daemon {
namespace {

namespace fs = std::filesystem;

PlanFile plan(const std::string& host) {
    PlanFile plan;
    plan.host = host;
    return plan;
}

class PlanDiskTest : public ::testing::Test {
  protected:
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator{dir.path()}, {}));
    }
    curfew::testing::TempDir dir;
    const std::string path = dir / "evening.plan";
};

TEST_F(PlanDiskTest, written_for_its_owner_alone_and_read_back) {
    const auto before = ::umask(0);
    EXPECT_TRUE(write_plan_file(path, plan("one")));
    ::umask(before);
    struct stat about {};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0600U);
    EXPECT_EQ(read_plan_file(path)->host, "one");
    EXPECT_EQ(files(), 1U);
}

TEST_F(PlanDiskTest, replaces_an_earlier_one_as_a_whole) {
    ASSERT_TRUE(write_plan_file(path, plan("one")));
    fs::create_hard_link(path, dir / "kept");
    ASSERT_TRUE(write_plan_file(path, plan("two")));
    EXPECT_EQ(read_plan_file(path)->host, "two");
    EXPECT_EQ(read_plan_file(dir / "kept")->host, "one") << "nothing is written into the file that was there";
}

TEST_F(PlanDiskTest, whatever_is_no_file_is_left_alone) {
    fs::create_symlink("/dev/null", path);
    const auto written = write_plan_file(path, plan("one"));
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().context.find(path), std::string::npos);
    EXPECT_TRUE(fs::is_symlink(path));
    fs::create_directory(dir / "directory");
    EXPECT_FALSE(write_plan_file(dir / "directory", plan("one")));
    EXPECT_EQ(files(), 2U);
}

TEST_F(PlanDiskTest, where_it_cannot_be_written_the_error_says_where) {
    const auto written = write_plan_file(dir / "none" / "p", plan("one"));
    ASSERT_FALSE(written);
    EXPECT_EQ(core::name_of(written.error().code), "ENOENT");
    EXPECT_NE(written.error().context.find("none/p"), std::string::npos);
}

TEST_F(PlanDiskTest, what_is_no_plan_is_an_error_with_its_path) {
    EXPECT_EQ(core::name_of(read_plan_file(path).error().code), "ENOENT");
    dir.write("evening.plan", "nonsense");
    EXPECT_EQ(core::name_of(read_plan_file(path).error().code), "EBADMSG");
    EXPECT_NE(read_plan_file(path).error().context.find(path), std::string::npos);
    EXPECT_FALSE(read_plan_file(dir.path()));
    ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    EXPECT_FALSE(read_plan_file(dir / "fifo")) << "and nobody waits for the other end";
    EXPECT_FALSE(read_plan_file("/dev/zero"));
}

}  // namespace
}  // namespace curfew::daemon
