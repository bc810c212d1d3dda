#include "config/reporter.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace curfew::config {
namespace {

// Nobody reads more, and a file of nothing but mistakes must not fill the memory with sentences about them.
constexpr std::size_t most = 1'000;

}  // namespace

void Reporter::report(Severity severity, Position at, std::string path, std::string message) {
    const bool error = severity == Severity::error;
    const std::size_t number = ++(error ? errors_ : warnings_);
    if (number > most + 1) return;
    if (number > most) {
        path.clear();
        message = std::string("more than 1000 ") + (error ? "errors" : "warnings") +
                  "; those found after this one are not shown";
    }
    diagnostics_.push_back({severity, std::move(at), std::move(path), std::move(message)});
}

std::vector<Diagnostic> Reporter::take(const std::vector<std::string>& files) {
    std::map<std::string, std::size_t> order;
    for (const std::string& file : files) order.emplace(file, order.size());
    using Rank = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;
    std::vector<Rank> ranks;
    for (std::size_t i = 0; i < diagnostics_.size(); ++i) {
        const Position& at = diagnostics_[i].at;
        const auto found = order.find(at.file);
        ranks.emplace_back(found == order.end() ? order.size() : found->second, at.line, at.column, i);
    }
    std::sort(ranks.begin(), ranks.end());
    std::vector<Diagnostic> out;
    for (const Rank& rank : ranks) out.push_back(std::move(diagnostics_[std::get<3>(rank)]));
    diagnostics_.clear();
    return out;
}

}  // namespace curfew::config
