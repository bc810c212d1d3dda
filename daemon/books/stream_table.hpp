#pragma once
// A table that is printed while it is being made: columns are as wide as the first rows need, and what comes
// later and is wider pushes the rest of its line.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace curfew::daemon {

using Sink = std::function<void(std::string_view)>;

class StreamTable {
  public:
    StreamTable(std::vector<std::string> headings, Sink sink, std::size_t measured = 200);
    // Escapes the cells. As many as there are headings.
    void row(const std::vector<std::string>& cells);
    // Once, after the last row.
    void finish();

  private:
    using Line = std::vector<std::string>;
    void print(const Line& line);
    void print_measured();

    Sink sink_;
    std::size_t measured_;
    std::vector<Line> first_;  // the headings and what is measured, escaped
    std::vector<std::size_t> widths_;
};

}  // namespace curfew::daemon
