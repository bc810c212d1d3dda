#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {

std::optional<policy::Mode> read_mode(const Value& value) {
    constexpr std::array words{Word<policy::Mode>{"observe", policy::Mode::observe},
                               Word<policy::Mode>{"enforce", policy::Mode::enforce}};
    return read_enum(value, words);
}

}  // namespace curfew::config
