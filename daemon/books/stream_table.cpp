#include "daemon/books/stream_table.hpp"

#include <algorithm>
#include <utility>

#include "daemon/output/escape.hpp"

namespace curfew::daemon {

StreamTable::StreamTable(std::vector<std::string> headings, Sink sink, std::size_t measured)
    : sink_(std::move(sink)), measured_(measured), first_{std::move(headings)} {}

void StreamTable::row(const std::vector<std::string>& cells) {
    Line line;
    for (const auto& cell : cells) line.push_back(for_people(cell));
    if (!widths_.empty()) {
        print(line);
        return;
    }
    first_.push_back(std::move(line));
    if (first_.size() > measured_) print_measured();
}

void StreamTable::finish() {
    if (widths_.empty()) print_measured();
}

void StreamTable::print_measured() {
    widths_.assign(first_.front().size(), 0);
    for (const auto& line : first_) {
        for (std::size_t i = 0; i < line.size(); ++i) widths_[i] = std::max(widths_[i], columns(line[i]));
    }
    for (const auto& line : std::exchange(first_, {})) print(line);
}

void StreamTable::print(const Line& line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        text += line[i];
        if (i + 1 == line.size()) break;
        const std::size_t width = columns(line[i]);
        text.append(2 + (width < widths_[i] ? widths_[i] - width : 0), ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
    sink_(text);
}

}  // namespace curfew::daemon
