#include "config/wording.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace curfew::config {
namespace {

constexpr std::size_t longest_quote = 80;

bool continues_a_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Edit distance where swapping two neighbours is one slip, as it is for fingers.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

bool is_plain_key(std::string_view key) {
    return !key.empty() && key.size() <= longest_quote && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

std::string shown(std::string_view text) {
    const bool cut = text.size() > longest_quote;
    if (cut) {
        std::size_t end = longest_quote;
        while (end > 0 && continues_a_character(text[end])) --end;
        text = text.substr(0, end);
    }
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool latin_control = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        if (byte >= 0x20 && byte != 0x7F && !latin_control) {
            out += text[i];
            continue;
        }
        const unsigned code = latin_control ? next : byte;
        i += latin_control ? 1 : 0;
        out += "\\x";
        out += hex[code >> 4U];
        out += hex[code & 0xFU];
    }
    return cut ? out + "…" : out;
}

}  // namespace

std::string quote(std::string_view text) {
    return "`" + shown(text) + "`";
}

std::string key_path(std::string_view parent, std::string_view key) {
    std::string out(parent);
    if (!is_plain_key(key)) return out + "[\"" + shown(key) + "\"]";
    if (!out.empty()) out += '.';
    return out.append(key);
}

std::string item_path(std::string_view parent, std::size_t index) {
    return std::string(parent) + "[" + std::to_string(index) + "]";
}

std::string any_of(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += quote(words[i]);
    }
    return out;
}

bool has_control_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0)
            return true;
    }
    return false;
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates) {
    if (text.size() > longest_quote) return {};
    std::string_view best;
    std::size_t least = text.size() <= 4 ? 2 : 3;  // one slip in a short word, two in a longer one
    for (const std::string_view candidate : candidates) {
        const std::size_t gap =
            std::max(text.size(), candidate.size()) - std::min(text.size(), candidate.size());
        if (gap >= least) continue;
        const std::size_t slips = distance(text, candidate);
        if (slips < least) {
            least = slips;
            best = candidate;
        }
    }
    if (best.empty() && text.size() >= 3) {
        for (const std::string_view candidate : candidates)
            if (best.empty() && candidate.starts_with(text)) best = candidate;  // cut short: `warn`
    }
    return best.empty() ? std::string() : "; did you mean " + quote(best) + "?";
}

}  // namespace curfew::config
