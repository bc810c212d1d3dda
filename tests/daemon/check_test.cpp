// The command as a whole: files in, words and an exit status out.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "daemon/commands/commands.hpp"
#include "daemon/output/diagnostics_json.hpp"

namespace curfew::daemon {
namespace {

class Check : public testing::Test {
  protected:
    Check() {
        std::string name = (std::filesystem::temp_directory_path() / "curfew-check-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", name, {});
        dir_ = name;
    }
    ~Check() override {
        std::error_code ignored;
        std::filesystem::remove_all(dir_, ignored);
    }

    struct Answer {
        int status = 0;
        std::string out;
        std::string err;
    };
    // What is found of a file with these rules, from line 5 on. The directory's name is taken out.
    Answer check_rules(const std::string& rules, bool strict = false, Format output = Format::table) {
        std::ofstream(dir_ / "curfew.yaml")
            << "version: 1\nservers: [{name: fs1, tags: [finance]}]\n"
               "credentials: {default: {ntlm: {username: a, password_file: b}}}\n"
               "rules:\n"
            << rules;
        return check_files({"curfew.yaml"}, strict, output);
    }
    Answer check_files(const std::vector<std::string>& names, bool strict, Format output) {
        CheckOptions options;
        for (const auto& name : names) options.files.push_back((dir_ / name).string());
        options.strict = strict;
        options.output = output;
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Answer answer;
        answer.status = check(options);
        answer.out = bare(testing::internal::GetCapturedStdout());
        answer.err = bare(testing::internal::GetCapturedStderr());
        return answer;
    }
    void write(const std::string& name, const std::string& text) { std::ofstream(dir_ / name) << text; }

  private:
    std::string bare(std::string text) const {
        const std::string prefix = dir_.string() + "/";
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
            text.erase(at, prefix.size());
        return text;
    }
    std::filesystem::path dir_;
};

constexpr const char* narrow = "  - {name: a, when: {idle: 1h}, then: disconnect}\n";

TEST_F(Check, says_ok_of_a_sound_file) {
    const auto answer = check_rules(narrow);
    EXPECT_EQ(answer.status, exit_done);
    EXPECT_EQ(answer.out, "curfew.yaml: ok\n");
    EXPECT_EQ(answer.err, "");
}

TEST_F(Check, has_second_thoughts) {
    const auto answer = check_rules(
        "  - {name: a, when: {tags: finance}, then: disconnect}\n"
        "  - {name: b, when: {tags: finance, idle: 1h}, then: keep}\n"
        "  - {name: c, when: {idle: 1h}, then: disconnect, until: 2001-01-01 00:00 UTC}\n");
    EXPECT_EQ(answer.status, exit_done);
    EXPECT_EQ(answer.out.substr(0, 16), "curfew.yaml: ok\n");
    EXPECT_EQ(
        answer.err,
        "curfew.yaml:5:5: warning: rules[0]: this rule can match nearly everyone, and leaves `share` as it "
        "is: "
        "where it does, it trips and ends nobody; say how many it may end, such as `limits: {share: 100%}`\n"
        "curfew.yaml:6:5: warning: rules[1]: this rule is never asked: `a` in curfew.yaml line 5 decides "
        "wherever it would match\n"
        "curfew.yaml:7:58: warning: rules[2].until: this time is past; the rule is off for good\n");
}

TEST_F(Check, is_content_where_the_share_is_said) {
    EXPECT_EQ(check_rules("  - {name: a, when: any, then: disconnect, limits: {share: 100%}}\n").err, "");
    EXPECT_EQ(check_rules("  - {name: a, when: any, then: disconnect, limits: {share: {server: 50%}}}\n").err,
              "");
    EXPECT_EQ(check_rules("  - {name: a, when: any, then: keep}\n").err, "");
    EXPECT_EQ(check_rules("  - {name: a, when: any, then: disconnect}\nlimits: {share: 100%}\n").err, "");
    EXPECT_NE(check_rules("  - {name: a, when: any, then: disconnect}\nlimits: {share: {fleet: 100%}}\n").err,
              "");
    EXPECT_NE(check_rules("  - {name: a, when: any, then: disconnect, limits: {per_server: 5/1m}}\n").err,
              "");
}

TEST_F(Check, strictly_takes_warnings_for_failures_and_asks_for_owners) {
    auto answer = check_rules(narrow, true);
    EXPECT_EQ(answer.status, exit_failed);
    EXPECT_EQ(answer.out, "");
    EXPECT_EQ(answer.err,
              "curfew.yaml:5:5: warning: rules[0]: this rule has no `owner`; say whom to ask about it, such "
              "as `owner: "
              "desktop team`\n");
    answer = check_rules("  - {name: a, when: {idle: 1h}, then: disconnect, owner: me}\n", true);
    EXPECT_EQ(answer.status, exit_done);
    EXPECT_EQ(answer.out, "curfew.yaml: ok\n");
    answer = check_rules("  - {name: a, when: any, then: disconnect, owner: me}\n", true);
    EXPECT_EQ(answer.status, exit_failed);
    EXPECT_EQ(check_rules("  - {name: a}\n", true).status, exit_usage) << "an error is worse than a warning";
}

TEST_F(Check, tells_machines_everything_in_one_array) {
    EXPECT_EQ(check_rules(narrow, false, Format::json).out, "[]\n");
    write("finance.yaml", "- {name: b, when: {idle: 2h}, then: disconnect}\n");
    auto answer = check_rules(std::string(narrow) + "  - file: finance.yaml\n", false, Format::json);
    EXPECT_EQ(answer.status, exit_done);
    EXPECT_EQ(answer.err, "");
    EXPECT_EQ(
        answer.out,
        "[{\"file\": \"finance.yaml\", \"line\": 1, \"column\": 3, \"path\": \"[0]\", \"severity\": "
        "\"warning\", \"message\": \"this rule is never asked: `a` in curfew.yaml line 5 decides wherever it "
        "would match\"}]\n");
    write("bad.yaml", "version: 1\nx\n");
    answer = check_files({"bad.yaml", "none.yaml", "curfew.yaml"}, true, Format::json);
    EXPECT_EQ(answer.status, exit_usage);
    EXPECT_EQ(answer.out.front(), '[');
    EXPECT_NE(answer.out.find("{\"file\": \"none.yaml\", \"line\": 0, \"column\": 0, \"path\": \"\", "
                              "\"severity\": \"error\", \"message\": \"cannot be read: No such file or "
                              "directory\"}"),
              std::string::npos)
        << answer.out;
    EXPECT_LT(answer.out.find("bad.yaml"), answer.out.find("none.yaml"));
    EXPECT_LT(answer.out.find("none.yaml"), answer.out.find("has no `owner`"));
}

TEST(DiagnosticsJson, escapes_what_stands_in_files) {
    EXPECT_EQ(diagnostics_json({{config::Severity::error, {"a\"b", 1, 2}, "x[\"\x1b\"]", "\xFF"}}),
              "[{\"file\": \"a\\\"b\", \"line\": 1, \"column\": 2, \"path\": \"x[\\\"\\u001b\\\"]\", "
              "\"severity\": \"error\", \"message\": \"\\ufffd\"}]\n");
}

}  // namespace
}  // namespace curfew::daemon
