#include "policy/memory.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace curfew::policy {
namespace {

constexpr core::Seconds same_start{2};

// With rules by their index in the policy.
using Clocks = std::vector<RunningFor>;

const RunningFor* find(const Clocks& clocks, std::size_t rule) {
    const auto found = std::find_if(clocks.begin(), clocks.end(),
                                    [&](const RunningFor& clock) { return clock.rule == rule; });
    return found == clocks.end() ? nullptr : &*found;
}

// The rules with a `for` that decide for the session, or would if they did not only observe.
Clocks begun(const Policy& policy, const Decision& decision, core::SteadyTime at) {
    Clocks clocks;
    if (decision.protection) return clocks;
    for (const std::size_t rule : decision.observed) {
        if (policy.rules[rule].hold) clocks.push_back({rule, at});
    }
    if (decision.pending) clocks.push_back({*decision.rule, at});
    return clocks;
}

// What is remembered of a session, with the clocks of rules that are still there.
struct Past {
    Clocks clocks;
    std::optional<core::SteadyTime> quiet_since;
    std::optional<core::SteadyTime> last_open;
};

// A session of this look or of the one before.
struct Seen {
    core::SteadyTime started;
    const Past* before;  // null: of this look
    std::size_t now;
};

// All clocks that run for each of them, as young as the youngest.
Clocks common(std::span<const Seen> same) {
    std::optional<Clocks> result;
    for (const Seen& seen : same) {
        if (!seen.before) continue;
        if (!result) {
            result = seen.before->clocks;
            continue;
        }
        Clocks both;
        for (const RunningFor& clock : *result) {
            if (const auto* other = find(seen.before->clocks, clock.rule))
                both.push_back({clock.rule, std::max(clock.since, other->since)});
        }
        result = std::move(both);
    }
    return result.value_or(Clocks{});
}

using Names = std::pair<std::string, std::string>;
Names key(const SessionFacts& session) {
    return {session.client_key, session.user_key};
}

struct SamePair {
    std::vector<std::pair<std::optional<core::SteadyTime>, Past>> before;
    std::vector<std::size_t> now;
};
using Pairs = std::map<Names, SamePair>;

void read(const ServerMemory& memory, const Policy& policy, Pairs& pairs) {
    std::vector<std::optional<std::size_t>> index_of;  // in the policy, by that in the memory
    for (const RuleKey& known : memory.rules) {
        const auto found = std::find_if(policy.rules.begin(), policy.rules.end(),
                                        [&](const Rule& rule) { return rule.key == known; });
        index_of.emplace_back();
        if (found != policy.rules.end())
            index_of.back() = static_cast<std::size_t>(found - policy.rules.begin());
    }
    for (const RememberedSession& session : memory.sessions) {
        const auto pair = pairs.find({session.client_key, session.user_key});
        if (pair == pairs.end()) continue;
        Past past{{}, session.quiet_since, session.last_open};
        for (const RunningFor& clock : session.running) {
            if (const auto index = index_of[clock.rule]) past.clocks.push_back({*index, clock.since});
        }
        pair->second.before.emplace_back(session.started, std::move(past));
    }
}

// Hands `visit` those that nobody can tell apart, as often as there are such.
template <class Visit> void each_group(const SamePair& pair, const ServerLook& look, const Visit& visit) {
    std::vector<Seen> all;
    for (const auto& [started, past] : pair.before) {
        if (!started) return;
        all.push_back({*started, &past, 0});
    }
    for (const std::size_t i : pair.now) {
        if (!look.sessions[i].started) return;
        all.push_back({*look.sessions[i].started, nullptr, i});
    }
    std::sort(all.begin(), all.end(), [](const Seen& a, const Seen& b) { return a.started < b.started; });
    const auto apart = [](const Seen& a, const Seen& b) { return b.started - a.started > same_start; };
    for (auto first = all.begin(); first != all.end();) {
        auto last = std::adjacent_find(first, all.end(), apart);
        if (last != all.end()) ++last;
        const std::span<const Seen> same{first, last};
        const auto before =
            std::count_if(same.begin(), same.end(), [](const Seen& seen) { return seen.before; });
        if (std::ssize(same) - before <= before) visit(same);
        first = last;
    }
}

// Starts that are near to each other one by one may be far apart in the end.
bool was_there(std::span<const Seen> same, const Seen& now) {
    return std::any_of(same.begin(), same.end(), [&](const Seen& seen) {
        const auto between =
            seen.started > now.started ? seen.started - now.started : now.started - seen.started;
        return seen.before && between <= same_start;
    });
}

// As long as the shortest of them was, and perhaps as long as the longest. What was seen last may be of the
// moment of the question already, or only of that of the answer.
QuietTime quiet_of(std::span<const Seen> same, const QuietTime& by_itself, const ServerLook& look) {
    const core::SteadyTime at = look.at.steady;
    std::optional<core::SteadyTime> since = core::SteadyTime::min();
    std::optional<core::SteadyTime> open = core::SteadyTime::max();
    for (const Seen& seen : same) {
        if (!seen.before) continue;
        since = seen.before->quiet_since && since ? std::max(since, seen.before->quiet_since) : std::nullopt;
        open = seen.before->last_open && open ? std::min(open, seen.before->last_open) : std::nullopt;
    }
    QuietTime out = by_itself;
    if (since) out.at_least = std::max(look.asked_at() - *since, core::SteadyTime::duration{0});
    if (open && (!out.at_most || at - *open < *out.at_most)) out.at_most = at - *open;
    if (out.at_most) out.at_least = std::min(out.at_least, *out.at_most);
    return out;
}

class Recall {
  public:
    Recall(const ServerMemory& memory, const Policy& policy, const ServerLook& look,
           const std::vector<Decision>& decisions)
        : policy_(policy), look_(look), of_all_(asks_for_quiet(policy)) {
        for (const Decision& decision : decisions) now_.push_back(begun(policy, decision, look.at.steady));
        for (std::size_t i = 0; i < now_.size(); ++i) {
            if (of_all_ || !now_[i].empty()) pairs_[key(look.sessions[i])];
        }
        for (std::size_t i = 0; i < now_.size(); ++i) {
            const auto pair = pairs_.find(key(look.sessions[i]));
            if (pair != pairs_.end()) pair->second.now.push_back(i);
        }
        read(memory, policy, pairs_);
        for (const auto& [names, pair] : pairs_)
            each_group(pair, look, [&](std::span<const Seen> same) { continue_clocks(same); });
    }

