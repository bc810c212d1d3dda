// `explain` and `test` as a whole: files in, words and an exit status out. They ask no server.

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "daemon/commands/commands.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;

class OfflineCommand : public testing::Test {
  protected:
    OfflineCommand() {
        std::string name = (std::filesystem::temp_directory_path() / "curfew-offline-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", name, {});
        dir_ = name;
        write("curfew.yaml",
              "version: 1\nservers: [{name: fs1, kind: windows}, {name: nas1, kind: samba}]\n"
              "credentials: {default: {ntlm: {username: a, password_file: b}}}\n"
              "schedules: {night: {timezone: UTC, during: 'daily 22:00-06:00'}}\n"
              "rules:\n"
              "  - {name: idle, when: {idle: 30m}, then: disconnect}\n"
              "  - {name: night, when: {schedule: night}, then: disconnect}\n");
    }
    ~OfflineCommand() override {
        std::error_code ignored;
        std::filesystem::remove_all(dir_, ignored);
    }

    struct Answer {
        int status = 0;
        std::string out;
        std::string err;
    };
    template <class Command> static Answer answer_of(const Command& command) {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Answer answer;
        answer.status = command();
        answer.out = testing::internal::GetCapturedStdout();
        answer.err = testing::internal::GetCapturedStderr();
        return answer;
    }
    Answer explained(const std::string& server, std::optional<core::Seconds> idle,
                     std::optional<policy::Kind> kind = {}, core::WallTime at = noon) {
        ExplainOptions options;
        options.config = path("curfew.yaml");
        options.server = server;
        options.kind = kind;
        options.at = at;
        options.session.user = "anna";
        options.session.client = "10.20.1.7";
        options.session.idle = idle;
        return answer_of([&] { return explain(options); });
    }
    Answer tested(const std::vector<std::string>& files, std::optional<std::string> junit = {}) {
        TestOptions options;
        for (const auto& file : files) options.files.push_back(path(file));
        if (junit) options.junit = path(*junit);
        return answer_of([&] { return test(options); });
    }
    std::string path(const std::string& name) const { return (dir_ / name).string(); }
    void write(const std::string& name, const std::string& text) const { std::ofstream(dir_ / name) << text; }
    std::string read(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(dir_ / name).rdbuf();
        return text.str();
    }
    // One test, of a session that has been idle for so long.
    void write_test(const std::string& name, const std::string& idle, const std::string& decision) const {
        write(name,
              "config: curfew.yaml\ntests:\n  - {name: t, at: '2026-03-02T12:00:00Z', server: fs1,\n"
              "     session: {user: a, client: pc, idle: " +
                  idle + "}, expect: {decision: " + decision + "}}\n");
    }

    static constexpr core::WallTime noon{1'772'452'800s};  // 2026-03-02T12:00:00Z

  private:
    std::filesystem::path dir_;
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST_F(OfflineCommand, explains_which_rule_decides) {
    const auto answer = explained("fs1", 31min);
    EXPECT_EQ(answer.status, exit_done);
    EXPECT_TRUE(has(answer.out, "Decision: disconnect, by the rule 'idle'")) << answer.out;
    EXPECT_TRUE(has(answer.out, "The configuration says `mode: observe`")) << answer.out;
    EXPECT_TRUE(has(explained("FS1", 29min).out, "Decision: keep: no rule matches"));
}

TEST_F(OfflineCommand, explains_at_another_time_and_on_another_kind_of_server) {
    EXPECT_TRUE(has(explained("fs1", 29min, {}, noon + 11h).out, "by the rule 'night'"));
    EXPECT_TRUE(has(explained("nas1", 31min).out, "Samba reports no idle times"));
    EXPECT_TRUE(has(explained("fs1", 31min, policy::Kind::samba).out, "Samba reports no idle times"));
}

TEST_F(OfflineCommand, explains_nothing_of_a_server_that_nobody_described) {
    const auto answer = explained("fs9", 31min);
    EXPECT_EQ(answer.status, exit_usage);
    EXPECT_EQ(answer.out, "");
    EXPECT_TRUE(has(answer.err, "--server: fs9 is not in the configuration")) << answer.err;
}

TEST_F(OfflineCommand, says_by_its_status_how_tests_went) {
    write_test("good.test.yaml", "31m", "disconnect");
    write_test("bad.test.yaml", "29m", "disconnect");
    write("broken.test.yaml", "config: curfew.yaml\ntests: []\n");
    EXPECT_EQ(tested({"good.test.yaml"}).status, exit_done);
    const auto failed = tested({"good.test.yaml", "bad.test.yaml"});
    EXPECT_EQ(failed.status, exit_failed);
    EXPECT_TRUE(has(failed.out, "expected: disconnect")) << failed.out;
    EXPECT_TRUE(has(failed.out, "came:     keep: no rule matches")) << failed.out;
    EXPECT_EQ(tested({"bad.test.yaml", "broken.test.yaml"}).status, exit_usage);
    EXPECT_EQ(tested({"none.test.yaml"}).status, exit_usage);
}

TEST_F(OfflineCommand, writes_a_report_for_machines) {
    write_test("good.test.yaml", "31m", "disconnect");
    EXPECT_EQ(tested({"good.test.yaml"}, "report.xml").status, exit_done);
    EXPECT_TRUE(has(read("report.xml"), "<testsuite")) << read("report.xml");
    const auto nowhere = tested({"good.test.yaml"}, "nowhere/report.xml");
    EXPECT_EQ(nowhere.status, exit_usage);
    EXPECT_TRUE(has(nowhere.err, "--junit: ")) << nowhere.err;
}

}  // namespace
}  // namespace curfew::daemon
