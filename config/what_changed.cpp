#include <algorithm>
#include <map>

#include "config/protect_cover.hpp"
#include "config/reload_check.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

constexpr std::size_t most_rules_told = 8;

std::string servers(const Config& before, const Config& after) {
    const ServerChanges changes = server_changes(before, after);
    std::string out;
    const auto add = [&](std::string_view sign, const std::vector<std::string>& names) {
        if (!names.empty()) out += " " + std::string(sign) + std::to_string(names.size());
    };
    add("+", changes.added);
    add("-", changes.removed);
    add("connected otherwise ", changes.changed);
    add("altered ", changes.altered);
    return out.empty() ? out : "servers" + out;
}

// "rules: +new -gone ~edited", or that they only stand in another order.
std::string rules(const Config& before, const Config& after) {
    std::map<std::string_view, const policy::Rule*> then;
    std::map<std::string_view, const policy::Rule*> now;
    for (const auto& rule : before.policy.rules) then.emplace(rule.key.name, &rule);
    for (const auto& rule : after.policy.rules) now.emplace(rule.key.name, &rule);
    std::vector<std::string> words;
    std::vector<std::string_view> order;
    std::vector<std::string_view> order_now;
    for (const auto& rule : after.policy.rules) {
        const auto old = then.find(rule.key.name);
        if (old == then.end())
            words.push_back("+" + quote(rule.key.name));
        else if (old->second->key.digest != rule.key.digest)
            words.push_back("~" + quote(rule.key.name));
        if (old != then.end()) order_now.push_back(rule.key.name);
    }
    for (const auto& rule : before.policy.rules) {
        if (now.contains(rule.key.name))
            order.push_back(rule.key.name);
        else
            words.push_back("-" + quote(rule.key.name));
    }
    if (order != order_now) words.push_back("in another order");
    std::string out;
    for (std::size_t i = 0; i < words.size() && i < most_rules_told; ++i) out += " " + words[i];
    if (words.size() > most_rules_told)
        out += " and " + std::to_string(words.size() - most_rules_told) + " more";
    return out.empty() ? out : "rules:" + out;
}

// What is protected by certain meaning, in both directions.
bool protects_alike(const Config& before, const Config& after) {
    return uncovered(before, after).empty() && uncovered(after, before).empty();
}

bool same_dates(const Config& before, const Config& after) {
    return std::equal(before.calendars.begin(), before.calendars.end(), after.calendars.begin(),
                      after.calendars.end(), [](const Calendar& a, const Calendar& b) {
                          return a.path == b.path && a.dates->ranges() == b.dates->ranges();
                      });
}

bool same_schedules(const Config& before, const Config& after) {
    return std::equal(before.schedules.begin(), before.schedules.end(), after.schedules.begin(),
                      after.schedules.end(), [](const Schedule& a, const Schedule& b) {
                          return a.path == b.path && a.digest == b.digest &&
                                 a.schedule->zone() == b.schedule->zone();
                      });
}

}  // namespace

std::string what_changed(const Config& before, const Config& after) {
    std::string out;
    const auto say = [&](const std::string& words) {
        if (!words.empty()) out += (out.empty() ? "" : "; ") + words;
    };
    const auto compare = [&](bool same, const char* section) {
        if (!same) say(section);
    };
    const auto mode = [](const Config& config) {
        return config.mode == policy::Mode::enforce ? "enforce" : "observe";
    };
    if (before.mode != after.mode) say(std::string("mode: ") + mode(before) + " to " + mode(after));
    say(servers(before, after));
    say(rules(before, after));
    compare(protects_alike(before, after), "protect");
    compare(before.policy.limits == after.policy.limits, "limits");
    compare(before.list_names == after.list_names, "lists");
    compare(same_dates(before, after), "calendars");
    compare(same_schedules(before, after), "schedules");
    compare(before.polling == after.polling, "polling");
    compare(before.client_names == after.client_names, "clients");
    compare(before.log == after.log, "log");
    compare(before.audit == after.audit, "audit");
    compare(before.control == after.control, "control");
    compare(before.http == after.http, "http");
    compare(before.notify == after.notify, "notify");
    compare(before.reload == after.reload, "reload");
    return out.empty() ? "nothing that matters" : out;
}

}  // namespace curfew::config
