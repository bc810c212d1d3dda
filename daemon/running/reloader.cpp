#include "daemon/running/reloader.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "config/reload_check.hpp"
#include "daemon/fleet/sayings.hpp"
#include "policy/fleet_plan.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

using Is = Reloaded::Is;

bool same_connection(const config::Config& before, const config::Server& a, const config::Config& after,
                     const config::Server& b) {
    const auto credential = [](const config::Config& config, const config::Server& server) {
        const auto found = config.credentials.find(server.credentials);
        return found == config.credentials.end() ? nullptr : &found->second;
    };
    const auto* one = credential(before, a);
    const auto* other = credential(after, b);
    return a.spec == b.spec && one && other && *one == *other;
}

std::string in_words(const config::Diagnostic& diagnostic) {
    return config::to_string(diagnostic);
}

// A rule with a `for` would end them when it is over: to be warned then is too late.
policy::Policy without_waiting(policy::Policy policy) {
    for (auto& rule : policy.rules) rule.hold.reset();
    return policy;
}

std::string not_that_one(const std::string& confirmed, const std::string& but, const std::string& digest) {
    constexpr std::size_t as_shown = 12;
    return "confirmed was " + confirmed.substr(0, as_shown) + ", but " + but + digest.substr(0, as_shown);
}

std::string trip_in_words(const policy::Trip& trip) {
    return "rule '" + trip.rule.name + "' would end " + std::to_string(trip.would_end) + " of the " +
           std::to_string(trip.of) + " sessions known " +
           (trip.server ? "on " + *trip.server : std::string{"on the fleet"}) + ", more than its share";
}

}  // namespace

std::vector<policy::ServerLook> looks_under(const Edition& edition, const FleetState& fleet,
                                            const StatusBook& book, core::SteadyTime now) {
    std::vector<policy::ServerLook> looks;
    for (const auto& [name, look] : book.looks()) {
        const auto* server = edition.server(name);
        if (!server || !fleet.is_known(name, look->at().steady, now)) continue;
        looks.push_back(look->unpacked());
        looks.back().server.traits = server->traits;
    }
    return looks;
}

Reloader::Reloader(Runtime& runtime, Scheduler& scheduler, StatusBook& book, Watcher& watchers)
    : runtime_(runtime),
      scheduler_(scheduler),
      book_(book),
      watchers_(watchers),
      since_(runtime.clock.now().wall) {}

Reloader::Places Reloader::places() const {
    const std::lock_guard lock{mutex_};
    return places_;
}

core::WallTime Reloader::in_force_since() const {
    const std::lock_guard lock{mutex_};
    return since_;
}

Reloaded Reloader::read(const ReloadRequest& asked) {
    const std::lock_guard turn{one_at_a_time_};
    auto loaded = config::load(runtime_.config->path);
    {
        const std::lock_guard lock{mutex_};
        places_ = {loaded.watched_files, loaded.watched_directories};
    }
    auto reloaded = judge(std::move(loaded), asked);
    // What does not wait by itself was kept from coming into force by this question only: no news for others.
    if (reloaded.is != Is::waits || !reloaded.reasons.empty()) say(reloaded);
    return reloaded;
}

Reloaded Reloader::judge(config::Loaded loaded, const ReloadRequest& asked) {
    Reloaded out;
    for (const auto& diagnostic : loaded.diagnostics) {
        auto& where = diagnostic.severity == config::Severity::error ? out.reasons : out.warnings;
        where.push_back(in_words(diagnostic));
    }
    if (!loaded.config) {
        out.is = Is::refused;
        return out;
    }
    out.reasons.clear();
    out.digest = loaded.config->digest;
    const auto edition = runtime_.fleet.edition();
    const bool another = asked.digest && !out.digest.starts_with(*asked.digest);
    if (out.digest == edition->config().digest) {
        if (another)
            out.not_that_one = not_that_one(*asked.digest, "nothing waits, and in force is ", out.digest);
        return out;
    }
    if (another) out.not_that_one = not_that_one(*asked.digest, "the file is now ", out.digest);
    out.changed = config::what_changed(edition->config(), *loaded.config);
    out.reasons = reasons_to_wait(loaded.config);
    // What nobody was told of nobody can have agreed to: another edit may have come since.
    const bool agreed = asked.confirm && !another && out.digest == waits_;
    if (another || (!out.reasons.empty() && !agreed)) {
        if (!out.reasons.empty()) waits_ = out.digest;
        out.is = Is::waits;
        return out;
    }
    waits_.clear();
    put_into_force(loaded.config, loaded.texts);
    out.is = Is::in_force;
    return out;
}

std::vector<std::string> Reloader::reasons_to_wait(const std::shared_ptr<const config::Config>& next) const {
    const auto edition = runtime_.fleet.edition();
    auto reasons = config::check_reload(edition->config(), *next).reasons;
    if (edition->config().reload == config::Reload::confirm)
        reasons.insert(reasons.begin(), "`reload: confirm` makes every change wait");
    const Edition then{next};
    const auto now = runtime_.clock.now().steady;
    const auto looks = looks_under(then, runtime_.fleet, book_, now);
    policy::FleetMemory memory;
    memory.trips.latch(runtime_.fleet.trips());
    const bool complete = looks.size() == next->servers.size();
    for (const auto& trip :
         policy::plan_fleet(without_waiting(next->policy), looks, complete, memory, now).trips)
        reasons.push_back(trip_in_words(trip));
    return reasons;
}

