#include "daemon/testing/report.hpp"

#include <algorithm>
#include <string_view>

#include "daemon/output/escape.hpp"
#include "daemon/output/explanation.hpp"

namespace curfew::daemon {
namespace {

std::string count(std::size_t number, std::string_view what) {
    return std::to_string(number) + " " + std::string{what} + (number == 1 ? "" : "s");
}

std::string indented(std::string_view text, std::size_t indent) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (!line.empty()) out += std::string(indent, ' ');
        out += line;
        out += '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

std::string test_text(const JudgedTest& test) {
    const Judgement& judgement = test.judgement;
    if (judgement.passed) return wrapped("ok      " + test.name, 2);
    return wrapped("FAILED  " + test.name, 2) + wrapped("expected: " + judgement.expected, 4) +
           wrapped("came:     " + judgement.came, 4) + indented(judgement.explanation, explanation_indent);
}

// Text and attributes of XML, in which control characters cannot stand at all.
std::string for_xml(std::string_view text) {
    std::string out;
    for (const char c : for_people(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}
// Of several lines, for a text.
std::string lines_for_xml(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        out += for_xml(text.substr(0, end)) + "\n";
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string{name} + "=\"" + for_xml(value) + "\"";
}
std::string numbers(std::size_t tests, std::size_t failed, std::size_t errors) {
    return attribute("tests", std::to_string(tests)) + attribute("failures", std::to_string(failed)) +
           attribute("errors", std::to_string(errors));
}

std::string test_xml(const JudgedFile& file, const JudgedTest& test) {
    const Judgement& judgement = test.judgement;
    const std::string begin =
        "    <testcase" + attribute("classname", file.path) + attribute("name", test.name);
    if (judgement.passed) return begin + "/>\n";
    return begin + ">\n      <failure" +
           attribute("message", "expected: " + judgement.expected + "; came: " + judgement.came) + ">" +
           lines_for_xml("expected: " + judgement.expected + "\ncame: " + judgement.came + "\n" +
                         judgement.explanation) +
           "</failure>\n    </testcase>\n";
}

std::string file_xml(const JudgedFile& file) {
    const bool broken = !file.errors.empty();
    std::string text = "  <testsuite" + attribute("name", file.path) +
                       numbers(broken ? 1 : file.tests.size(), failures(file), broken ? 1 : 0) + ">\n";
    if (broken) {
        text += "    <testcase" + attribute("classname", file.path) + attribute("name", "the file is sound") +
                ">\n      <error" + attribute("message", file.errors.front()) + ">";
        for (const auto& error : file.errors) text += for_xml(error) + "\n";
        text += "</error>\n    </testcase>\n";
    }
    for (const auto& test : file.tests) text += test_xml(file, test);
    return text + "  </testsuite>\n";
}

}  // namespace

std::size_t failures(const JudgedFile& file) {
    return static_cast<std::size_t>(std::count_if(file.tests.begin(), file.tests.end(),
                                                  [](const auto& test) { return !test.judgement.passed; }));
}

std::string report_text(const std::vector<JudgedFile>& files) {
    std::string text;
    std::size_t tests = 0;
    std::size_t failed = 0;
    std::size_t broken = 0;
    for (const auto& file : files) {
        text += for_people(file.path) + "\n";
        if (!file.errors.empty()) {
            ++broken;
            text += wrapped("ERROR   not run: " + count(file.errors.size(), "error"), 2);
        }
        for (const auto& test : file.tests) text += test_text(test);
        tests += file.tests.size();
        failed += failures(file);
    }
    text += "\n" + count(tests, "test") + ", " + std::to_string(failed) + " failed";
    if (broken > 0) text += ", " + count(broken, "file") + " not run";
    return text + "\n";
}

std::string junit_xml(const std::vector<JudgedFile>& files) {
    std::size_t tests = 0;
    std::size_t failed = 0;
    std::size_t broken = 0;
    std::string suites;
    for (const auto& file : files) {
        tests += file.errors.empty() ? file.tests.size() : 1;
        failed += failures(file);
        broken += file.errors.empty() ? 0 : 1;
        suites += file_xml(file);
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "curfew test") +
           numbers(tests, failed, broken) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace curfew::daemon
