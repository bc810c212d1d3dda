#include <algorithm>

#include "policy/ban.hpp"
#include "policy/call.hpp"
#include "policy/targets.hpp"

namespace curfew::policy {
namespace {

class Banner {
  public:
    Banner(const Policy& policy, const ServerLook& look, const std::vector<Decision>& decisions,
           std::span<const Ban> bans)
        : policy_(policy), look_(look), decisions_(decisions), bans_(bans), targets_(look) {
        plan_.reach.resize(bans.size());
        for (std::size_t i = 0; i < look.sessions.size(); ++i) meant_.push_back(ban_of(i));
    }

    BanPlan run() {
        for (const Pair& pair : targets_.pairs()) {
            const auto named = std::find_if(pair.members.begin(), pair.members.end(),
                                            [&](std::size_t member) { return meant_[member].has_value(); });
            if (named != pair.members.end()) consider(*named);
        }
        return std::move(plan_);
    }

  private:
    struct Obstacle {
        Why why;
        std::string detail;
    };

    // Of several that mean a session, one that ends it.
    std::optional<std::size_t> ban_of(std::size_t session) {
        std::optional<std::size_t> found;
        for (std::size_t ban = 0; ban < bans_.size(); ++ban) {
            const Truth truth = bans_[ban].whom.matches(look_.sessions[session]);
            if (truth == Truth::unknown) ++plan_.reach[ban].doubtful;
            if (truth != Truth::yes) continue;
            ++plan_.reach[ban].certain;
            if (!binds(ban, session)) ++plan_.reach[ban].is_protected;
            if (!found || (!binds(*found, session) && binds(ban, session))) found = ban;
        }
        return found;
    }
    bool binds(std::size_t ban, std::size_t session) const {
        return !decisions_[session].protection || bans_[ban].override_protect;
    }
    bool is_banned(std::size_t session) const { return meant_[session] && binds(*meant_[session], session); }

    void consider(std::size_t named) {
        const std::size_t ban = *meant_[named];
        const SessionFacts& session = look_.sessions[named];
        auto targets = targets_.of(named);
        if (auto found = obstacle(named, targets)) {
            plan_.withheld.push_back({{session.reported.client, session.reported.user, std::nullopt,
                                       found->why, std::move(found->detail)},
                                      ban});
            return;
        }
        auto call = call_for(session);
        const auto idle = longest_idle(look_, targets);
        std::vector<std::size_t> by_rule;
        std::vector<std::size_t> rules;
        for (const std::size_t target : targets) {
            if (is_banned(target)) continue;
            by_rule.push_back(target);
            const std::size_t rule = *decisions_[target].rule;
            if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
        }
        plan_.disconnects.push_back({{.client = std::move(call->client),
                                      .user = std::move(call->user),
                                      .rule = 0,
                                      .targets = std::move(targets),
                                      .idle = idle},
                                     ban,
                                     std::move(by_rule),
                                     std::move(rules)});
    }

    // In the order of `Why`.
    std::optional<Obstacle> obstacle(std::size_t named, const std::vector<std::size_t>& targets) const {
        if (!is_banned(named)) return Obstacle{Why::is_protected, reason_of(named)};
        for (const std::size_t target : targets) {
            if (look_.sessions[target].own != Own::no)
                return Obstacle{Why::own_session,
                                who(look_.sessions[target]) + ": taken for curfew's own session"};
        }
        if (const auto missing = missing_name(look_.sessions[named])) return Obstacle{*missing, {}};
        for (const std::size_t target : targets) {
            if (is_banned(target) || (decisions_[target].ends() && decisions_[target].rule)) continue;
            const auto why =
                decisions_[target].protection ? "protected" : "neither banned nor ended by a rule";
            return Obstacle{Why::collateral, who(look_.sessions[target]) + ": " + why};
        }
        return std::nullopt;
    }
    const std::string& reason_of(std::size_t session) const {
        return policy_.protect[*decisions_[session].protection].reason;
    }

    const Policy& policy_;
    const ServerLook& look_;
    const std::vector<Decision>& decisions_;
    std::span<const Ban> bans_;
    Targets targets_;
    std::vector<std::optional<std::size_t>> meant_;  // by session
    BanPlan plan_;
};

}  // namespace

Limits ban_limits() {
    constexpr core::Seconds minute{60};
    return {.per_server = {{60, minute}},
            .fleet = {{600, minute}},
            .per_target = {{60, minute}},
            .share_fleet = {},
            .share_server = {}};
}

BanPlan plan_bans(const Policy& policy, const ServerLook& look, const std::vector<Decision>& decisions,
                  std::span<const Ban> bans) {
    if (bans.empty()) return {};
    return Banner{policy, look, decisions, bans}.run();
}

}  // namespace curfew::policy
