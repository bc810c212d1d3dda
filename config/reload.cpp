#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::array ways{Word<Reload>{"automatic", Reload::automatic},
                          Word<Reload>{"confirm", Reload::confirm}};

}  // namespace

std::optional<Reload> read_reload(const Value& value) {
    return read_enum(value, ways);
}

}  // namespace curfew::config
