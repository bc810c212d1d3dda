#include "core/text/durations.hpp"

#include <array>
#include <utility>

namespace curfew::core {

std::string duration_text(Seconds duration) {
    constexpr std::array<std::pair<long, char>, 4> units{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    long left = duration.count();
    if (left == 0) return "0s";
    std::string text = left < 0 ? "-" : "";
    left = left < 0 ? -left : left;
    for (const auto& [size, name] : units) {
        if (left >= size) text += std::to_string(left / size) + name;
        left %= size;
    }
    return text;
}

std::string duration_text(const std::optional<Seconds>& duration) {
    return duration ? duration_text(*duration) : "unknown";
}

}  // namespace curfew::core
