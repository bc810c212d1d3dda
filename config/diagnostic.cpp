#include "config/diagnostic.hpp"

namespace curfew::config {

std::string to_string(const Diagnostic& diagnostic) {
    std::string out = diagnostic.at.file;
    // A file that could not be read has no lines.
    if (diagnostic.at.line > 0)
        out += ":" + std::to_string(diagnostic.at.line) + ":" + std::to_string(diagnostic.at.column);
    out += ": ";
    if (diagnostic.severity == Severity::warning) out += "warning: ";
    if (!diagnostic.path.empty()) out += diagnostic.path + ": ";
    return out + diagnostic.message;
}

}  // namespace curfew::config
