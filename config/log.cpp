#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::array formats{Word<LogFormat>{"text", LogFormat::text},
                             Word<LogFormat>{"json", LogFormat::json}};
constexpr std::array levels{Word<LogLevel>{"debug", LogLevel::debug}, Word<LogLevel>{"info", LogLevel::info},
                            Word<LogLevel>{"warning", LogLevel::warning},
                            Word<LogLevel>{"error", LogLevel::error}};

}  // namespace

Log read_log(const Value& value) {
    Log log;
    MapReader map(value, "a map with `format` and `level`");
    if (const auto format = map.optional("format"))
        log.format = read_enum(*format, formats).value_or(log.format);
    if (const auto level = map.optional("level")) log.level = read_enum(*level, levels).value_or(log.level);
    map.finish();
    return log;
}

}  // namespace curfew::config
