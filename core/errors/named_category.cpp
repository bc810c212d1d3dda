#include "core/errors/named_category.hpp"

#include <algorithm>
#include <cstdio>

namespace curfew::core {

const NamedStatus* NamedCategory::find(int value) const {
    const auto wanted = static_cast<std::uint32_t>(value);
    const auto found =
        std::find_if(table_.begin(), table_.end(), [&](const auto& row) { return row.value == wanted; });
    return found == table_.end() ? nullptr : &*found;
}

std::string_view NamedCategory::name_of(int value) const {
    const auto* row = find(value);
    return row ? row->name : unknown_;
}

std::string NamedCategory::number(int value) const {
    if (number_ == Number::decimal) return std::to_string(static_cast<std::uint32_t>(value));
    char text[16];
    std::snprintf(text, sizeof text, "0x%08X", static_cast<unsigned>(value));
    return text;
}

std::string NamedCategory::message(int value) const {
    const auto* row = find(value);
    return row ? std::string{row->sentence} : "A status that is not in curfew's table; look the number up.";
}

}  // namespace curfew::core
