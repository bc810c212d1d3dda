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

// A session of this look or of the one before.
struct Seen {
    core::SteadyTime started;
    const Clocks* before;  // null: of this look
    std::size_t now;
};

// All clocks that run for each of them, as young as the youngest.
Clocks common(std::span<const Seen> same) {
    std::optional<Clocks> result;
    for (const Seen& seen : same) {
        if (!seen.before) continue;
        if (!result) {
            result = *seen.before;
            continue;
        }
        Clocks both;
        for (const RunningFor& clock : *result) {
            if (const auto* other = find(*seen.before, clock.rule))
                both.push_back({clock.rule, std::max(clock.since, other->since)});
        }
        result = std::move(both);
    }
    return result.value_or(Clocks{});
}

class Recall {
  public:
    Recall(const ServerMemory& memory, const Policy& policy, const ServerLook& look,
           const std::vector<Decision>& decisions)
        : policy_(policy), look_(look) {
        for (const Decision& decision : decisions) now_.push_back(begun(policy, decision, look.at.steady));
        for (std::size_t i = 0; i < now_.size(); ++i) {
            if (!now_[i].empty()) pairs_[key(look.sessions[i])];
        }
        for (std::size_t i = 0; i < now_.size(); ++i) {
            const auto pair = pairs_.find(key(look.sessions[i]));
            if (pair != pairs_.end()) pair->second.now.push_back(i);
        }
        read(memory);
        for (const auto& [names, pair] : pairs_) continue_clocks(pair);
    }

    // Of every session of the look, in its order.
    const std::vector<Clocks>& clocks() const { return now_; }

    ServerMemory written() const {
        ServerMemory memory;
        memory.at = look_.at.steady;
        std::map<std::size_t, std::size_t> places;
        for (const auto& [names, pair] : pairs_) {
            for (const std::size_t i : pair.now) {
                RememberedSession session{names.first, names.second, look_.sessions[i].started, {}};
                // A session of unknown start cannot be known again.
                if (session.started) session.running = now_[i];
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
    using Names = std::pair<std::string, std::string>;
    struct SamePair {
        std::vector<std::pair<std::optional<core::SteadyTime>, Clocks>> before;
        std::vector<std::size_t> now;
    };

    static Names key(const SessionFacts& session) { return {session.client_key, session.user_key}; }

    void read(const ServerMemory& memory) {
        std::vector<std::optional<std::size_t>> index_of;  // in the policy, by that in the memory
        for (const RuleKey& known : memory.rules) {
            const auto found = std::find_if(policy_.rules.begin(), policy_.rules.end(),
                                            [&](const Rule& rule) { return rule.key == known; });
            index_of.emplace_back();
            if (found != policy_.rules.end())
                index_of.back() = static_cast<std::size_t>(found - policy_.rules.begin());
        }
        for (const RememberedSession& session : memory.sessions) {
            const auto pair = pairs_.find({session.client_key, session.user_key});
            if (pair == pairs_.end()) continue;
            Clocks clocks;
            for (const RunningFor& clock : session.running) {
                if (const auto index = index_of[clock.rule]) clocks.push_back({*index, clock.since});
            }
            pair->second.before.emplace_back(session.started, std::move(clocks));
        }
    }

    void continue_clocks(const SamePair& pair) {
        std::vector<Seen> all;
        for (const auto& [started, clocks] : pair.before) {
            if (!started) return;
            all.push_back({*started, &clocks, 0});
        }
        for (const std::size_t i : pair.now) {
            if (!look_.sessions[i].started) return;
            all.push_back({*look_.sessions[i].started, nullptr, i});
        }
        std::sort(all.begin(), all.end(), [](const Seen& a, const Seen& b) { return a.started < b.started; });
        const auto apart = [](const Seen& a, const Seen& b) { return b.started - a.started > same_start; };
        for (auto first = all.begin(); first != all.end();) {
            auto last = std::adjacent_find(first, all.end(), apart);
            if (last != all.end()) ++last;
            continue_clocks(std::span<const Seen>{first, last});
            first = last;
        }
    }

    // Starts that are near to each other one by one may be far apart in the end.
    static bool was_there(std::span<const Seen> same, const Seen& now) {
        return std::any_of(same.begin(), same.end(), [&](const Seen& seen) {
            const auto between =
                seen.started > now.started ? seen.started - now.started : now.started - seen.started;
            return seen.before && between <= same_start;
        });
    }

    // Nobody can tell which of `same` is which.
    void continue_clocks(std::span<const Seen> same) {
        const auto before =
            std::count_if(same.begin(), same.end(), [](const Seen& seen) { return seen.before; });
        if (std::ssize(same) - before > before) return;
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
    std::map<Names, SamePair> pairs_;
    std::vector<Clocks> now_;
};

}  // namespace

void remember(ServerMemory& memory, const Policy& policy, const ServerLook& look,
              std::vector<Decision>& decisions) {
    const bool in_time = memory.at && look.at.steady - *memory.at <= policy.late_after;
    if (!in_time) memory.forget();
    const Recall recall{memory, policy, look, decisions};
    memory = recall.written();
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        Decision& decision = decisions[i];
        const bool same_session = look.sessions[i].started.has_value();
        const auto held = [&](std::size_t rule) {
            const auto* clock = find(recall.clocks()[i], rule);
            return clock && same_session ? look.at.steady - clock->since : core::SteadyTime::duration{0};
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
