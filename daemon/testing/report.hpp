#pragma once
// What became of files of policy tests: for people, and as JUnit's XML for machines that show tests.

#include <string>
#include <vector>

#include "daemon/testing/judge.hpp"

namespace curfew::daemon {

struct JudgedTest {
    std::string name;
    Judgement judgement;
};
struct JudgedFile {
    std::string path;
    std::vector<std::string> errors;  // why it could not be run; then there are no tests
    std::vector<JudgedTest> tests;
};

std::size_t failures(const JudgedFile& file);

std::string report_text(const std::vector<JudgedFile>& files);
std::string junit_xml(const std::vector<JudgedFile>& files);

}  // namespace curfew::daemon
