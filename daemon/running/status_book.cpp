#include "daemon/running/status_book.hpp"

#include <algorithm>

namespace curfew::daemon {
namespace {

std::string rule_name(const policy::Policy& policy, const std::optional<std::size_t>& rule) {
    return rule ? policy.rules[*rule].key.name : std::string{};
}

DecisionCounts counted(const policy::Policy& policy, const policy::ServerLook& look,
                       const policy::ServerPlan& plan) {
    DecisionCounts counts;
    const std::size_t known = std::min(look.sessions.size(), plan.decisions.size());
    for (std::size_t i = 0; i < known; ++i) {
        if (look.sessions[i].own != policy::Own::no) continue;
        const auto& decision = plan.decisions[i];
        const auto rule = decision.rule ? rule_name(policy, decision.rule) : std::string{"(no rule)"};
        const char* what = decision.action == policy::Action::keep ? "keep"
                           : decision.protection                   ? "protected"
                           : decision.pending                      ? "pending"
                                                                   : "disconnect";
        ++counts[{rule, what}];
        if (decision.protection) continue;  // nor would an observing rule have ended it
        for (const auto observing : decision.observed) ++counts[{rule_name(policy, observing), "observe"}];
    }
    return counts;
}

std::string outcome_of(const Verdict& verdict) {
    switch (verdict.kind) {
        case Verdict::Kind::settled: return std::string{to_string(verdict.result.outcome)};
        case Verdict::Kind::refused: return "refused by the audit";
        case Verdict::Kind::withheld:
        case Verdict::Kind::would_end: break;
    }
    return {};
}

}  // namespace

void StatusBook::looked(const Looked& event) {
    auto look = std::make_shared<const PackedLook>(event.look);
    const auto sessions =
        std::count_if(event.look.sessions.begin(), event.look.sessions.end(),
                      [](const policy::SessionFacts& session) { return session.own == policy::Own::no; });
    auto decisions = counted(event.policy, event.look, event.plan);
    const std::lock_guard lock{mutex_};
    Seen& seen = servers_[event.server];
    seen.look.swap(look);
    seen.failing = false;
    seen.failures = 0;
    seen.error = {};
    seen.sessions = static_cast<std::uint64_t>(sessions);
    seen.visit = {event.server, {}, {}, std::move(decisions)};
}

void StatusBook::failed(const Failed& event) {
    const std::lock_guard lock{mutex_};
    Seen& seen = servers_[event.server];
    seen.failing = true;
    seen.failures = event.failures;
    seen.error = event.error;
    seen.visit = {event.server, {}, {}, {}};
}

void StatusBook::withheld(const WithheldThere& event) {
    const auto& withheld = event.withheld;
    LastDecision decision{withheld.client, withheld.user, rule_name(event.policy, withheld.rule)};
    decision.why = policy::to_string(withheld.why);
    decision.detail = withheld.detail;
    const std::lock_guard lock{mutex_};
    servers_[event.server].visit.withheld.push_back(std::move(decision));
}

void StatusBook::passed(const Passed& event) {
    if (event.by != By::rule && event.by != By::ban) return;    // not of the visit
    if (event.verdict.kind == Verdict::Kind::withheld) return;  // told as withheld, too
    const auto& wanted = event.wanted;
    const auto rule = event.by == By::ban ? "(ban)" : rule_name(event.policy, wanted.rule);
    LastDecision decision{wanted.client.text(), wanted.user.text(), rule};
    decision.sessions = wanted.targets.size();
    decision.outcome = outcome_of(event.verdict);
    decision.detail = event.verdict.result.detail;
    const std::lock_guard lock{mutex_};
    servers_[event.server].visit.disconnects.push_back(std::move(decision));
}

void StatusBook::configuration(const Configuration& event) {
    const std::lock_guard lock{mutex_};
    on_disk_ = event;
}

void StatusBook::removed(const std::string& server) {
    const std::lock_guard lock{mutex_};
    servers_.erase(server);
}

ServerStatus StatusBook::of(const std::string& server) const {
    ServerStatus status;
    status.server = server;
    const std::lock_guard lock{mutex_};
    const auto found = servers_.find(server);
    if (found == servers_.end()) return status;
    const Seen& seen = found->second;
    status.state = seen.failing ? ServerStatus::State::failing : ServerStatus::State::ok;
    status.failures = seen.failures;
    status.sessions = seen.sessions;
    if (seen.look) {
        status.last_look = seen.look->at().wall;
        status.level = static_cast<std::uint32_t>(seen.look->level());
        status.kind = policy::to_string(seen.look->kind());
    }
    if (seen.failing) {
        status.error = core::describe(seen.error);
        status.error_name = core::name_of(seen.error.code);
        status.code = seen.error.code.value();
    }
    return status;
}

std::map<std::string, std::shared_ptr<const PackedLook>> StatusBook::looks() const {
    const std::lock_guard lock{mutex_};
    std::map<std::string, std::shared_ptr<const PackedLook>> looks;
    for (const auto& [server, seen] : servers_)
        if (seen.look) looks.emplace(server, seen.look);
    return looks;
}

std::vector<LastVisit> StatusBook::visits() const {
    const std::lock_guard lock{mutex_};
    std::vector<LastVisit> visits;
    for (const auto& [server, seen] : servers_) visits.push_back(seen.visit);
    return visits;
}

Watcher::Configuration StatusBook::on_disk() const {
    const std::lock_guard lock{mutex_};
    return on_disk_;
}

}  // namespace curfew::daemon
