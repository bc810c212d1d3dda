// Any bytes as a configuration: an answer, with a place in every diagnostic, and never both a configuration
// and an error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/config.hpp"

namespace {

// `file:` is for the file system's tests; a pattern over the whole of it would only cost time.
bool might_include(const std::string& text) {
    if (text.find('/') == std::string::npos) return false;
    for (std::size_t at = text.find("file"); at != std::string::npos; at = text.find("file", at + 1))
        if (at == 0 || text[at - 1] != '_') return true;
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace curfew::config;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (might_include(text)) return 0;
    const Loaded loaded = load_text(text, "/nonexistent/curfew.yaml");
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    bool error = false;
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
        error = error || diagnostic.severity == Severity::error;
        if (diagnostic.at.line == 0 || diagnostic.at.line > lines || diagnostic.at.column == 0) std::abort();
        if (to_string(diagnostic).empty()) std::abort();
    }
    if (error == (loaded.config != nullptr)) std::abort();
    return 0;
}
