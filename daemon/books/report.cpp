#include "daemon/books/report.hpp"

#include <algorithm>

#include "core/text/utf.hpp"
#include "daemon/gate/audit.hpp"

namespace curfew::daemon {
namespace {

void count(RuleTally& tally, const AuditEntry& entry) {
    // Whoever wrote the row knew of one session at least.
    const std::uint64_t sessions = entry.seen().sessions.value_or(1);
    if (!entry.is_call()) {
        tally.would_end += sessions;
        return;
    }
    ++tally.calls;
    const auto outcome = entry.outcome_text();
    if (outcome == to_string(Outcome::ended))
        tally.ended += sessions;
    else
        ++tally.not_ended[std::string{outcome}];
}

RuleTally& tally_of(std::map<std::string, NamedTally, std::less<>>& tallies, const std::string& name) {
    return tallies.try_emplace(core::fold_case(name), NamedTally{name, {}}).first->second.tally;
}

std::vector<NamedTally> sorted(const std::map<std::string, NamedTally, std::less<>>& tallies) {
    std::vector<NamedTally> out;
    for (const auto& [folded, tally] : tallies) out.push_back(tally);
    const auto before = [](const NamedTally& a, const NamedTally& b) {
        const auto sessions_a = a.tally.ended + a.tally.would_end;
        const auto sessions_b = b.tally.ended + b.tally.would_end;
        return sessions_a != sessions_b ? sessions_a > sessions_b : a.name < b.name;
    };
    std::sort(out.begin(), out.end(), before);
    return out;
}

}  // namespace

void RuleSums::add(const AuditEntry& entry) {
    const Row& row = entry.row;
    if (!entry.is_call() && row.kind != "would_end") return;
    auto& rule = rules_[row.rule];
    count(rule.total, entry);
    count(tally_of(rule.servers, row.server), entry);
    count(tally_of(rule.users, row.user), entry);
    count(rule.hours.at(hour_of_(row.at)), entry);
}

std::vector<RuleReport> RuleSums::rules() const {
    std::vector<RuleReport> out;
    for (const auto& [name, sums] : rules_)
        out.push_back({name, sums.total, sorted(sums.servers), sorted(sums.users), sums.hours});
    if (!out.empty() && out.front().rule.empty()) std::rotate(out.begin(), out.begin() + 1, out.end());
    return out;
}

}  // namespace curfew::daemon
