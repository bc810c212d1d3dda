// `curfew lab` as people start it, and what it leaves behind: nothing when it cannot start, its own directory
// when it ends.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/integration/lab_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;

class LabCommand : public ::testing::Test {
  protected:
    LabCommand() {
        scenario("fs{n}.lab", 200);
        temporary_ = dir_.make_dir("tmp");
    }

    void scenario(const std::string& name, std::size_t servers) {
        dir_.write(
            "scenario.yaml",
            "version: 1\naccounts: [{name: curfew, password: 'with: colon#'}]\nservers:\n  - {name: '" +
                name + "', count: " + std::to_string(servers) +
                ", sessions: [{user: anna, client: 10.20.1.7, idle: 31m}]}\n");
    }

    // `limits`: of the shell, before the program.
    std::vector<std::string> command(const std::vector<std::string>& more, const std::string& limits) const {
        std::vector<std::string> words{"/bin/sh",        "-c",           limits + " && exec \"$0\" \"$@\"",
                                       curfew_program(), "lab",          (dir_ / "scenario.yaml").string(),
                                       "--dir",          made().string()};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    std::vector<std::string> environment() const {
        auto all = sanitizer_environment();
        all.push_back("TMPDIR=" + temporary_.string());
        return all;
    }
    RunResult refused(const std::vector<std::string>& more, const std::string& limits = "true") const {
        auto result = run(command(more, limits), environment());
        EXPECT_EQ(result.out, "");
        EXPECT_FALSE(std::filesystem::exists(made())) << "no leftovers";
        EXPECT_TRUE(std::filesystem::is_empty(temporary_)) << "no leftovers";
        return result;
    }
    ChildProcess started(const std::vector<std::string>& more = {},
                         const std::string& limits = "true") const {
        SpawnOptions options;
        options.env = environment();
        options.output = dir_ / "output";
        std::filesystem::remove(options.output);  // of the one before
        return ChildProcess{command(more, limits), options};
    }
    bool listens(ChildProcess& lab) const {
        const auto says_so = [&] { return output().ends_with("Ctrl-C ends the lab.\n"); };
        eventually([&] { return says_so() || !lab.running(); }, 20s);
        return says_so();
    }
    std::string output() const { return read_file(dir_ / "output"); }
    RunResult ask() const {
        return run({curfew_program(), "run", "--once", "--config", (made() / "curfew.yaml").string()},
                   sanitizer_environment(), {}, 40s);
    }

    std::filesystem::path made() const { return dir_ / "lab"; }
    std::vector<std::string> left() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{made()})
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    const std::filesystem::path& temporary() const { return temporary_; }

  private:
    TempDir dir_;
    std::filesystem::path temporary_;
};

const std::vector<std::string> its_files{"curfew.password", "curfew.yaml", "servers-1.yaml"};

TEST_F(LabCommand, APortInUseIsNamedWithTheRemedy) {
    LabSite other{{lab_server("fs1.lab", {})}};
    const auto port = std::to_string(other.fleet().port());
    const auto result = refused({"--port", port});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("in use"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("port " + port), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("choose another"), std::string::npos) << result.err;
}

TEST_F(LabCommand, AddressesThatAreNotLoopbackAreRefused) {
    for (const std::string address : {"10.0.0.1", "127.255.255.200", "0.0.0.0", "::1", "fs1"}) {
        const auto result = refused({"--address", address});
        EXPECT_EQ(result.status, 2) << address;
        EXPECT_NE(result.err.find("200 addresses from " + address), std::string::npos) << result.err;
        EXPECT_NE(result.err.find("127.0.0.0/8: begin with another"), std::string::npos) << result.err;
    }
}

TEST_F(LabCommand, TooFewDescriptorsAreCountedAndTheRemedyIsSaid) {
    const auto result = refused({}, "ulimit -n 200");
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("200 servers need 264 descriptors and 200 are allowed"), std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("take fewer servers, or raise the hard limit (ulimit -Hn)"), std::string::npos)
        << result.err;
}

TEST_F(LabCommand, TakesTheDescriptorsItMayHave) {
    auto lab = started({}, "ulimit -Sn 50");
    ASSERT_TRUE(listens(lab)) << output();
    const auto result = ask();
    EXPECT_EQ(result.status, 0) << result.err;
}

TEST_F(LabCommand, EndsOnCtrlCAndLeavesNothingButItsDirectory) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        auto lab = started();
        ASSERT_TRUE(listens(lab)) << output();
        lab.signal(signal);
        ASSERT_TRUE(lab.wait(10s)) << signal;
        EXPECT_EQ(lab.status(), 0) << signal;
        EXPECT_EQ(left(), its_files);
        EXPECT_TRUE(std::filesystem::is_empty(temporary())) << signal;
        std::filesystem::remove_all(made());
    }
}

// Its temporary files are the first that it makes: whatever comes from then on, they go.
TEST_F(LabCommand, LeavesNothingWhenItIsToldToEndWhileItStarts) {
    scenario("fs{n}.lab", 1000);
    auto lab = started();
    // Of its own making: a sanitizer has files there for a moment too.
    const auto has_begun = [&] {
        for (const auto& entry : std::filesystem::directory_iterator{temporary()})
            if (entry.path().filename().string().starts_with("curfew-lab-")) return true;
        return false;
    };
    while (!has_begun() && lab.running()) {
    }
    lab.signal(SIGINT);
    ASSERT_TRUE(lab.wait(10s));
    EXPECT_EQ(lab.status(), 0) << output();
    EXPECT_TRUE(std::filesystem::is_empty(temporary()));
}

TEST_F(LabCommand, LeavesNothingWhenItIsToldToEndInTheMiddleOfLogons) {
    auto lab = started();
    ASSERT_TRUE(listens(lab)) << output();
    SpawnOptions options;
    options.env = sanitizer_environment();
    options.output = made() / "log";
    ChildProcess daemon{{curfew_program(), "run", "--config", (made() / "curfew.yaml").string()}, options};
    ASSERT_TRUE(eventually(
        [&] { return read_file(options.output).find(" server_level ") != std::string::npos; }, 20s));
    lab.signal(SIGINT);
    ASSERT_TRUE(lab.wait(10s));
    EXPECT_EQ(lab.status(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(temporary()));
    // Those that were left to ask, or at the latest the first that is asked again.
    EXPECT_TRUE(
        eventually([&] { return read_file(options.output).find("look_failed") != std::string::npos; }, 90s));
    daemon.stop();
}

}  // namespace
}  // namespace curfew::testing
