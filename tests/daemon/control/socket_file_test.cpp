#include "daemon/control/socket_file.hpp"

#include <filesystem>

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/control/unix_address.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::daemon {
namespace {

class SocketFileTest : public ::testing::Test {
  protected:
    std::string refused() const {
        const auto made = SocketFile::make(control_);
        if (made) return "made";
        return core::name_of(made.error().code);
    }
    struct stat there() const {
        struct stat found {};
        ::lstat(path_.c_str(), &found);
        return found;
    }
    std::size_t files() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator{dir_.path()}) ++count;
        return count;
    }
    bool connects() const {
        const auto address = UnixAddress::of(path_);
        const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool connected = ::connect(client, address->get(), address->size()) == 0;
        ::close(client);
        return connected;
    }

    testing::TempDir dir_;
    std::string path_ = (dir_ / "c.sock").string();
    config::Control control_{path_, {}, {}, 0600};
};

TEST_F(SocketFileTest, has_its_mode_and_nothing_is_left_beside) {
    control_.mode = 0620;
    const auto made = SocketFile::make(control_);
    ASSERT_TRUE(made) << core::describe(made.error());
    EXPECT_TRUE(S_ISSOCK(there().st_mode));
    EXPECT_EQ(there().st_mode & 07777, 0620u);
    EXPECT_EQ(files(), 1u);
    EXPECT_TRUE(connects());
}

TEST_F(SocketFileTest, has_its_owner) {
    const auto* own = ::getgrgid(::getgid());
    ASSERT_NE(own, nullptr);
    control_.group = ::getuid() == 0 ? "daemon" : own->gr_name;
    if (::getuid() == 0) control_.owner = "nobody";
    const auto made = SocketFile::make(control_);
    ASSERT_TRUE(made) << core::describe(made.error());
    EXPECT_EQ(::getgrgid(there().st_gid)->gr_name, *control_.group);
    if (::getuid() == 0) {
        EXPECT_NE(there().st_uid, 0u);
    }
}

TEST_F(SocketFileTest, unknown_names_are_errors) {
    control_.owner = "nobody-of-this-name";
    EXPECT_EQ(refused(), "EINVAL");
    control_.owner = {};
    control_.group = "nobody-of-this-name";
    EXPECT_EQ(refused(), "EINVAL");
    EXPECT_EQ(files(), 0u);
}

TEST_F(SocketFileTest, a_stale_one_is_replaced) {
    { ASSERT_TRUE(SocketFile::make(control_)); }
    const auto before = there();
    EXPECT_FALSE(connects());
    const auto made = SocketFile::make(control_);
    ASSERT_TRUE(made) << core::describe(made.error());
    EXPECT_NE(there().st_ino, before.st_ino);
    EXPECT_TRUE(connects());
    EXPECT_EQ(files(), 1u);
}

TEST_F(SocketFileTest, a_live_one_is_left) {
    auto first = SocketFile::make(control_);
    ASSERT_TRUE(first);
    const auto before = there();
    EXPECT_EQ(refused(), "EADDRINUSE");
    EXPECT_EQ(there().st_ino, before.st_ino);
    EXPECT_TRUE(connects());
}

TEST_F(SocketFileTest, what_is_no_socket_is_left) {
    dir_.write("c.sock", "precious");
    EXPECT_EQ(refused(), "EEXIST");
    EXPECT_EQ(testing::read_file(path_), "precious");
    std::filesystem::remove(path_);
    std::filesystem::create_symlink(dir_ / "elsewhere", path_);
    EXPECT_EQ(refused(), "EEXIST");
    EXPECT_TRUE(std::filesystem::is_symlink(path_));
    std::filesystem::remove(path_);
    std::filesystem::create_directory(path_);
    EXPECT_EQ(refused(), "EEXIST");
    EXPECT_EQ(files(), 1u);
}

TEST_F(SocketFileTest, paths_that_cannot_be) {
    control_.socket = (dir_ / "nowhere" / "c.sock").string();
    EXPECT_EQ(refused(), "ENOENT");
    control_.socket = dir_.path().string() + "/" + std::string(100, 'x');
    EXPECT_EQ(refused(), "ENAMETOOLONG");
    control_.socket = "relative";
    EXPECT_EQ(refused(), "EINVAL");
}

TEST_F(SocketFileTest, removes_itself_and_nobody_else) {
    auto made = SocketFile::make(control_);
    ASSERT_TRUE(made);
    made->remove();
    EXPECT_EQ(files(), 0u);

    auto first = SocketFile::make(control_);
    ASSERT_TRUE(first);
    std::filesystem::remove(path_);
    auto second = SocketFile::make(control_);
    ASSERT_TRUE(second);
    first->remove();
    EXPECT_TRUE(connects()) << "that is the second one's";
}

}  // namespace
}  // namespace curfew::daemon
