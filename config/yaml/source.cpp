#include "config/yaml/source.hpp"

#include <algorithm>

#include "config/yaml/limits.hpp"
#include "core/text/utf.hpp"

namespace curfew::config::yaml {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// A file of one long line is legal; with a count for every block, a column in it costs a block and not a
// line.
constexpr std::size_t block = 64;

bool begins_a_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

std::size_t length_by_first_byte(unsigned char byte) {
    if (byte < 0x80) return 1;
    if (byte < 0xE0) return 2;
    return byte < 0xF0 ? 3 : 4;
}

std::string hex(unsigned value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[value >> 4U & 0xFU], digits[value & 0xFU]};
}

std::string_view without_trailing_space(std::string_view text) {
    const auto last = text.find_last_not_of(" \t\r");
    return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

Source::Source(std::string_view text) : text_(text) {
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
    line_starts_.push_back(0);
    characters_by_block_.reserve(text_.size() / block + 1);
    std::uint32_t characters = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (i % block == 0) characters_by_block_.push_back(characters);
        if (begins_a_character(text_[i])) ++characters;
        if (text_[i] == '\n') line_starts_.push_back(i + 1);
    }
    if (text_.size() % block == 0) characters_by_block_.push_back(characters);
}

std::size_t Source::offset_of(int line, int column) const {
    if (line < 0 || column < 0) return 0;
    const std::size_t row = std::min(static_cast<std::size_t>(line), line_starts_.size() - 1);
    return std::min(line_starts_[row] + static_cast<std::size_t>(column), text_.size());
}

std::size_t Source::line_of(std::size_t offset) const {
    const auto behind = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    return static_cast<std::size_t>(behind - line_starts_.begin()) - 1;
}

std::size_t Source::characters_before(std::size_t offset) const {
    std::size_t count = characters_by_block_[offset / block];
    for (std::size_t i = offset / block * block; i < offset; ++i)
        count += begins_a_character(text_[i]) ? 1 : 0;
    return count;
}

Mark Source::mark_of(std::size_t offset) const {
    const std::size_t line = line_of(offset);
    const std::size_t column = characters_before(offset) - characters_before(line_starts_[line]);
    return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(column + 1)};
}

Mark Source::empty_item_before(std::size_t offset) const {
    constexpr std::size_t far = 256;
    constexpr int lines = 64;
    std::size_t end = offset;
    for (int i = 0; i < lines; ++i) {
        const std::size_t start = std::max(line_starts_[line_of(end)], end > far ? end - far : 0);
        const std::string_view line = text_.substr(start, end - start);
        std::string_view before_comment = without_trailing_space(line);
        for (std::size_t hash = line.find('#'); hash != std::string_view::npos;
             hash = line.find('#', hash + 1)) {
            const std::string_view part = without_trailing_space(line.substr(0, hash));
            if (!part.empty() && part.back() != '-') continue;
            before_comment = part;
            break;
        }
        if (before_comment.ends_with('-')) return mark_of(start + before_comment.size() - 1);
        if (!before_comment.empty() || start == 0) break;
        end = start - 1;
    }
    return mark_of(offset);
}

std::optional<Source::Flaw> Source::flaw() const {
    if (auto found = bad_character()) return found;
    if (auto found = bad_indentation()) return found;
    if (auto found = directive()) return found;
    return bad_nesting();
}

std::optional<Source::Flaw> Source::bad_character() const {
    for (std::size_t i = 0; i < text_.size();) {
        const auto byte = static_cast<unsigned char>(text_[i]);
        const std::size_t length = length_by_first_byte(byte);
        const std::string_view character = text_.substr(i, length);
        if (byte >= 0x80 && !core::is_valid_utf8(character))
            return Flaw{mark_of(i), "the byte 0x" + hex(byte) + " is not UTF-8; save the file as UTF-8"};
        const bool line_end = byte == '\n' || (byte == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n');
        const bool ascii_control = (byte < 0x20 && byte != '\t' && !line_end) || byte == 0x7F;
        const bool latin_control = byte == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
        if (ascii_control || latin_control) {
            const unsigned code = latin_control ? static_cast<unsigned char>(character[1]) : byte;
            return Flaw{mark_of(i),
                        "the control character U+00" + hex(code) + " must not stand here; remove it"};
        }
        if (character == byte_order_mark)
            return Flaw{mark_of(i), "a byte order mark in the middle of the file; remove it"};
        i += length;
    }
    return std::nullopt;
}

std::optional<Source::Flaw> Source::bad_indentation() const {
    for (const std::size_t start : line_starts_) {
        const std::size_t end = text_.find_first_not_of(" \t", start);
        if (end == std::string_view::npos || text_[end] == '\n' || text_[end] == '\r') continue;
        const std::size_t tab = text_.substr(start, end - start).find('\t');
        if (tab != std::string_view::npos)
            return Flaw{mark_of(start + tab), "a tab in the indentation; YAML indents with spaces"};
    }
    return std::nullopt;
}

std::optional<Source::Flaw> Source::directive() const {
    for (const std::size_t start : line_starts_) {
        const std::size_t first = text_.find_first_not_of(" \t\r", start);
        if (first == std::string_view::npos) break;
        if (text_[first] == '\n' || text_[first] == '#') continue;
        if (text_[start] != '%') break;
        return Flaw{mark_of(start),
                    "YAML directives such as `%TAG` are not part of the language; remove the line"};
    }
    return std::nullopt;
}

std::optional<Source::Flaw> Source::bad_nesting() const {
    std::size_t open = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        const char c = text_[i];
        if (c == '[' || c == '{') {
            if (++open > max_depth) return Flaw{mark_of(i), too_deep()};
        } else if (c != ' ' && c != '\n' && c != '\r') {
            open = 0;
        }
    }
    return std::nullopt;
}

}  // namespace curfew::config::yaml
