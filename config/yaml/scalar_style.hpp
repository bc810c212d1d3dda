#pragma once
// The YAML library hands over a scalar's text with quotes and escapes resolved. Whether `"CORP\bob"` was
// written is told only by the source.

#include <cstddef>
#include <string>
#include <string_view>

#include "config/yaml/node.hpp"

namespace curfew::config::yaml {

struct Written {
    std::size_t skipped = 0;  // an anchor in front
    bool tagged = false;
    Style style = Style::plain;
    bool closed = true;  // the library takes a quote that is open at the end of the file for closed
    bool several_lines = false;
    std::string escaped;  // as in Node
};

// `source` begins where the node begins; `text` is what the library made of it.
Written how_written(std::string_view source, std::string_view text);

}  // namespace curfew::config::yaml
