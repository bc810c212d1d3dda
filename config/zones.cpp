// The date library of Howard Hinnant reads the instants listed in a zone's file, and not the rule behind
// them. Files come in two makes. In the full one ("fat", as Debian has it) the instants are listed to 2037,
// and the rule adds what comes after. In the slim one the list ends where the rule takes over, for Berlin in
// 1996, and the library would have it winter there ever since. So what is read is held against the rule, and
// a schedule an hour off is never made. Nothing is claimed to be known from 2038 on.
#include "config/zones.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <date/tz.h>

#include "config/read_file.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

constexpr sys_seconds known_from = sys_days{year{1970} / 1 / 1};
constexpr sys_seconds known_to = sys_days{year{2038} / 1 / 1};
// If clocks are put back and forth by rule, then in every year, the last one too.
constexpr sys_seconds last_year = sys_days{year{2037} / 1 / 1};

constexpr std::string_view zone_files = "/usr/share/zoneinfo/";
constexpr std::size_t largest_zone_file = std::size_t{1} << 20U;

Wrong unreadable(const std::string& name, std::string_view why) {
    return {"the data of the time zone " + quote(name) +
            " on this machine cannot be used: " + std::string(why)};
}

Parsed<policy::Zone> read_zone(const date::time_zone& zone) {
    std::vector<policy::Zone::Period> periods;
    for (sys_seconds at = known_from; at < known_to;) {
        const date::sys_info info = zone.get_info(at);
        if (periods.empty() || periods.back().offset != info.offset)
            periods.push_back({std::max(info.begin, known_from), info.offset});
        if (info.end <= at) return unreadable(zone.name(), "it does not come to an end");
        at = info.end;
    }
    const auto content = read_file(std::string(zone_files) + zone.name(), largest_zone_file);
    if (!content) return unreadable(zone.name(), content.error().message);
    if (goes_on_by_rule(*content) && periods.back().begin < last_year)
        return unreadable(zone.name(), "its list of clock changes is cut short; install the full tzdata");
    return policy::Zone{zone.name(), std::move(periods), known_to};
}

}  // namespace

bool goes_on_by_rule(std::string_view content) {
    if (!content.ends_with('\n')) return false;
    content.remove_suffix(1);
    const std::size_t line = content.rfind('\n');
    // `CET-1CEST,M3.5.0,M10.5.0/3`; without summer time it is a name and an offset alone: `IST-5:30`.
    return line != std::string_view::npos && content.substr(line + 1).find(',') != std::string_view::npos;
}

Parsed<policy::Zone> Zones::find(const std::string& name) {
    if (const auto known = known_.find(name); known != known_.end()) return known->second;
    const auto look_up = [&]() -> Parsed<policy::Zone> {
        try {
            const auto& zones = date::get_tzdb().zones;
            const auto zone = std::find_if(zones.begin(), zones.end(),
                                           [&](const date::time_zone& one) { return one.name() == name; });
            // The machine's own zone is a link among them: its name says nothing, and another machine's
            // differs.
            if (zone != zones.end() && name != "localtime") return read_zone(*zone);
            std::vector<std::string_view> names;
            if (suggestions_-- > 0)
                for (const auto& one : zones) names.push_back(one.name());
            std::string help = did_you_mean(name, names);
            if (help.empty()) help = "; write a name of the IANA database such as `Europe/Berlin`";
            return Wrong{"there is no time zone " + quote(name) + help};
        } catch (const std::exception& problem) {
            return unreadable(name, problem.what());
        }
    };
    return known_.emplace(name, look_up()).first->second;
}

}  // namespace curfew::config
