#include "daemon/output/table.hpp"

#include <algorithm>

#include "daemon/output/escape.hpp"

namespace curfew::daemon {

std::string Table::text() const {
    std::vector<std::vector<std::string>> shown{headings_};
    for (const auto& row : rows_) {
        auto& cells = shown.emplace_back();
        for (const auto& cell : row) cells.push_back(for_people(cell));
    }
    std::vector<std::size_t> widths(headings_.size(), 0);
    for (const auto& row : shown) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
    }
    std::string out;
    for (const auto& row : shown) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            if (i + 1 < row.size()) out.append(widths[i] - columns(row[i]) + 2, ' ');
        }
        out.erase(out.find_last_not_of(' ') + 1);
        out += '\n';
    }
    return out;
}

}  // namespace curfew::daemon
