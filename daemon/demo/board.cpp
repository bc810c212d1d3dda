#include "daemon/demo/board.hpp"

#include <algorithm>

#include "core/text/durations.hpp"

namespace curfew::daemon {
namespace {

using policy::Why;

constexpr std::size_t happenings_kept = 64;
constexpr std::size_t ended_kept = 32;
// An ended session stays on the board for a moment, so that its end can be seen.
constexpr core::Seconds ended_shown{600};

// So many of each at least, where there are so many; and who gets the room that is left.
constexpr std::array<std::pair<Standing, std::size_t>, 6> shares{{{Standing::ended, 3},
                                                                  {Standing::withheld, 2},
                                                                  {Standing::pending, 2},
                                                                  {Standing::exempt, 1},
                                                                  {Standing::ends, 1},
                                                                  {Standing::kept, 1}}};
constexpr std::array extras{Standing::kept,  Standing::pending, Standing::withheld,
                            Standing::ended, Standing::exempt,  Standing::ends};

bool more_telling(const SessionRow& a, const SessionRow& b) {
    const auto key = [](const SessionRow& row) {
        return std::make_tuple(-row.idle.value_or(core::Seconds{-1}).count(), row.server, row.client,
                               row.user);
    };
    return key(a) < key(b);
}

std::string idle_text(const std::optional<core::Seconds>& idle) {
    return idle ? ", idle " +
                      core::duration_text(core::Seconds{std::chrono::floor<std::chrono::minutes>(*idle)})
                : "";
}

}  // namespace

std::string Board::rule_name(const std::optional<std::size_t>& rule) const {
    return rule ? config_.policy.rules[*rule].key.name : std::string{};
}

void Board::happened(Standing standing, const std::string& server, const Pair& who, std::string what) {
    happened_.push_back({clock_.now().wall, standing, server, who.first, who.second, std::move(what)});
    if (tell) tell(happened_.back());
    if (happened_.size() > happenings_kept) happened_.pop_front();
}

// Said once for each reason, however often it comes back.
void Board::withhold(OnServer& server, const std::string& name, const Pair& who, Why why,
                     const std::string& rule, const std::string& detail) {
    server.withheld.insert(who);
    const std::string reason{to_string(why)};
    if (!server.told.emplace(who, why).second) return;
    ++tally_.withheld[reason];
    happened(why == Why::pending ? Standing::pending : Standing::withheld, name, who,
             rule + ": " + reason + (detail.empty() ? "" : ", " + detail));
}

void Board::looked(const Looked& event) {
    const auto& look = event.look;
    const auto& plan = event.plan;
    const std::lock_guard lock{mutex_};
    const auto& name = event.server;
    auto& server = servers_[name];
    ++tally_.looks;
    server.silent = false;
    server.rows.clear();
    server.withheld.clear();

    std::map<Pair, const policy::Withheld*> withheld;
    for (const auto& one : plan.withheld) withheld.emplace(Pair{one.client, one.user}, &one);
    std::map<std::size_t, std::string> ends;
    for (const auto& one : plan.disconnects) {
        for (const auto target : one.targets) ends.emplace(target, rule_name(one.rule));
    }
    for (std::size_t i = 0; i < look.sessions.size(); ++i) {
        const auto& session = look.sessions[i];
        if (session.own != policy::Own::no) continue;
        const auto& decision = plan.decisions[i];
        const auto& said = session.reported;
        SessionRow row{name, said.client, said.user, said.idle, said.open_files, Standing::kept, "kept"};
        const auto held_back = withheld.find({said.client, said.user});
        if (decision.protection) {
            row.standing = Standing::exempt;
            row.thought = "protected: " + config_.policy.protect[*decision.protection].reason;
        } else if (decision.rule && decision.action == policy::Action::keep) {
            row.standing = Standing::exempt;
            row.thought = "kept: " + rule_name(decision.rule);
        } else if (const auto end = ends.find(i); end != ends.end()) {
            row.standing = Standing::ends;
            row.thought = "ends: " + end->second;
        } else if (held_back != withheld.end()) {
            const auto& one = *held_back->second;
            row.standing = one.why == Why::pending ? Standing::pending : Standing::withheld;
            row.thought = std::string{to_string(one.why)} + ": " +
                          (one.detail.empty() ? rule_name(one.rule) : one.detail);
        } else if (!said.idle) {
            row.thought = "kept, idle time unknown";
        }
        server.rows.push_back(std::move(row));
    }
    for (const auto& [who, one] : withheld)
        withhold(server, name, who, one->why, rule_name(one->rule), one->detail);
    std::uint64_t sessions = 0;
    for (const auto& [other, state] : servers_) sessions += state.rows.size();
    tally_.most_sessions = std::max(tally_.most_sessions, sessions);
}

void Board::failed(const Failed& event) {
    const std::lock_guard lock{mutex_};
    const auto& name = event.server;
    ++tally_.failed_looks;
    auto& server = servers_[name];
    if (!server.silent) happened(Standing::kept, name, {"-", "-"}, core::describe(event.error));
    server.silent = true;
}

void Board::passed(const Passed& event) {
    const auto& wanted = event.wanted;
    const auto& verdict = event.verdict;
    const std::lock_guard lock{mutex_};
    const auto& name = event.server;
    auto& server = servers_[name];
    const Pair who{wanted.client.text(), wanted.user.text()};
    const auto rule = rule_name(wanted.rule);
    const auto rows = [&](const auto& change) {
        for (auto& row : server.rows) {
            if (row.client == who.first && row.user == who.second) change(row);
        }
    };
    if (verdict.kind == Verdict::Kind::withheld) {
        withhold(server, name, who, verdict.why, rule, verdict.detail);
        rows([&](SessionRow& row) {
            row.standing = Standing::withheld;
            row.thought = std::string{to_string(verdict.why)} + ": " + rule;
        });
        return;
    }
    const auto outcome = verdict.kind == Verdict::Kind::settled ? verdict.result.outcome : Outcome::error;
    if (outcome != Outcome::ended) {
        ++tally_.not_ended;
        happened(Standing::withheld, name, who, rule + ": " + std::string{to_string(outcome)});
        return;
    }
    tally_.ended[rule] += verdict.sessions;
    happened(Standing::ended, name, who, rule + idle_text(wanted.idle));
    const auto now = clock_.now().steady;
    rows([&](SessionRow& row) {
        row.standing = Standing::ended;
        row.thought = "ended: " + rule;
        ended_.emplace_back(now, row);
    });
    std::erase_if(server.rows, [](const SessionRow& row) { return row.standing == Standing::ended; });
    while (ended_.size() > ended_kept) ended_.pop_front();
}

View Board::view(std::size_t rows) const {
    const std::lock_guard lock{mutex_};
    View view;
    const auto now = clock_.now();
    view.at = now.wall;
    view.servers = config_.servers.size();
    std::map<Standing, std::vector<SessionRow>> kinds;
    for (auto one = ended_.rbegin(); one != ended_.rend() && now.steady - one->first < ended_shown; ++one)
        kinds[Standing::ended].push_back(one->second);
    for (const auto& [name, server] : servers_) {
        view.silent += server.silent;
        view.sessions += server.rows.size();
        view.withheld += server.withheld.size();
        for (const auto& row : server.rows) kinds[row.standing].push_back(row);
    }
    for (const auto& [rule, count] : tally_.ended) view.ended += count;
    for (auto& [standing, all] : kinds) {
        if (standing != Standing::ended) std::sort(all.begin(), all.end(), more_telling);
    }
    // First what each kind is sure of, then more of some while there is room.
    std::map<Standing, std::size_t> taken;
    std::size_t room = rows;
    for (const auto& [standing, share] : shares) {
        taken[standing] = std::min({share, kinds[standing].size(), room});
        room -= taken[standing];
    }
    for (const auto standing : extras) {
        const auto more = std::min(room, kinds[standing].size() - taken[standing]);
        taken[standing] += more;
        room -= more;
    }
    for (auto& [standing, all] : kinds)
        std::move(all.begin(), all.begin() + static_cast<long>(taken[standing]),
                  std::back_inserter(view.rows));
    view.happened.assign(happened_.begin(), happened_.end());
    return view;
}

Tally Board::tally() const {
    const std::lock_guard lock{mutex_};
    return tally_;
}

}  // namespace curfew::daemon