    // Of every session of the look, in its order.
    const std::vector<Clocks>& clocks() const { return now_; }

    ServerMemory written() const {
        ServerMemory memory;
        memory.at = look_.at.steady;
        std::map<std::size_t, std::size_t> places;
        for (const auto& [names, pair] : pairs_) {
            for (const std::size_t i : pair.now) {
                RememberedSession session{names.first, names.second, look_.sessions[i].started, {}, {}, {}};
                // A session of unknown start cannot be known again.
                if (session.started) session.running = now_[i];
                if (session.started && of_all_) write_quiet(look_.sessions[i], session);
                for (RunningFor& clock : session.running) {
                    const auto [place, is_new] = places.try_emplace(clock.rule, memory.rules.size());
                    if (is_new) memory.rules.push_back(policy_.rules[clock.rule].key);
                    clock.rule = place->second;
                }
                memory.sessions.push_back(std::move(session));
            }
        }
        return memory;
    }

  private:
    void write_quiet(const SessionFacts& facts, RememberedSession& session) const {
        if (!facts.quiet) return;
        const bool open = *facts.reported.open_files > 0;
        const bool is_proven = facts.quiet->at_least > core::SteadyTime::duration{0};
        if (!open)
            session.quiet_since = is_proven ? look_.asked_at() - facts.quiet->at_least : look_.at.steady;
        if (open)
            session.last_open = look_.asked_at();
        else if (facts.quiet->at_most)
            session.last_open = look_.at.steady - *facts.quiet->at_most;
    }

    // Nobody can tell which of `same` is which.
    void continue_clocks(std::span<const Seen> same) {
        const Clocks proven = common(same);
        for (const Seen& seen : same) {
            if (seen.before || !was_there(same, seen)) continue;
            for (RunningFor& clock : now_[seen.now]) {
                if (const auto* known = find(proven, clock.rule))
                    clock.since = std::max(known->since, seen.started);
            }
        }
    }

    const Policy& policy_;
    const ServerLook& look_;
    bool of_all_;
    Pairs pairs_;
    std::vector<Clocks> now_;
};

bool in_time(const ServerMemory& memory, const Policy& policy, const ServerLook& look) {
    return memory.at && look.at.steady - *memory.at <= policy.late_after;
}

}  // namespace

void know_quiet(const ServerMemory& memory, const Policy& policy, ServerLook& look) {
    if (!asks_for_quiet(policy) || !in_time(memory, policy, look)) return;
    Pairs pairs;
    for (std::size_t i = 0; i < look.sessions.size(); ++i) pairs[key(look.sessions[i])].now.push_back(i);
    read(memory, policy, pairs);
    for (const auto& [names, pair] : pairs) {
        each_group(pair, look, [&](std::span<const Seen> same) {
            for (const Seen& seen : same) {
                if (seen.before || !was_there(same, seen)) continue;
                SessionFacts& session = look.sessions[seen.now];
                if (session.quiet && *session.reported.open_files == 0)
                    session.quiet = quiet_of(same, *session.quiet, look);
            }
        });
    }
}

bool asks_for_quiet(const Policy& policy) {
    const auto asks = [](const auto& entry) { return asks_for_quiet(entry.when); };
    return std::any_of(policy.rules.begin(), policy.rules.end(), asks) ||
           std::any_of(policy.protect.begin(), policy.protect.end(), asks);
}

void remember(ServerMemory& memory, const Policy& policy, const ServerLook& look,
              std::vector<Decision>& decisions) {
    if (!in_time(memory, policy, look)) memory.forget();
    const Recall recall{memory, policy, look, decisions};
    memory = recall.written();
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        Decision& decision = decisions[i];
        const bool same_session = look.sessions[i].started.has_value();
        const auto held = [&](std::size_t rule) {
            const auto* clock = find(recall.clocks()[i], rule);
            constexpr core::SteadyTime::duration none{0};
            return clock && same_session ? std::max(look.asked_at() - clock->since, none) : none;
        };
        std::erase_if(decision.observed, [&](std::size_t rule) {
            const auto& hold = policy.rules[rule].hold;
            return hold && held(rule) < *hold;
        });
        if (!decision.pending) continue;
        const auto so_far = held(*decision.rule);
        if (so_far >= decision.pending->hold) {
            decision.pending.reset();
        } else {
            decision.pending->held = std::chrono::floor<core::Seconds>(so_far);
            decision.pending->same_session = same_session;
        }
    }
}

}  // namespace curfew::policy
