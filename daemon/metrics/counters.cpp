#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "daemon/metrics/parts.hpp"

namespace curfew::daemon {
namespace {

double seconds(core::SteadyTime::duration time) {
    return std::chrono::duration<double>(time).count();
}

std::string rule_of(const Watcher::Passed& event) {
    if (event.by == Watcher::By::ban) return "(ban)";
    return event.by == Watcher::By::hand ? "(by hand)" : event.policy.rules[event.wanted.rule].key.name;
}

const char* text_of(Watcher::By by) {
    switch (by) {
        case Watcher::By::rule: return "rule";
        case Watcher::By::hand: return "hand";
        case Watcher::By::apply: return "apply";
        case Watcher::By::ban: return "ban";
    }
    return "";
}

}  // namespace

Metrics::Metrics() : counters_(std::make_unique<Counters>()) {
    // There from the start, so that a rate over them knows their zero.
    for (const char* result : {"ok", "failed"}) counters_->looks.Add({{"result", result}});
    for (const char* result : {"in_force", "refused", "waits"}) counters_->reloads.Add({{"result", result}});
}

Metrics::~Metrics() = default;

void Metrics::looked(const Looked& event) {
    counters_->looks.Add({{"result", "ok"}}).Increment();
    counters_->duration.Observe(seconds(event.took));
}

void Metrics::failed(const Failed& event) {
    counters_->looks.Add({{"result", "failed"}}).Increment();
    counters_->duration.Observe(seconds(event.took));
}

void Metrics::passed(const Passed& event) {
    const auto& verdict = event.verdict;
    // Withheld before there was an intent: nothing was begun.
    const bool begun = verdict.kind == Verdict::Kind::settled || verdict.kind == Verdict::Kind::refused ||
                       verdict.result.why.has_value();
    if (!begun) return;
    const std::string outcome = verdict.kind == Verdict::Kind::refused
                                    ? "refused by the audit"
                                    : std::string{to_string(verdict.result.outcome)};
    const auto rule = rule_of(event);
    const char* by = text_of(event.by);
    counters_->disconnects.Add({{"by", by}, {"rule", rule}, {"outcome", outcome}}).Increment();
    if (verdict.kind == Verdict::Kind::settled && verdict.result.outcome == Outcome::ended)
        counters_->ended.Add({{"by", by}, {"rule", rule}}).Increment(static_cast<double>(verdict.sessions));
}

void Metrics::tripped(const policy::Trip& trip) {
    counters_->trips.Add({{"rule", trip.rule.name}}).Increment();
}

void Metrics::configuration(const Configuration& event) {
    using Is = Configuration::Is;
    if (event.is == Is::unchanged) return;
    const char* result = event.is == Is::in_force  ? "in_force"
                         : event.is == Is::refused ? "refused"
                                                   : "waits";
    counters_->reloads.Add({{"result", result}}).Increment();
}

void Metrics::audit_health(const std::string& trouble) {
    if (!trouble.empty()) counters_->audit_failures.Increment();
}

}  // namespace curfew::daemon
