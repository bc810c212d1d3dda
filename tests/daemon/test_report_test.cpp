#include <gtest/gtest.h>

#include "daemon/testing/report.hpp"

namespace curfew::daemon {
namespace {

std::vector<JudgedFile> files() {
    const Judgement wrong{.passed = false,
                          .expected = "keep",
                          .came = "disconnect, by the rule 'a<b&\"c'",
                          .explanation = "first\n  second\n"};
    return {{.path = "good.yaml", .errors = {}, .tests = {{"x", {.passed = true}}, {"y\x1b[1m", wrong}}},
            {.path = "bad.yaml", .errors = {"bad.yaml:1:1: wrong"}, .tests = {}}};
}

TEST(TestReport, names_each_failing_test_with_what_was_expected_and_what_came) {
    EXPECT_EQ(report_text(files()),
              "good.yaml\n"
              "  ok      x\n"
              "  FAILED  y\\x1b[1m\n"
              "    expected: keep\n"
              "    came:     disconnect, by the rule 'a<b&\"c'\n"
              "    first\n"
              "      second\n"
              "bad.yaml\n"
              "  ERROR   not run: 1 error\n"
              "\n"
              "2 tests, 1 failed, 1 file not run\n");
}

TEST(TestReport, as_junit) {
    EXPECT_EQ(junit_xml(files()),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<testsuites name=\"curfew test\" tests=\"3\" failures=\"1\" errors=\"1\">\n"
              "  <testsuite name=\"good.yaml\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
              "    <testcase classname=\"good.yaml\" name=\"x\"/>\n"
              "    <testcase classname=\"good.yaml\" name=\"y\\x1b[1m\">\n"
              "      <failure message=\"expected: keep; came: disconnect, by the rule 'a&lt;b&amp;&quot;c'\">"
              "expected: keep\n"
              "came: disconnect, by the rule 'a&lt;b&amp;&quot;c'\n"
              "first\n"
              "  second\n"
              "</failure>\n"
              "    </testcase>\n"
              "  </testsuite>\n"
              "  <testsuite name=\"bad.yaml\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
              "    <testcase classname=\"bad.yaml\" name=\"the file is sound\">\n"
              "      <error message=\"bad.yaml:1:1: wrong\">bad.yaml:1:1: wrong\n"
              "</error>\n"
              "    </testcase>\n"
              "  </testsuite>\n"
              "</testsuites>\n");
}

}  // namespace
}  // namespace curfew::daemon
