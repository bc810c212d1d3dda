#include "tests/config/support.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace curfew::config::test {

std::vector<std::string> problems(std::string_view text) {
    std::vector<std::string> out;
    for (const Diagnostic& diagnostic : load_text(std::string(text), "curfew.yaml").diagnostics)
        out.push_back(to_string(diagnostic));
    return out;
}

std::vector<std::string> errors(std::string_view text) {
    const Loaded loaded = load_text(std::string(text), "curfew.yaml");
    std::vector<std::string> out;
    for (const Diagnostic& diagnostic : loaded.diagnostics)
        if (diagnostic.severity == Severity::error) out.push_back(to_string(diagnostic));
    EXPECT_EQ(loaded.config == nullptr, !out.empty()) << text;
    return out;
}

std::shared_ptr<const Config> good(std::string_view text) {
    const Loaded loaded = load_text(std::string(text), "curfew.yaml");
    if (loaded.config) return loaded.config;
    for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_string(diagnostic);
    return std::make_shared<Config>();
}

void expect_mistakes(const std::vector<Mistake>& mistakes) {
    for (const auto& [text, expected] : mistakes)
        EXPECT_EQ(errors(std::string(preamble).append(text)), expected) << text;
}

TempDir::TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "curfew-config-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", name, {});
    dir_ = name;
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
}

std::string TempDir::write(std::string_view name, std::string_view text) const {
    const std::filesystem::path file = dir_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
}

std::vector<std::string> TempDir::strip(const std::vector<Diagnostic>& diagnostics) const {
    const std::string prefix = dir_.string() + "/";
    std::vector<std::string> out;
    for (const Diagnostic& diagnostic : diagnostics) {
        std::string text = to_string(diagnostic);
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
            text.erase(at, prefix.size());
        out.push_back(std::move(text));
    }
    return out;
}

}  // namespace curfew::config::test
