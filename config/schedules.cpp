#include <set>
#include <utility>

#include "config/decode/dates.hpp"
#include "config/decode/during.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/digest.hpp"
#include "config/seam.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_schedule =
    "a map with `timezone` and `during`, or `{outside: NAME}` for whenever another one is not in force";
constexpr std::string_view servers_own = "server";
constexpr std::string_view an_exception = "a calendar's name, a date such as `2026-12-24`, or a range";

// What a schedule means; the order in which it was written does not count.
std::string digest_of_schedule(const policy::Schedule& schedule, std::set<std::string> calendars) {
    Digest digest;
    digest.add(schedule.zone() ? schedule.zone()->name() : servers_own);
    const auto add = [&](std::string_view day, const std::vector<policy::Window>& windows) {
        for (const policy::Window& window : windows) {
            digest.add(day);
            digest.add(std::to_string(window.begin.count()) + "-" + std::to_string(window.end.count()));
        }
    };
    const policy::Timetable& timetable = schedule.timetable();
    for (std::size_t day = 0; day < timetable.weekly.size(); ++day)
        add(weekday_name(day), timetable.weekly[day]);
    for (const auto& [date, windows] : timetable.dates)
        add(std::to_string(date.time_since_epoch().count()), windows);
    for (const std::string& calendar : calendars) digest.add(calendar);
    return digest.hex();
}

class ScheduleSection {
  public:
    explicit ScheduleSection(Draft& draft) : draft_(draft) {}

    void read(const Value& value) {
        for (const yaml::Entry& entry : value.node().entries) {
            if (entry.key.empty() || has_control_character(entry.key))
                value.error_at_key(entry, "a schedule needs a name without control characters");
            draft_.schedules[entry.key];
            read_entry(entry.key, value.at(entry));
        }
        for (const auto& [name, other] : outside_) resolve(name);
        for (const yaml::Entry& entry : value.node().entries) {
            const Value child = value.at(entry);
            if (const auto& [schedule, digest] = draft_.schedules[entry.key]; schedule)
                draft_.config.schedules.push_back({schedule, child.position(), child.path(), false, digest});
        }
    }

  private:
    void read_entry(const std::string& name, const Value& value) {
        MapReader map(value, a_schedule);
        const auto outside = map.optional("outside");
        if (outside) {
            for (const std::string_view key : {"timezone", "during", "except"})
                if (const auto other = map.optional(key))
                    other->error(
                        "beside `outside` nothing else is said: zone, hours and exceptions are those "
                        "of the other schedule; remove the key");
            map.finish();
            read_outside(name, *outside);
            return;
        }
        const auto timezone = map.required(
            "timezone",
            "write a name such as `timezone: Europe/Berlin`, or `timezone: server` for each server's own");
        const auto during = map.required("during", "write `during: [\"mon-fri 06:00-20:00\"]`, or `outside`");
        const auto except = map.optional("except");
        map.finish();
        std::optional<policy::Zone> zone;
        policy::Timetable timetable;
        std::set<std::string> calendars;
        bool good = timezone && during;
        if (timezone && !timezone->is_plain(servers_own)) {
            zone = read_zone(*timezone, draft_.zones);
            good = good && zone;
        }
        if (during) good = read_during(*during, timetable) && good;
        if (except) good = read_except(*except, timetable, calendars) && good;
        if (!good) return;
        auto schedule = std::make_shared<const policy::Schedule>(name, std::move(zone), std::move(timetable));
        if (const auto seam = find_seam(schedule->timetable())) during->warning(*seam);
        draft_.schedules[name] = {schedule, digest_of_schedule(*schedule, std::move(calendars))};
    }

    static bool read_during(const Value& value, policy::Timetable& timetable) {
        const auto items = one_or_many(value, a_during);
        bool good = !items.empty();
        for (const Value& item : items) {
            const auto during = read_parsed(item, a_during, parse_during);
            good = good && during;
            if (!during) continue;
            for (std::size_t day = 0; day < timetable.weekly.size(); ++day)
                if (during->weekdays[day]) timetable.weekly[day].push_back(during->window);
            for (const auto date : during->dates) timetable.dates[date].push_back(during->window);
        }
        return good;
    }

    bool read_except(const Value& value, policy::Timetable& timetable, std::set<std::string>& digests) {
        const auto items = one_or_many(value, an_exception);
        bool good = !items.empty();
        std::vector<policy::DateRange> dates;
        for (const Value& item : items) {
            const auto text = read_name(item, an_exception);
            good = good && text;
            if (!text) continue;
            if (looks_like_a_date(*text)) {
                if (const auto range = parse_dates(*text)) {
                    dates.push_back(*range);
                } else {
                    item.error(range.error().message);
                    good = false;
                }
                continue;
            }
            draft_.calendar_mentions.push_back({*text, item});
            const auto calendar = draft_.calendars.find(*text);
            const bool known = calendar != draft_.calendars.end() && calendar->second.dates;
            good = good && known;
            if (!known || !digests.insert(calendar->second.digest).second) continue;
            timetable.except.push_back(calendar->second.dates);
        }
        if (dates.empty()) return good;
        const auto own = std::make_shared<const policy::DateSet>(std::move(dates));
        for (const auto& [first, last] : own->ranges())
            digests.insert(std::to_string(first.time_since_epoch().count()) + ".." +
                           std::to_string(last.time_since_epoch().count()));
        timetable.except.push_back(own);
        return good;
    }

    void read_outside(const std::string& name, const Value& value) {
        auto other = read_name(value, "the name of another schedule");
        if (!other) return;
        draft_.schedule_mentions.push_back({*other, value});
        outside_.emplace(name, Mention{std::move(*other), value});
    }

    // Along the chain to a schedule that says its hours itself, and back.
    void resolve(const std::string& first) {
        std::vector<std::string> chain;
        std::set<std::string> on_chain;
        std::string name = first;
        for (auto next = outside_.find(name); next != outside_.end() && !resolved_.contains(name);
             next = outside_.find(name)) {
            if (!on_chain.insert(name).second) {
                next->second.at.error(
                    "this comes back to " + quote(name) +
                    " in a circle; one of its schedules has to say its hours with `during`");
                resolved_.insert(on_chain.begin(), on_chain.end());
                return;
            }
            chain.push_back(name);
            name = next->second.name;
        }
        for (; !chain.empty(); chain.pop_back()) {
            resolved_.insert(chain.back());
            const auto other = draft_.schedules.find(outside_.at(chain.back()).name);
            if (other == draft_.schedules.end() || !other->second.schedule) continue;
            Digest digest;
            digest.add("outside");
            digest.add(other->second.digest);
            draft_.schedules[chain.back()] = {
                std::make_shared<const policy::Schedule>(
                    policy::Schedule::outside(chain.back(), *other->second.schedule)),
                digest.hex()};
        }
    }

    Draft& draft_;
    std::map<std::string, Mention> outside_;  // by the name of who refers
    std::set<std::string> resolved_;
};

}  // namespace

std::optional<policy::Zone> read_zone(const Value& value, Zones& zones) {
    const auto name = read_name(value, "a time zone such as `Europe/Berlin`");
    if (!name) return std::nullopt;
    auto zone = zones.find(*name);
    if (zone) return std::move(*zone);
    value.error(zone.error().message);
    return std::nullopt;
}

void read_schedules(const Value& value, Draft& draft) {
    if (!value.is_map() || value.node().entries.empty()) {
        value.expected("a map of names, each " + std::string(a_schedule));
        return;
    }
    ScheduleSection(draft).read(value);
}

}  // namespace curfew::config
