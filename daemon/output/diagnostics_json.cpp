#include "daemon/output/diagnostics_json.hpp"

#include "daemon/output/json.hpp"

namespace curfew::daemon {

std::string diagnostics_json(const std::vector<config::Diagnostic>& diagnostics) {
    JsonWriter json;
    json.begin_array();
    for (const auto& one : diagnostics) {
        json.begin_object().field("file", one.at.file);
        json.field("line", static_cast<std::int64_t>(one.at.line));
        json.field("column", static_cast<std::int64_t>(one.at.column)).field("path", one.path);
        json.field("severity", one.severity == config::Severity::error ? "error" : "warning");
        json.field("message", one.message).end_object();
    }
    return json.end_array().text() + "\n";
}

}  // namespace curfew::daemon
