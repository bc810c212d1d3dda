#include "daemon/notify/notifier.hpp"

#include <utility>

namespace curfew::daemon {
namespace {

// Whoever reports what happens has better things to do than to care for what becomes of it here.
template <class F> void quietly(F&& work) noexcept {
    try {
        work();
    } catch (...) {
        return;
    }
}

bool is_limit(policy::Why why) {
    return why == policy::Why::limit_per_target || why == policy::Why::limit_per_server ||
           why == policy::Why::limit_fleet;
}

// Null: by hand.
const policy::Rule* rule_of(const policy::Policy& policy, std::size_t rule) {
    return rule < policy.rules.size() ? &policy.rules[rule] : nullptr;
}
std::string name_of(const policy::Rule* rule) {
    return rule ? rule->key.name : "(by hand)";
}

std::string sessions(std::uint64_t n) {
    return std::to_string(n) + (n == 1 ? " session" : " sessions");
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

std::string wanted_by(const Watcher::Passed& event, const std::string& rule) {
    if (event.by == Watcher::By::hand) return "by hand, by " + event.who;
    if (event.by == Watcher::By::ban) return event.reason + ", by " + event.who;
    const auto text = "rule \"" + rule + "\"";
    return event.by == Watcher::By::apply ? text + ", applied by " + event.who : text;
}

std::string sentence_of(const std::string& whose, Outcome outcome) {
    switch (outcome) {
        case Outcome::ended: return "Ended " + whose;
        case Outcome::already_gone: return "Was to end " + whose + ", and nobody was there any more";
        case Outcome::still_there:
            return "Was to end " + whose + ": the server said yes, and they are still there";
        case Outcome::unknown: return "Was to end " + whose + ": what became of it is unknown";
        default: return "Was to end " + whose + ": the server refused";
    }
}

}  // namespace

void Notifier::looked(const Looked& event) {
    quietly([&] {
        {
            const std::lock_guard lock{mutex_};
            if (lost_.erase(event.server) == 0) return;
        }
        tell_({config::News::server_found,
               Severity::info,
               "The server " + event.server + " answers again.",
               {{"server", event.server}, {"failures", std::uint64_t{event.failures_before}}}});
    });
}

void Notifier::failed(const Failed& event) {
    quietly([&] {
        {
            const std::lock_guard lock{mutex_};
            // Counted anew: it left the fleet and came back.
            if (event.failures < failures_to_be_lost) lost_.erase(event.server);
            if (event.failures < failures_to_be_lost || !lost_.insert(event.server).second) return;
        }
        const auto message = core::describe(event.error);
        tell_({config::News::server_lost,
               Severity::warning,
               "The server " + event.server + " does not answer: " + message,
               {{"server", event.server},
                {"error", core::name_of(event.error.code)},
                {"code", event.error.code.value()},
                {"failures", std::uint64_t{event.failures}},
                {"message", message}}});
    });
}

void Notifier::withheld(const WithheldThere& event) {
    if (!is_limit(event.withheld.why)) return;
    quietly([&] {
        const auto& held = event.withheld;
        const auto rule = name_of(held.rule ? rule_of(event.policy, *held.rule) : nullptr);
        held_back({event.server, rule, held.why, held.client, held.user, held.detail});
    });
}

bool Notifier::is_new(const Held& held) {
    const auto now = clock_.now().steady;
    const std::lock_guard lock{mutex_};
    const auto [entry, first] = limits_.try_emplace({held.server, held.rule, held.why}, now);
    const bool over = !first && now - entry->second >= limit_is_over_after;
    entry->second = now;
    if (now - tidied_ >= limit_is_over_after) {
        std::erase_if(limits_, [&](const auto& one) { return now - one.second >= limit_is_over_after; });
        tidied_ = now;
    }
    return first || over;
}

void Notifier::held_back(const Held& held) {
    if (!is_new(held)) return;
    Story story{config::News::limit,
                Severity::warning,
                "The limit \"" +
                    std::string{policy::to_string(held.why).substr(std::string_view{"limit "}.size())} +
                    "\" holds the rule \"" + held.rule + "\" back on " + held.server + ", first for " +
                    held.user + " from " + held.client + ".",
                {{"server", held.server},
                 {"client", held.client},
                 {"user", held.user},
                 {"rule", held.rule},
                 {"why", policy::to_string(held.why)}}};
    if (!held.detail.empty()) story.fields.emplace_back("detail", held.detail);
    tell_(story);
}

void Notifier::passed(const Passed& event) {
    const auto& verdict = event.verdict;
    if (event.by == By::rule && verdict.kind == Verdict::Kind::withheld && is_limit(verdict.why)) {
        quietly([&] {
            held_back({event.server, name_of(rule_of(event.policy, event.wanted.rule)), verdict.why,
                       event.wanted.client.text(), event.wanted.user.text(), verdict.detail});
        });
    }
    if (verdict.kind != Verdict::Kind::settled) return;
    const auto outcome = verdict.result.outcome;
    const bool called = outcome == Outcome::ended || outcome == Outcome::already_gone ||
                        outcome == Outcome::still_there || outcome == Outcome::unknown ||
                        outcome == Outcome::error;
    if (!called) return;
    quietly([&] {
        const bool by_policy = event.by == By::rule || event.by == By::apply;
        const auto* rule = by_policy ? rule_of(event.policy, event.wanted.rule) : nullptr;
        const std::string ended_by = event.by == By::ban ? "(ban)" : name_of(rule);
        const auto& error = verdict.result.error;
        const auto& client = event.wanted.client.text();
        const auto& user = event.wanted.user.text();
        const bool good = outcome == Outcome::ended || outcome == Outcome::already_gone;
        const auto message = error.code ? core::describe(error) : std::string{};
        Story story{config::News::disconnect, good ? Severity::info : Severity::warning, {}, {}};
        story.text = sentence_of(sessions(verdict.sessions) + " of " + user + " from " + client + " on " +
                                     event.server,
                                 outcome) +
                     " (" + wanted_by(event, ended_by) + ")." + (message.empty() ? "" : " " + message);
        story.fields = {{"server", event.server},
                        {"client", client},
                        {"user", user},
                        {"sessions", verdict.sessions},
                        {"rule", ended_by}};
        if (event.by != By::rule) {
            story.fields.emplace_back("by", text_of(event.by));
            story.fields.emplace_back("who", event.who);
        }
        if (!event.reason.empty()) story.fields.emplace_back("reason", event.reason);
        if (rule && !rule->reason.empty()) story.fields.emplace_back("reason", rule->reason);
        if (rule && !rule->owner.empty()) story.fields.emplace_back("owner", rule->owner);
        if (rule && !rule->ticket.empty()) story.fields.emplace_back("ticket", rule->ticket);
        story.fields.emplace_back("outcome", to_string(outcome));
        if (error.code) {
            story.fields.emplace_back("error", core::name_of(error.code));
            story.fields.emplace_back("code", error.code.value());
            story.fields.emplace_back("message", message);
        }
        if (!verdict.result.detail.empty()) story.fields.emplace_back("detail", verdict.result.detail);
        tell_(story);
    });
}

void Notifier::tripped(const policy::Trip& trip) {
    quietly([&] {
        const std::string where = trip.server ? "on " + *trip.server : "on the whole fleet";
        tell_({config::News::tripped,
               Severity::critical,
               "The rule \"" + trip.rule.name + "\" would end " + std::to_string(trip.would_end) + " of " +
                   sessions(trip.of) + " " + where +
                   ", more than its share. It ends nothing there until a person resumes it or edits it.",
               {{"rule", trip.rule.name},
                {"server", trip.server.value_or("(the whole fleet)")},
                {"would_end", trip.would_end},
                {"of", trip.of}}});
    });
}

void Notifier::configuration(const Configuration& event) {
    using Is = Configuration::Is;
    quietly([&] {
        {
            const std::lock_guard lock{mutex_};
            const bool same =
                event.is == last_.is && event.digest == last_.digest && event.reasons == last_.reasons;
            last_ = event;
            if (same || event.is == Is::unchanged) return;
        }
        Story story{config::News::config_applied, Severity::info, {}, {}, event.reasons};
        if (!event.digest.empty()) story.fields.emplace_back("digest", event.digest);
        const auto first = event.reasons.empty() ? std::string{} : ": " + event.reasons.front();
        switch (event.is) {
            case Is::in_force:
                story.text = "This configuration is in force: " + event.digest.substr(0, 12);
                break;
            case Is::refused:
                story.event = config::News::config_refused;
                story.severity = Severity::warning;
                story.text = "The configuration on disk has errors and is not in force" + first;
                break;
            case Is::waits:
                story.event = config::News::config_waits;
                story.severity = Severity::warning;
                story.text = "The configuration on disk waits for 'curfew reload --confirm'" + first;
                break;
            case Is::unchanged: return;
        }
        tell_(story);
    });
}

void Notifier::audit_health(const std::string& trouble) {
    quietly([&] {
        const bool failed = !trouble.empty();
        {
            const std::lock_guard lock{mutex_};
            if (std::exchange(audit_failed_, failed) == failed) return;
        }
        if (failed) {
            tell_({config::News::audit_failed,
                   Severity::critical,
                   "The audit cannot be written, and nothing is ended: " + trouble,
                   {{"message", trouble}}});
        } else {
            tell_({config::News::audit_recovered, Severity::info, "The audit can be written again.", {}});
        }
    });
}

}  // namespace curfew::daemon