void Reloader::put_into_force(const std::shared_ptr<const config::Config>& next,
                              const std::vector<config::FileText>& texts) {
    auto& fleet = runtime_.fleet;
    const auto before = fleet.edition();
    const bool same_names = next->client_names == before->config().client_names;
    auto names = same_names ? before->names() : client_names_for(*next, runtime_.clock, runtime_.log);
    if (names && !same_names) {
        const auto used_within = policy::longest_apart + 2 * next->polling.interval +
                                 std::chrono::ceil<core::Seconds>(next->polling.timeout);
        names->keep_fresh(runtime_.threads.next(), used_within);
    }
    const auto edition = std::make_shared<const Edition>(next, std::move(names));
    runtime_.backends.reconfigure(*next);

    // What takes long first: the rest is one moment.
    std::vector<std::string> leave;
    for (const auto& server : before->config().servers) {
        const auto* same = edition->server(server.traits.name);
        if (!same || !same_connection(before->config(), server, *next, *same))
            leave.push_back(server.traits.name);
    }
    auto looks = looks_under(*edition, fleet, book_, runtime_.clock.now().steady);
    std::erase_if(looks, [&](const policy::ServerLook& look) {
        return std::find(leave.begin(), leave.end(), look.server.traits.name) != leave.end();
    });
    std::vector<policy::ServerPlan> plans;
    for (const auto& look : looks) plans.push_back(policy::plan_server(edition->policy(), look));
    std::vector<FleetState::Decided> decided;
    for (std::size_t i = 0; i < looks.size(); ++i) decided.push_back({looks[i], plans[i]});

    Scheduler::Change change{next->polling, {}, {}};
    for (const auto& name : leave) {
        book_.removed(name);
        auto member = runtime_.members.remove(name);
        if (!member) continue;
        member->gone = true;
        change.gone.push_back(std::move(member));
    }
    std::vector<std::string> come;
    for (const auto& server : next->servers) {
        if (runtime_.members.find(server.traits.name)) continue;
        change.come.push_back(runtime_.member_for(server));
        runtime_.members.add(change.come.back());
        come.push_back(server.traits.name);
    }
    const auto over = fleet.come_into_force(edition, decided, leave, come);
    const auto gone = change.gone;
    scheduler_.change(std::move(change));
    for (const auto& member : gone) let_go(member);
    if (!same_names && before->names()) {
        // A question of theirs may still be under way.
        before->names()->stop();
        retired_names_.push_back(before->names());
    }
    runtime_.log.set_level(next->log.level);
    say_rules_off(runtime_.log, edition->policy(), runtime_.clock.now().wall);
    if (recorder_) {
        for (const auto& trip : over) recorder_->resumed(trip, "an edit of the rule");
        recorder_->configured(*edition, texts);
    }
    {
        const std::lock_guard lock{mutex_};
        since_ = runtime_.clock.now().wall;
    }
    if (in_force) in_force(*next);
}

// What it looks at is left; what it ends it ends first, and closes its connection then.
void Reloader::let_go(const Members::Shared& member) {
    constexpr core::Milliseconds farewell{1000};
    auto leave = [](Members::Shared who, core::SteadyTime deadline) -> asio::awaitable<void> {
        if (who->at_the_gate) co_return;  // the visit closes it
        who->api->cancel();
        if (!who->visited) co_await who->api->close(deadline);
    };
    const auto deadline = runtime_.clock.now().steady + farewell;
    asio::co_spawn(member->strand, leave(member, deadline), asio::detached);
}

void Reloader::say(const Reloaded& reloaded) {
    std::string all = std::to_string(static_cast<int>(reloaded.is)) + reloaded.digest;
    for (const auto& reason : reloaded.reasons) all += '\n' + reason;
    {
        const std::lock_guard lock{mutex_};
        if (said_ == all && reloaded.is != Is::in_force) return;
        said_ = all;
    }
    auto& log = runtime_.log;
    Watcher::Configuration told{Watcher::Configuration::Is::unchanged, reloaded.digest, reloaded.reasons};
    switch (reloaded.is) {
        case Is::in_force:
            told.is = Watcher::Configuration::Is::in_force;
            log.info("config_in_force", {{"digest", reloaded.digest}, {"changed", reloaded.changed}});
            break;
        case Is::unchanged: break;
        case Is::refused:
            told.is = Watcher::Configuration::Is::refused;
            for (const auto& reason : reloaded.reasons) log.error("config_error", {{"message", reason}});
            log.error("config_refused",
                      {{"errors", std::uint64_t{reloaded.reasons.size()}},
                       {"message", "the file on disk is not in force; what was in force stays so"}});
            break;
        case Is::waits:
            told.is = Watcher::Configuration::Is::waits;
            for (const auto& reason : reloaded.reasons)
                log.warning("config_waits", {{"digest", reloaded.digest}, {"reason", reason}});
            log.warning("config_waits",
                        {{"digest", reloaded.digest},
                         {"changed", reloaded.changed},
                         {"reason", "read `curfew diff`, and say `curfew reload --confirm`"}});
            break;
    }
    watchers_.configuration(told);
}

}  // namespace curfew::daemon
