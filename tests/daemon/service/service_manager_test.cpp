#include "daemon/service/service_manager.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Messages = std::vector<std::string>;

constexpr pid_t own_pid = 4711;

// A service manager's end: a real datagram socket, read without waiting. What was sent on loopback is there.
class ServiceManagerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        directory_ = std::filesystem::temp_directory_path() / ("curfew-notify-" + std::to_string(::getpid()));
        std::filesystem::create_directory(directory_);
        path_ = directory_ / "notify";
        manager_ = bound(path_);
    }
    void TearDown() override {
        ::close(manager_);
        std::filesystem::remove_all(directory_);
    }
    static int bound(const std::string& name) {
        const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        const bool abstract = name[0] == '@';
        if (abstract) address.sun_path[0] = '\0';
        const auto size = offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1);
        EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)), 0);
        return socket;
    }
    static Messages received(int socket) {
        Messages all;
        std::string buffer(4096, '\0');
        for (;;) {
            const auto size = ::recv(socket, buffer.data(), buffer.size(), 0);
            if (size < 0) return all;
            all.emplace_back(buffer.data(), static_cast<std::size_t>(size));
        }
    }
    Messages received() const { return received(manager_); }
    ServiceEnvironment environment() const { return {path_.string(), "60000000", std::to_string(own_pid)}; }

    std::filesystem::path directory_;
    std::filesystem::path path_;
    int manager_ = -1;
    core::SteadyTime now_ = core::SteadyTime{} + 90s;
};

TEST_F(ServiceManagerTest, is_told_of_a_life) {
    ServiceManager service{environment(), own_pid};
    ASSERT_FALSE(service.trouble());
    service.ready();
    service.status("observe: 3 of 4 servers answer");
    service.reloading(now_);
    service.reloaded();
    service.stopping();
    EXPECT_EQ(received(), (Messages{"READY=1", "STATUS=observe: 3 of 4 servers answer",
                                    "RELOADING=1\nMONOTONIC_USEC=90000000", "READY=1", "STOPPING=1"}));
}

TEST_F(ServiceManagerTest, may_listen_under_an_abstract_name) {
    const std::string name = "@curfew/notify/" + std::to_string(::getpid());
    const int manager = bound(name);
    ServiceManager service{{name, {}, {}}, own_pid};
    service.ready();
    EXPECT_EQ(received(manager), Messages{"READY=1"});
    ::close(manager);
}

TEST_F(ServiceManagerTest, hears_of_progress_a_third_of_its_time_apart) {
    ServiceManager service{environment(), own_pid};
    EXPECT_EQ(service.watchdog_interval(), 20s);
    service.progress(now_);
    service.progress(now_ + 1ms);
    service.progress(now_ + 20s - 1ms);
    EXPECT_EQ(received(), Messages{"WATCHDOG=1"});
    service.progress(now_ + 20s);
    EXPECT_EQ(received(), Messages{"WATCHDOG=1"});
    service.progress(now_ + 39s);
    EXPECT_EQ(received(), Messages{}) << "nothing is said by a timer";
    service.progress(now_ + 1h);
    EXPECT_EQ(received(), Messages{"WATCHDOG=1"});
}

TEST_F(ServiceManagerTest, hears_of_progress_later_where_it_could_not_be_said) {
    ServiceManager service{environment(), own_pid};
    ::close(manager_);
    std::filesystem::remove(path_);
    service.progress(now_);
    manager_ = bound(path_);
    EXPECT_EQ(received(), Messages{});
    service.progress(now_ + 1ms);
    EXPECT_EQ(received(), Messages{"WATCHDOG=1"}) << "without an interval in between";
}

