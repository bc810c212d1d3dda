// Hours as people write them, through the loader into schedules, at any time: whatever the text, a schedule
// is open or closed from one change that it names to the next, and the one outside of it is its opposite.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "policy/schedule.hpp"

namespace {

using namespace curfew;
using core::Seconds;
using core::WallTime;
using policy::Schedule;
using policy::Truth;
using Zone = std::optional<policy::Zone>;

void require(bool holds) {
    if (!holds) std::abort();
}

std::string_view take(std::string_view& rest, char until) {
    const auto end = rest.find(until);
    const auto part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return part;
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

std::string list_of(std::string_view rest, char between) {
    std::string out = "[";
    while (!rest.empty()) out += quoted(take(rest, between)) + ", ";
    return out + "]";
}

// From some years before the first clock that is known to some behind the last.
WallTime time_of(std::string_view text) {
    constexpr WallTime first = std::chrono::sys_days{std::chrono::year{1965} / 1 / 1};
    constexpr std::uint64_t span = 80ULL * 366 * 86'400;
    std::uint64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return first + Seconds{static_cast<std::int64_t>(seconds % span)};
}

// Every minute of the days to come, and beyond them now and then.
void require_nothing_changes(const Schedule& schedule, const Zone& zone, WallTime from, WallTime to) {
    constexpr std::int64_t steps = 1'000;
    const Truth state = schedule.inside(zone, from);
    const Seconds step = std::max(Seconds{60}, Seconds{(to - from) / Seconds{1} / steps});
    for (WallTime at = from; at < to; at += step) require(schedule.inside(zone, at) == state);
    require(schedule.inside(zone, to - Seconds{1}) == state);
}

void follow(const Schedule& schedule, const Schedule& outside, const Zone& zone, WallTime at) {
    constexpr WallTime last = std::chrono::sys_days{std::chrono::year{2038} / 1 / 1};
    constexpr int changes = 8;
    for (int i = 0; i < changes; ++i) {
        const Truth state = schedule.inside(zone, at);
        require(outside.inside(zone, at) == !state);
        const auto next = schedule.next_change(zone, at);
        require(next == outside.next_change(zone, at));
        if (state == Truth::unknown) return require(!next);
        if (!next) return require_nothing_changes(schedule, zone, at, last);
        require(*next > at && *next < last);
        require(schedule.inside(zone, *next) == !state);
        require_nothing_changes(schedule, zone, at, *next);
        at = *next;
    }
}

}  // namespace

// TIMEZONE \n TIMEZONE OF THE SERVER \n SECONDS \n EXCEPTIONS, with `;` between \n WINDOWS, a line each
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t enough = 2048;
    if (size > enough) return 0;
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    const auto zone = take(rest, '\n');
    const auto servers = take(rest, '\n');
    const auto at = time_of(take(rest, '\n'));
    const auto except = take(rest, '\n');
    std::string text = "version: 1\nservers: [{name: fs1";
    if (!servers.empty()) text += ", timezone: " + quoted(servers);
    text +=
        "}]\ncredentials: {default: {ntlm: {username: svc, password_file: /secret}}}\nschedules:\n  s: "
        "{timezone: ";
    text += zone == "server" ? "server" : quoted(zone);
    text += ", during: " + list_of(rest, '\n');
    if (!except.empty()) text += ", except: " + list_of(except, ';');
    text += "}\n  o: {outside: s}\n";

    const auto loaded = config::load_text(text, "/nonexistent/curfew.yaml");
    if (!loaded.config) {
        require(!loaded.diagnostics.empty());
        return 0;
    }
    const auto& schedules = loaded.config->schedules;
    require(schedules.size() == 2);
    follow(*schedules[0].schedule, *schedules[1].schedule, loaded.config->servers[0].traits.timezone, at);
    return 0;
}
