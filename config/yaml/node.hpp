#pragma once
// A YAML document as a tree that still knows where everything stood and how it was written.

#include <cstdint>
#include <string>
#include <vector>

namespace curfew::config::yaml {

struct Mark {
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in characters
    bool operator==(const Mark&) const = default;
};

enum class Kind { null, scalar, sequence, map };
enum class Style { plain, single_quoted, double_quoted, block };

struct Entry;

struct Node {
    Kind kind = Kind::null;
    Style style = Style::plain;
    bool several_lines = false;  // a plain or quoted scalar whose lines YAML joined with spaces
    Mark at;                     // of a null that is not written: its key, or the dash of its item
    std::string text;  // of a scalar, escapes resolved; of a null `~` or `null`, where that was written
    // What stood between double quotes, when escapes other than \\ and \" were used there.
    std::string escaped;
    std::vector<Node> items;     // of a sequence
    std::vector<Entry> entries;  // of a map, in the order of the file; keys are unique
};

struct Entry {
    std::string key;
    Mark key_at;
    Node value;
};

struct Document {
    std::string file;
    Node root;
};

}  // namespace curfew::config::yaml
