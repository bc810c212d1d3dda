// Any bytes as a scenario of a lab: an answer, with a place in every diagnostic, never both a scenario and an
// error, and nothing in a scenario that a lab could not live with.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "config/lab/scenario.hpp"
#include "core/text/utf.hpp"

namespace {

namespace lab = curfew::core::lab;

void check(bool holds) {
    if (!holds) std::abort();
}

void check(const lab::LabSession& session) {
    check(session.count == 1 && session.idle <= session.connected);
    if (!session.habit) return;
    check(session.habit->works.least.count() > 0 && session.habit->works.least <= session.habit->works.most);
    check(session.habit->pauses.least <= session.habit->pauses.most);
    check(session.habit->leaves >= 0 && session.habit->leaves <= 1);
}

void check(const lab::Scenario& scenario) {
    check(scenario.speed > 0 && scenario.speed <= 100'000 && !scenario.accounts.empty());
    check(!scenario.servers.empty() && scenario.servers.size() <= curfew::config::most_lab_servers);
    std::set<std::string> names;
    std::uint64_t sessions = 0;
    for (const lab::LabServer& server : scenario.servers) {
        check(names.insert(curfew::core::fold_case(server.name)).second);
        check(server.min_dialect <= server.max_dialect);
        const auto each = lab::each_session(server);
        check(each.size() <= curfew::config::most_sessions_of_a_server);
        sessions += each.size();
        for (const lab::LabSession& session : each) check(session);
        for (const lab::TimedFault& fault : server.faults) check(!fault.until || *fault.until > fault.from);
    }
    check(sessions <= curfew::config::most_lab_sessions);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace curfew::config;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const LoadedScenario loaded = scenario_from_text(text, "lab.yaml");
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    bool error = false;
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
        error = error || diagnostic.severity == Severity::error;
        check(diagnostic.at.line > 0 && diagnostic.at.line <= lines && diagnostic.at.column > 0);
        check(!to_string(diagnostic).empty());
    }
    check(error != loaded.scenario.has_value());
    if (loaded.scenario) check(*loaded.scenario);
    return 0;
}
