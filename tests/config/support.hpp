#pragma once
// Texts in, diagnostics or values out, as a person would see them.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace curfew::config::test {

// Three lines that make whatever follows a whole file; what follows begins in line 4.
inline constexpr std::string_view preamble =
    "version: 1\n"
    "servers: [{name: fs1, tags: [finance]}]\n"
    "credentials: {default: {ntlm: {username: svc, password_file: /secret}}}\n";

// As if `text` stood in curfew.yaml.
std::vector<std::string> problems(std::string_view text);
std::vector<std::string> errors(std::string_view text);

// Of a text that has to be good; otherwise the test fails with the diagnostics.
std::shared_ptr<const Config> good(std::string_view text);

// What a table of mistakes is made of: `text` behind the preamble, and all errors it has to give.
struct Mistake {
    std::string_view text;
    std::vector<std::string> errors;
};
void expect_mistakes(const std::vector<Mistake>& mistakes);

class TempDir {
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    std::string path(std::string_view name) const { return (dir_ / name).string(); }
    std::string write(std::string_view name, std::string_view text) const;

    // Diagnostics with this directory's name taken out.
    std::vector<std::string> strip(const std::vector<Diagnostic>& diagnostics) const;

  private:
    std::filesystem::path dir_;
};

}  // namespace curfew::config::test
