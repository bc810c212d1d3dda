// `test`: policy tests, from files. Asks no server and opens no secret.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "daemon/commands/commands.hpp"
#include "daemon/commands/load.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/testing/report.hpp"

namespace curfew::daemon {
namespace {

JudgedFile judge_file(const std::string& path) {
    JudgedFile out{.path = path, .errors = {}, .tests = {}};
    const auto loaded = config::load_tests(path);
    complain(loaded.diagnostics);
    if (!loaded.tests) {
        for (const auto& diagnostic : loaded.diagnostics)
            if (diagnostic.severity == config::Severity::error)
                out.errors.push_back(config::to_string(diagnostic));
        return out;
    }
    for (const auto& test : loaded.tests->tests)
        out.tests.push_back({test.name, judge(*loaded.tests->config, test)});
    return out;
}

bool write_junit(const std::string& path, const std::vector<JudgedFile>& files) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << junit_xml(files);
    out.close();
    if (out) return true;
    std::fprintf(stderr, "--junit: %s cannot be written: %s\n", for_people(path).c_str(),
                 std::strerror(errno));
    return false;
}

}  // namespace

int test(const TestOptions& options) {
    std::vector<JudgedFile> files;
    for (const auto& path : options.files) files.push_back(judge_file(path));
    std::fputs(report_text(files).c_str(), stdout);
    const bool written = !options.junit || write_junit(*options.junit, files);
    const bool sound =
        std::all_of(files.begin(), files.end(), [](const auto& file) { return file.errors.empty(); });
    if (!written || !sound) return exit_usage;
    const bool passed =
        std::all_of(files.begin(), files.end(), [](const auto& file) { return failures(file) == 0; });
    return passed ? exit_done : exit_failed;
}

}  // namespace curfew::daemon
