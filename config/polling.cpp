#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr core::Seconds second{1};
constexpr core::Seconds hour{3'600};

// Sockets are a file descriptor each.
constexpr std::uint32_t most_looks_at_once = 10'000;

}  // namespace

Polling read_polling(const Value& value) {
    Polling polling;
    MapReader map(value, "a map with `interval`, `timeout` and `concurrency`");
    if (const auto interval = map.optional("interval"))
        polling.interval = read_duration(*interval, {second, day}).value_or(polling.interval);
    if (const auto timeout = map.optional("timeout"))
        polling.timeout = read_duration(*timeout, {second, hour}).value_or(core::Seconds{10});
    if (const auto concurrency = map.optional("concurrency"))
        polling.concurrency = read_number(*concurrency, "a whole number", {1, most_looks_at_once})
                                  .value_or(polling.concurrency);
    map.finish();
    return polling;
}

}  // namespace curfew::config
