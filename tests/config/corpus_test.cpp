// The corpus: small files that are good, and small files with one mistake each, whose first line says where
// it is. schema_test.py holds the JSON Schemas against the same files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/tests/policy_test.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const std::string& which) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(fs::path(CURFEW_CORPUS_DIR) / which))
        if (entry.path().extension() == ".yaml") out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

// Files of servers and of rules are read where a configuration names them.
std::vector<Diagnostic> read(const fs::path& file) {
    const std::string name = file.filename().string();
    if (name.ends_with(".test.yaml")) return load_tests(file.string()).diagnostics;
    std::string text =
        "version: 1\ncredentials: {default: {ntlm: {username: svc, password_file: svc.password}}}\n";
    if (name.ends_with(".rules.yaml"))
        text += "servers: [{name: fs1, tags: [finance]}]\nrules: [{file: " + name + "}]\n";
    else if (name.ends_with(".servers.yaml"))
        text += "servers: [{file: " + name + "}]\n";
    else
        return load(file.string()).diagnostics;
    return load_text(text, (file.parent_path() / "reading.yaml").string()).diagnostics;
}

std::vector<Diagnostic> errors_of(const fs::path& file) {
    std::vector<Diagnostic> out = read(file);
    std::erase_if(out, [](const Diagnostic& said) { return said.severity != Severity::error; });
    return out;
}

TEST(Corpus, TheGoodIsLoaded) {
    const auto files = files_in("good");
    EXPECT_GE(files.size(), 50U);
    for (const fs::path& file : files)
        for (const Diagnostic& error : errors_of(file)) ADD_FAILURE() << to_string(error);
}

TEST(Corpus, OfTheBadTheFirstErrorIsWhereTheMistakeIs) {
    const auto files = files_in("bad");
    EXPECT_GE(files.size(), 250U);
    for (const fs::path& file : files) {
        std::string hash;
        std::string place;
        std::ifstream(file) >> hash >> place;
        const auto errors = errors_of(file);
        if (errors.empty()) {
            ADD_FAILURE() << file << " is loaded";
            continue;
        }
        const Position& at = errors.front().at;
        EXPECT_EQ(std::to_string(at.line) + ":" + std::to_string(at.column), place)
            << to_string(errors.front());
        EXPECT_EQ(at.file, file.string()) << to_string(errors.front());
    }
}

}  // namespace
}  // namespace curfew::config::test
