#pragma once
// The text of a file, with what the YAML library does not tell: whether it is text at all, columns in
// characters, and how a scalar was written.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml/node.hpp"

namespace curfew::config::yaml {

class Source {
  public:
    explicit Source(std::string_view text);  // which outlives it; a byte order mark is left out

    struct Flaw {
        Mark at;
        std::string message;
    };
    // The first thing that must not reach the YAML library: bytes that are not UTF-8, control characters,
    // tabs as indentation, directives, brackets nested without end (it would scan them all before it said a
    // word).
    std::optional<Flaw> flaw() const;

    std::string_view text() const { return text_; }
    std::string_view from(std::size_t offset) const { return text_.substr(offset); }

    // From the library's line and column, which count from 0 and in bytes.
    std::size_t offset_of(int line, int column) const;
    Mark mark_of(std::size_t offset) const;

    // The dash of an item with nothing behind it; the library only tells where it noticed, at `offset`.
    Mark empty_item_before(std::size_t offset) const;

  private:
    std::size_t line_of(std::size_t offset) const;
    std::size_t characters_before(std::size_t offset) const;
    std::optional<Flaw> bad_character() const;
    std::optional<Flaw> bad_indentation() const;
    std::optional<Flaw> directive() const;
    std::optional<Flaw> bad_nesting() const;

    std::string_view text_;
    std::vector<std::size_t> line_starts_;
    std::vector<std::uint32_t> characters_by_block_;
};

}  // namespace curfew::config::yaml
