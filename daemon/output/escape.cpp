#include "daemon/output/escape.hpp"

#include <cstdint>
#include <cstdio>
#include <functional>

#include <utf8proc.h>

namespace curfew::daemon {
namespace {

std::string formatted(const char* format, unsigned value) {
    char text[16];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

// What moves text about on a screen, or is not seen at all.
bool invisible(utf8proc_int32_t c) {
    switch (utf8proc_category(c)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP: return true;
        default: return false;
    }
}

// Calls `good` with each character and its bytes, `bad` with each byte that belongs to none.
void each_character(std::string_view text,
                    const std::function<void(utf8proc_int32_t, std::string_view)>& good,
                    const std::function<void(std::uint8_t)>& bad) {
    while (!text.empty()) {
        utf8proc_int32_t c = 0;
        const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &c);
        if (length <= 0) {
            bad(static_cast<std::uint8_t>(text.front()));
            text.remove_prefix(1);
        } else {
            good(c, text.substr(0, static_cast<std::size_t>(length)));
            text.remove_prefix(static_cast<std::size_t>(length));
        }
    }
}

}  // namespace

std::string for_people(std::string_view text) {
    std::string out;
    each_character(
        text,
        [&](utf8proc_int32_t c, std::string_view bytes) {
            if (!invisible(c)) {
                out += bytes;
            } else if (c < 0x80) {
                out += formatted("\\x%02x", static_cast<unsigned>(c));
            } else {
                out += formatted("\\u{%x}", static_cast<unsigned>(c));
            }
        },
        [&](std::uint8_t byte) { out += formatted("\\x%02x", byte); });
    return out;
}

std::string for_chat(std::string_view text) {
    const std::string shown = for_people(text);
    std::string out;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        switch (shown[i]) {
            case '<': out += "\u2039"; break;  // <!channel>, <http://...|here>
            case '>': out += "\u203a"; break;
            case '&': out += "\uff06"; break;  // &lt;
            case '@': out += "\uff20"; break;  // @all
            case '[': out += "\uff3b"; break;  // [here](http://...)
            case ']': out += "\uff3d"; break;
            case '`': out += '\''; break;
            case ':': out += shown.compare(i, 3, "://") == 0 ? "\uff1a" : ":"; break;
            default: out += shown[i];
        }
    }
    return out;
}

std::string for_log(std::string_view text) {
    std::string shown = for_people(text);
    if (!shown.empty() && shown.find_first_of(" \"=") == std::string::npos) return shown;
    std::string out = "\"";
    for (const char c : shown) {
        // The backslash too: a name that ends in one must not open the quotes for what it says next.
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string for_json(std::string_view text) {
    std::string out = "\"";
    each_character(
        text,
        [&](utf8proc_int32_t c, std::string_view bytes) {
            if (c == '"' || c == '\\') {
                out += '\\';
                out += bytes;
            } else if (c == '\n') {
                out += "\\n";
            } else if (invisible(c) && c < 0x10000) {
                out += formatted("\\u%04x", static_cast<unsigned>(c));
            } else if (invisible(c)) {
                const auto above = static_cast<unsigned>(c) - 0x10000;
                out += formatted("\\u%04x", 0xd800 + (above >> 10));
                out += formatted("\\u%04x", 0xdc00 + (above & 0x3ff));
            } else {
                out += bytes;
            }
        },
        [&](std::uint8_t) { out += "\\ufffd"; });
    return out + '"';
}

std::string for_csv(std::string_view text) {
    std::string shown = for_people(text);
    if (!shown.empty() && std::string_view{"=+-@"}.find(shown.front()) != std::string_view::npos)
        shown.insert(0, 1, '\'');
    if (shown.find_first_of(",\"") == std::string::npos) return shown;
    std::string out = "\"";
    for (const char c : shown) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::size_t columns(std::string_view text) {
    std::size_t width = 0;
    each_character(
        text,
        [&](utf8proc_int32_t c, std::string_view) {
            width += static_cast<std::size_t>(utf8proc_charwidth(c));
        },
        [&](std::uint8_t) { ++width; });
    return width;
}

}  // namespace curfew::daemon
