#include "config/yaml/scalar_style.hpp"

namespace curfew::config::yaml {
namespace {

std::size_t skip_anchor(std::string_view source) {
    if (!source.starts_with('&')) return 0;
    std::size_t at = source.find_first_of(" \t\r\n");
    while (at != std::string_view::npos) {
        at = source.find_first_not_of(" \t\r\n", at);
        if (at == std::string_view::npos || source[at] != '#') break;
        at = source.find('\n', at);
    }
    return at == std::string_view::npos ? source.size() : at;
}

void read_double_quoted(std::string_view source, Written& written) {
    bool other_escapes = false;
    std::size_t at = 1;
    for (; at < source.size() && source[at] != '"'; ++at) {
        if (source[at] == '\n') written.several_lines = true;
        if (source[at] != '\\') continue;
        ++at;
        if (at >= source.size()) break;
        if (source[at] == '\n') written.several_lines = true;
        if (source[at] != '\\' && source[at] != '"') other_escapes = true;
    }
    written.closed = at < source.size();
    if (other_escapes) written.escaped = source.substr(1, at - 1);
}

void read_single_quoted(std::string_view source, Written& written) {
    for (std::size_t at = 1; at < source.size(); ++at) {
        if (source[at] == '\n') written.several_lines = true;
        if (source[at] != '\'') continue;
        if (at + 1 == source.size() || source[at + 1] != '\'') return;
        ++at;  // a doubled quote is a quote
    }
    written.closed = false;
}

}  // namespace

Written how_written(std::string_view source, std::string_view text) {
    Written written;
    written.skipped = skip_anchor(source);
    source.remove_prefix(written.skipped);
    switch (source.empty() ? '\0' : source.front()) {
        case '!': written.tagged = true; break;
        case '"':
            written.style = Style::double_quoted;
            read_double_quoted(source, written);
            break;
        case '\'':
            written.style = Style::single_quoted;
            read_single_quoted(source, written);
            break;
        case '|':
        case '>': written.style = Style::block; break;
        default: written.several_lines = !source.starts_with(text);
    }
    return written;
}

}  // namespace curfew::config::yaml
