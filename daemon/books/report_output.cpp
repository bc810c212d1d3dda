#include "daemon/books/report_output.hpp"

#include <algorithm>
#include <cstdio>

#include "daemon/books/filter.hpp"
#include "daemon/clock.hpp"
#include "daemon/gate/audit.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/json.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

bool shows(By by, By one) {
    return by == By::all || by == one;
}

std::string hour_text(std::size_t hour) {
    char text[16];
    std::snprintf(text, sizeof text, "%02zu:00", hour);
    return text;
}

std::string not_ended_text(const RuleTally& tally) {
    std::string text;
    for (const auto& [outcome, calls] : tally.not_ended)
        text += (text.empty() ? "" : ", ") + outcome + " " + std::to_string(calls);
    return text.empty() ? "-" : text;
}

std::vector<std::string> line_of(std::string name, const RuleTally& tally) {
    return {std::move(name), std::to_string(tally.would_end), std::to_string(tally.ended),
            std::to_string(tally.calls), not_ended_text(tally)};
}

Table table_by(std::string heading) {
    return Table{{std::move(heading), "WOULD_END", "ENDED", "CALLS", "NOT_ENDED"}};
}

std::string table_of(const char* heading, const std::vector<NamedTally>& tallies) {
    auto table = table_by(heading);
    for (const auto& [name, tally] : tallies) table.row(line_of(name, tally));
    return "\n" + table.text();
}

void tally_json(JsonWriter& json, const RuleTally& tally) {
    json.key("would_end").number(static_cast<std::int64_t>(tally.would_end));
    json.key("ended").number(static_cast<std::int64_t>(tally.ended));
    json.key("calls").number(static_cast<std::int64_t>(tally.calls));
    json.key("not_ended").begin_object();
    for (const auto& [outcome, calls] : tally.not_ended)
        json.key(outcome).number(static_cast<std::int64_t>(calls));
    json.end_object();
}

void tallies_json(JsonWriter& json, const char* list, const char* name,
                  const std::vector<NamedTally>& tallies) {
    json.key(list).begin_array();
    for (const auto& one : tallies) {
        json.begin_object().field(name, one.name);
        tally_json(json, one.tally);
        json.end_object();
    }
    json.end_array();
}

std::string csv_line(const std::string& rule, const char* by, const std::string& name,
                     const RuleTally& tally) {
    std::string text = for_csv(rule) + "," + by + "," + for_csv(name);
    for (const auto sum : {tally.would_end, tally.ended, tally.calls}) text += "," + std::to_string(sum);
    for (const auto& outcome : outcome_names()) {
        if (outcome == to_string(Outcome::ended)) continue;
        const auto found = tally.not_ended.find(outcome);
        text += "," + std::to_string(found == tally.not_ended.end() ? 0 : found->second);
    }
    return text + "\r\n";
}

}  // namespace

std::string report_table(const ReportOutput& output) {
    std::string text = "From " + (output.since ? utc_text(*output.since) : "the first row") + " to " +
                       (output.until ? utc_text(*output.until) : "the last") +
                       "; WOULD_END and ENDED count sessions, CALLS and NOT_ENDED calls.\n";
    if (shows(output.by, By::hour)) text += "Hours are those of " + for_people(output.timezone) + ".\n";
    if (output.rules.empty()) text += "\nNothing was ended, and nothing would have been.\n";
    for (const auto& rule : output.rules) {
        auto total = table_by("RULE");
        total.row(line_of(rule.rule.empty() ? "(by hand)" : rule.rule, rule.total));
        text += "\n" + total.text();
        if (shows(output.by, By::server)) text += table_of("SERVER", rule.servers);
        if (shows(output.by, By::user)) text += table_of("USER", rule.users);
        if (!shows(output.by, By::hour)) continue;
        std::vector<NamedTally> hours;
        for (std::size_t hour = 0; hour < rule.hours.size(); ++hour)
            if (!rule.hours[hour].empty()) hours.push_back({hour_text(hour), rule.hours[hour]});
        text += table_of("HOUR", hours);
    }
    return text;
}

std::string report_json(const ReportOutput& output) {
    JsonWriter json;
    json.begin_object().field("version", 1);
    if (output.since) json.field("since", utc_text(*output.since));
    if (output.until) json.field("until", utc_text(*output.until));
    json.field("timezone", output.timezone).key("rules").begin_array();
    for (const auto& rule : output.rules) {
        json.begin_object().field("rule", rule.rule).key("by_hand").boolean(rule.rule.empty());
        tally_json(json, rule.total);
        if (shows(output.by, By::server)) tallies_json(json, "servers", "server", rule.servers);
        if (shows(output.by, By::user)) tallies_json(json, "users", "user", rule.users);
        if (shows(output.by, By::hour)) {
            json.key("hours").begin_array();
            for (std::size_t hour = 0; hour < rule.hours.size(); ++hour) {
                json.begin_object().field("hour", static_cast<std::int64_t>(hour));
                tally_json(json, rule.hours[hour]);
                json.end_object();
            }
            json.end_array();
        }
        json.end_object();
    }
    return json.end_array().end_object().text() + "\n";
}

std::string report_csv(const ReportOutput& output) {
    std::string text = "rule,by,name,would_end,ended,calls";
    for (auto outcome : outcome_names()) {
        if (outcome == to_string(Outcome::ended)) continue;
        std::replace(outcome.begin(), outcome.end(), ' ', '_');
        text += "," + outcome;
    }
    text += "\r\n";
    for (const auto& rule : output.rules) {
        text += csv_line(rule.rule, "total", "", rule.total);
        if (shows(output.by, By::server))
            for (const auto& [name, tally] : rule.servers) text += csv_line(rule.rule, "server", name, tally);
        if (shows(output.by, By::user))
            for (const auto& [name, tally] : rule.users) text += csv_line(rule.rule, "user", name, tally);
        if (!shows(output.by, By::hour)) continue;
        for (std::size_t hour = 0; hour < rule.hours.size(); ++hour)
            text += csv_line(rule.rule, "hour", hour_text(hour), rule.hours[hour]);
    }
    return text;
}

}  // namespace curfew::daemon
