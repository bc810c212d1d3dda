#include "config/reload_check.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <variant>

#include "config/lists.hpp"
#include "config/protect_cover.hpp"
#include "config/wording.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

using policy::Condition;

constexpr std::size_t most_percent_to_go = 5;
constexpr std::size_t most_told = 5;

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// "`fs1`, `fs2` and 7 more"
std::string some_of(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < most_told; ++i)
        out += (i == 0 ? "" : ", ") + quote(names[i]);
    if (names.size() > most_told) out += " and " + std::to_string(names.size() - most_told) + " more";
    return out;
}

void check_servers(const Config& before, const Config& after, std::vector<std::string>& reasons) {
    const auto removed = server_changes(before, after).removed;
    if (removed.size() * 100 <= before.servers.size() * most_percent_to_go) return;
    reasons.push_back(std::to_string(removed.size()) + " of " + counted(before.servers.size(), "server") +
                      " would go, more than " + std::to_string(most_percent_to_go) +
                      "%: " + some_of(removed));
}

std::string entries_of(const Uncovered& what, const Config& before) {
    std::string out;
    for (const std::size_t i : what.entries) {
        const std::string& reason = before.policy.protect[i].reason;
        out += (out.empty() ? "" : ", ") + ("protect[" + std::to_string(i) + "]") +
               (reason.empty() ? "" : " (" + quote(reason) + ")");
    }
    if (what.more) out += out.empty() ? "some entry" : " or another entry";
    return out;
}

void check_protect(const Config& before, const Config& after, std::vector<std::string>& reasons) {
    if (const Uncovered what = uncovered(before, after); !what.empty())
        reasons.push_back("`protect` may be narrowed: it is not certain that whoever was protected by " +
                          entries_of(what, before) + " still is");
    for (const auto& [what, servers] : uncovered_on_altered(before, after))
        reasons.push_back("`protect` may be narrowed on " + some_of(servers) + ", with other tags, kind or " +
                          "timezone: it is not certain that whoever was protected there by " +
                          entries_of(what, before) + " still is");
}

// Where the lists stand that protect somebody.
class ProtectingLists {
  public:
    explicit ProtectingLists(const Config& config) {
        for (std::size_t i = 0; i < config.policy.protect.size(); ++i)
            look(config.policy.protect[i].when, true, "`protect`");
        for (const policy::Rule& rule : config.policy.rules)
            look(rule.when, rule.then == policy::Action::keep, "the rule " + quote(rule.key.name));
    }
    const std::map<std::string, std::set<std::string>>& places() const { return places_; }

  private:
    template <class Pattern> void patterns(const std::vector<Pattern>& any_of, const std::string& place) {
        for (const Pattern& pattern : any_of)
            if (pattern.as_list()) places_[pattern.text().substr(list_prefix.size())].insert(place);
    }
    void look(const Condition& condition, bool protects, const std::string& place) {
        if (const auto* all = std::get_if<policy::AllOf>(&condition.node)) {
            for (const Condition& part : all->conditions) look(part, protects, place);
        } else if (const auto* any = std::get_if<policy::AnyOf>(&condition.node)) {
            for (const Condition& part : any->conditions) look(part, protects, place);
        } else if (const auto* negation = std::get_if<policy::Not>(&condition.node)) {
            if (negation->condition) look(*negation->condition, true, place);
        } else if (protects) {
            if (const auto* users = std::get_if<policy::UserMatches>(&condition.node))
                patterns(users->any_of, place);
            if (const auto* clients = std::get_if<policy::ClientMatches>(&condition.node))
                patterns(clients->any_of, place);
            if (const auto* servers = std::get_if<policy::ServerMatches>(&condition.node))
                patterns(servers->any_of, place);
            if (const auto* transports = std::get_if<policy::TransportMatches>(&condition.node))
                patterns(transports->any_of, place);
            if (const auto* types = std::get_if<policy::ClientTypeMatches>(&condition.node))
                patterns(types->any_of, place);
        }
    }

    std::map<std::string, std::set<std::string>> places_;  // by the list's name
};

std::vector<std::string> names_gone(const std::vector<std::string>& before,
                                    const std::vector<std::string>& after) {
    // A name in other letters is the same; whether an expression is, nobody can say.
    const auto spelled = [](const std::string& name) {
        const bool pattern = name.starts_with('/') || name.find('[') != std::string::npos;
        return pattern ? name : core::fold_case(name);
    };
    std::set<std::string> still;
    for (const std::string& name : after) still.insert(spelled(name));
    std::vector<std::string> gone;
    for (const std::string& name : before)
        if (!still.contains(spelled(name))) gone.push_back(name);
    return gone;
}

void check_lists(const Config& before, const Config& after, std::vector<std::string>& reasons) {
    const ProtectingLists protecting(before);
    for (const auto& [name, places] : protecting.places()) {
        const auto was = before.list_names.find(name);
        if (was == before.list_names.end()) continue;
        const auto is = after.list_names.find(name);
        const std::string where =
            ", which protects in " + *places.begin() + (places.size() > 1 ? " and elsewhere" : "");
        if (is == after.list_names.end()) {
            reasons.push_back("the list " + quote(name) + where + ", is gone, with its " +
                              counted(was->second.size(), "name"));
            continue;
        }
        const auto gone = names_gone(was->second, is->second);
        if (gone.empty()) continue;
        reasons.push_back(std::to_string(gone.size()) + " of " + counted(was->second.size(), "name") +
                          (gone.size() == 1 ? " is" : " are") + " gone from the list " + quote(name) + where +
                          ": " + some_of(gone));
    }
}

std::int64_t days_of(const std::vector<policy::DateRange>& ranges) {
    std::int64_t days = 0;
    for (const auto& [first, last] : ranges) days += (last - first).count() + 1;
    return days;
}

// Ranges of each are in order, with gaps between them.
std::int64_t days_in_both(const std::vector<policy::DateRange>& a, const std::vector<policy::DateRange>& b) {
    std::int64_t days = 0;
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        const auto first = std::max(x->first, y->first);
        const auto last = std::min(x->last, y->last);
        if (first <= last) days += (last - first).count() + 1;
        x->last < y->last ? ++x : ++y;
    }
    return days;
}

void check_calendars(const Config& before, const Config& after, std::vector<std::string>& reasons) {
    for (const Calendar& was : before.calendars) {
        if (!was.used) continue;
        const auto is = std::find_if(after.calendars.begin(), after.calendars.end(),
                                     [&](const Calendar& one) { return one.path == was.path; });
        const auto days = days_of(was.dates->ranges());
        const auto still =
            is == after.calendars.end() ? 0 : days_in_both(was.dates->ranges(), is->dates->ranges());
        if (still == days) continue;
        reasons.push_back(std::to_string(days - still) + " of " +
                          counted(static_cast<std::size_t>(days), "day") +
                          (days - still == 1 ? " is" : " are") + " gone from " + quote(was.path) +
                          ", which a schedule excepts");
    }
}

}  // namespace

ReloadCheck check_reload(const Config& before, const Config& after) {
    ReloadCheck out;
    check_servers(before, after, out.reasons);
    check_protect(before, after, out.reasons);
    check_lists(before, after, out.reasons);
    check_calendars(before, after, out.reasons);
    return out;
}

}  // namespace curfew::config