TEST_F(ServiceManagerTest, is_never_waited_for_by_the_loop) {
    ServiceManager service{environment(), own_pid};
    core::SteadyTime now = now_;
    for (int i = 0; i < 10'000; ++i) service.progress(now += 20s);
    const auto kept = received().size();
    EXPECT_GT(kept, 0u);
    EXPECT_LT(kept, 10'000u) << "the queue was never full, so this test proves nothing";
}

TEST_F(ServiceManagerTest, is_told_although_no_descriptor_is_free) {
    ServiceManager service{environment(), own_pid};
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{3, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const int more = ::open("/dev/null", O_RDONLY);
    service.progress(now_);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_LT(more, 0);
    EXPECT_EQ(received(), Messages{"WATCHDOG=1"});
}

TEST_F(ServiceManagerTest, is_told_one_thing_a_message) {
    ServiceManager service{environment(), own_pid};
    service.status("fs1\nREADY=1\r\x1b[2J\x7f");
    EXPECT_EQ(received(), Messages{"STATUS=fs1 READY=1  [2J "});
}

TEST_F(ServiceManagerTest, watches_nobody_else) {
    auto other = environment();
    other.watchdog_pid = "4712";
    ServiceManager service{other, own_pid};
    EXPECT_FALSE(service.trouble());
    EXPECT_FALSE(service.watchdog_interval());
    service.progress(now_);
    EXPECT_EQ(received(), Messages{});
    service.ready();
    EXPECT_EQ(received(), Messages{"READY=1"});

    auto whoever = environment();
    whoever.watchdog_pid.reset();
    EXPECT_EQ((ServiceManager{whoever, own_pid}).watchdog_interval(), 20s);
}

TEST_F(ServiceManagerTest, is_not_watching_is_not_told_of_progress) {
    ServiceManager service{{path_.string(), {}, {}}, own_pid};
    EXPECT_FALSE(service.trouble());
    EXPECT_FALSE(service.watchdog_interval());
    service.progress(now_);
    EXPECT_EQ(received(), Messages{});
}

TEST_F(ServiceManagerTest, watchdog_times_are_whole_numbers) {
    for (const auto* wrong :
         {"", "0", "-1", "60s", " 60000000", "99999999999999999999", "18446744073709551615"}) {
        auto odd = environment();
        odd.watchdog_usec = wrong;
        ServiceManager service{odd, own_pid};
        EXPECT_TRUE(service.trouble()) << wrong;
        EXPECT_FALSE(service.watchdog_interval()) << wrong;
    }
    auto brief = environment();
    brief.watchdog_usec = "1";
    EXPECT_EQ((ServiceManager{brief, own_pid}).watchdog_interval(), 1ms);
}

TEST_F(ServiceManagerTest, that_cannot_be_reached_is_a_trouble) {
    for (const auto& wrong : {std::string{}, std::string{"/"}, std::string{"@"}, std::string{"relative"},
                              std::string{"vsock:2:1234"}, "/" + std::string(108, 'x')}) {
        ServiceManager service{{wrong, "60000000", {}}, own_pid};
        ASSERT_TRUE(service.trouble()) << wrong;
        EXPECT_EQ(core::name_of(service.trouble()->code), "EINVAL");
        EXPECT_FALSE(service.watchdog_interval());
        service.ready();
        service.progress(now_);
        service.stopping();
    }
    EXPECT_EQ(received(), Messages{});
}

TEST_F(ServiceManagerTest, is_nobody_without_an_environment) {
    ServiceManager service{{}, own_pid};
    EXPECT_FALSE(service.trouble());
    EXPECT_FALSE(service.watchdog_interval());
    service.ready();
    service.reloading(now_);
    service.reloaded();
    service.status("x");
    service.progress(now_);
    service.stopping();
    EXPECT_EQ(received(), Messages{});
}

TEST(ServiceEnvironment, is_taken_once) {
    ::setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    ::setenv("WATCHDOG_PID", "17", 1);
    const auto first = ServiceEnvironment::take();
    EXPECT_EQ(first.notify_socket, "/run/systemd/notify");
    EXPECT_EQ(first.watchdog_usec, "30000000");
    EXPECT_EQ(first.watchdog_pid, "17");
    for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
        EXPECT_EQ(std::getenv(name), nullptr) << name;
    }
    const auto second = ServiceEnvironment::take();
    EXPECT_FALSE(second.notify_socket || second.watchdog_usec || second.watchdog_pid);
}

}  // namespace
}  // namespace curfew::daemon
