#pragma once
// The counters as prometheus-cpp has them. Only for this directory: its headers are heavy.

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "daemon/metrics/metrics.hpp"

namespace curfew::daemon {

struct Metrics::Counters {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& looks = prometheus::BuildCounter()
                                                         .Name("curfew_looks_total")
                                                         .Help("Looks at servers since the start, by result.")
                                                         .Register(registry);
    prometheus::Histogram& duration =
        prometheus::BuildHistogram()
            .Name("curfew_look_duration_seconds")
            .Help("How long looks took, failed ones included.")
            .Register(registry)
            .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                             0.25, 0.5, 1, 2.5, 5, 10, 30});
    prometheus::Family<prometheus::Counter>& disconnects =
        prometheus::BuildCounter()
            .Name("curfew_disconnects_total")
            .Help(
                "Disconnects that came as far as an intent in the audit, by who wanted them, rule and "
                "outcome.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& ended = prometheus::BuildCounter()
                                                         .Name("curfew_sessions_ended_total")
                                                         .Help("Sessions ended, by who wanted it and rule.")
                                                         .Register(registry);
    prometheus::Family<prometheus::Counter>& trips = prometheus::BuildCounter()
                                                         .Name("curfew_rule_trips_total")
                                                         .Help("How often a rule exceeded its share.")
                                                         .Register(registry);
    prometheus::Family<prometheus::Counter>& reloads =
        prometheus::BuildCounter()
            .Name("curfew_config_reloads_total")
            .Help("Edits of the configuration that were noticed, by what became of them.")
            .Register(registry);
    prometheus::Counter& audit_failures = prometheus::BuildCounter()
                                              .Name("curfew_audit_failures_total")
                                              .Help("How often the audit began to fail.")
                                              .Register(registry)
                                              .Add({});
};

}  // namespace curfew::daemon
