#pragma once
// What is wrong in a file, where, and what would be right. Columns count characters from 1.

#include <cstddef>
#include <string>
#include <vector>

namespace curfew::config {

struct Position {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
    bool operator==(const Position&) const = default;
};

enum class Severity { error, warning };

struct Diagnostic {
    Severity severity = Severity::error;
    Position at;
    std::string path;     // "rules[2].when.idle"; empty for the file as a whole
    std::string message;  // "expected a duration such as 30m, found `30`; did you mean `30s`?"
};

// "curfew.yaml:12:7: rules[2].when.idle: expected …" ; warnings say "warning: " before the path.
std::string to_string(const Diagnostic& diagnostic);

}  // namespace curfew::config
