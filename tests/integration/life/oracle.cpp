#include "tests/integration/life/oracle.hpp"

#include <algorithm>

#include "core/errors/net_api_status.hpp"
#include "tests/integration/life/scene.hpp"

namespace curfew::testing {
namespace {

using core::Seconds;
using core::Session;
using core::SteadyTime;
using core::lab::Call;
using core::lab::FaultKind;
using core::lab::JournalEntry;

// A moment on the server and the moment at which curfew heard of it lie apart by the way between them, on a
// busy machine too; and servers tell whole seconds.
constexpr Seconds slack{1};
// Longer than any rule looks back.
constexpr Seconds kept{40};

bool in_net(const Session& session, std::string_view beginning) {
    return session.client.starts_with(beginning);
}

// Sessions that were there as long before `at` are the same one.
bool same_session(const Session& a, SteadyTime a_at, const Session& b, SteadyTime b_at) {
    if (a.client != b.client || a.user != b.user || !a.connected || !b.connected) return false;
    const auto apart = (a_at - *a.connected) - (b_at - *b.connected);
    return apart > -Seconds{2} && apart < Seconds{2};
}

const Session* find(const Session& session, SteadyTime at, const std::vector<Session>& present,
                    SteadyTime then) {
    const auto found = std::find_if(present.begin(), present.end(),
                                    [&](const Session& one) { return same_session(session, at, one, then); });
    return found == present.end() ? nullptr : &*found;
}

bool spoils(FaultKind kind) {
    return kind == FaultKind::access_denied || kind == FaultKind::truncated_ndr ||
           kind == FaultKind::oversized_ndr;
}

std::string told(const Session& session) {
    const auto seconds = [](const std::optional<Seconds>& time) {
        return time ? std::to_string(time->count()) + "s" : std::string{"?"};
    };
    return session.user + "@" + session.client + " connected " + seconds(session.connected) + " idle " +
           seconds(session.idle) + " files " + std::to_string(session.open_files.value_or(0));
}

// Beside whom; for whoever has to find out why.
std::string others_of(const Session& session, const std::vector<Session>& present) {
    std::string text;
    for (const auto& other : present) {
        const bool beside = other.client == session.client || other.user == session.user;
        if (beside && &other != &session) text += "; beside " + told(other);
    }
    return text;
}

// At least as many others of that user have been there for less time, so it is one of the oldest.
bool one_too_many(const Session& session, const std::vector<Session>& present) {
    std::set<std::string> younger;
    for (const auto& other : present) {
        if (other.user == session.user && other.client != session.client &&
            other.connected < session.connected)
            younger.insert(other.client);
    }
    return younger.size() >= scene::roaming;
}

}  // namespace

bool LifeOracle::closed(SteadyTime from, SteadyTime until) const {
    const auto minute_at = [&](SteadyTime time) {
        const auto wall = wall_ + std::chrono::duration_cast<core::WallTime::duration>(time - steady_);
        return std::chrono::floor<std::chrono::minutes>(wall).time_since_epoch().count();
    };
    return minute_at(from) == minute_at(until) && minute_at(from) % 2 == 1;
}

// No look of that time saw a file open, and the first of them lies far enough back. That an answer was lost
// on its way excuses nobody: curfew knows that it was, and that it does not know what was in it.
bool LifeOracle::quiet_for(const std::string& server, const Session& session, const Look& look,
                           Seconds time) const {
    const auto& looks = servers_.at(server).looks;
    for (auto before = looks.rbegin(); before != looks.rend(); ++before) {
        const auto* const then = find(session, look.at, before->present, before->at);
        if (!then || then->open_files != 0u) return false;
        if (look.at - before->at >= time - slack) return true;
    }
    return false;
}

std::string LifeOracle::before(const std::string& server, const Session& session, const Look& look) const {
    std::string text = "; looks before:";
    for (const auto& one : servers_.at(server).looks) {
        const auto* const then = find(session, look.at, one.present, one.at);
        const auto ago = std::chrono::duration<double>(look.at - one.at).count();
        text += " -" + std::to_string(ago) + "s ";
        text += then ? "files " + std::to_string(then->open_files.value_or(0)) + " idle " +
                           std::to_string(then->idle.value_or(Seconds{0}).count()) + "s"
                     : std::string{"not there"};
        if (one.fault) text += " (" + std::string{core::lab::to_string(*one.fault)} + ")";
    }
    return text;
}

std::optional<std::string> LifeOracle::rule_for(const std::string& server, const Session& session,
                                                const Look& look) const {
    if (session.user.starts_with("svc-") || session.user.starts_with("board")) return std::nullopt;
    if (session.user.starts_with("temp") && closed(look.at, look.at)) {
        const bool held = closed(look.at - scene::temps_for + slack, look.at) &&
                          session.connected >= scene::temps_for - slack;
        return held ? std::optional<std::string>{scene::rule_temps} : std::nullopt;
    }
    if (in_net(session, "10.20.") && session.open_files == 0u) {
        const bool idle = samba_.contains(server) ? quiet_for(server, session, look, scene::idle)
                                                  : session.idle >= scene::idle;
        if (idle) return scene::rule_idle;
    }
    if (in_net(session, "10.30.") && quiet_for(server, session, look, scene::desk_quiet))
        return scene::rule_desk;
    if (one_too_many(session, look.present)) return scene::rule_roaming;
    return std::nullopt;  // "runaway" among them: its whole match is more than its share
}

Verdict LifeOracle::judge(const JournalEntry& call) {
    Verdict verdict{call.at, call.server, call.client.value_or(""), call.user.value_or(""),
                    call.ended.size()};
    if (verdict.client.starts_with("\\\\")) verdict.client.erase(0, 2);
    if (verdict.client.empty() || verdict.user.empty()) verdict.wrongs.push_back("a call for everybody");
    const auto& last = servers_[call.server].last;
    if (!last) {
        verdict.wrongs.push_back("no good look right before the call");
        return verdict;
    }
    verdict.since_look = call.at - last->at;
    if (verdict.since_look > 2 * scene::timeout) verdict.wrongs.push_back("the look lies too far back");
    for (const auto& session : call.ended) {
        const auto* const seen = find(session, call.at, last->present, last->at);
        if (!seen) {
            if (session.connected <= std::chrono::ceil<Seconds>(verdict.since_look)) {
                ++verdict.moved;
            } else {
                verdict.wrongs.push_back("was not in the look: " + told(session));
            }
            continue;
        }
        if (session.idle < seen->idle) ++verdict.moved;
        if (const auto rule = rule_for(call.server, *seen, *last)) {
            verdict.rules.insert(*rule);
        } else {
            verdict.wrongs.push_back("no rule ends " + told(*seen) + others_of(*seen, last->present) +
                                     before(call.server, *seen, *last));
        }
    }
    hold_against_limits(call, verdict);
    return verdict;
}

void LifeOracle::hold_against_limits(const JournalEntry& call, Verdict& verdict) {
    const auto add = [&](std::deque<SteadyTime>& ended, std::size_t limit, const char* name) {
        ended.insert(ended.end(), call.ended.size(), call.at);
        while (!ended.empty() && call.at - ended.front() > scene::minute - slack) ended.pop_front();
        if (ended.size() > limit)
            verdict.wrongs.push_back(std::string{name} + ": " + std::to_string(ended.size()) +
                                     " in a minute");
    };
    add(servers_[call.server].ended, scene::per_server, "limit per_server");
    add(ended_, fleet_limit(servers_.size()), "limit fleet");
}

std::optional<Verdict> LifeOracle::saw(const JournalEntry& entry) {
    auto& server = servers_[entry.server];
    if (entry.call == Call::session_enum) {
        const auto more = static_cast<std::uint32_t>(core::NetApiStatus::more_data);
        const bool good =
            (entry.status == 0 || entry.status == more) && !(entry.fault && spoils(*entry.fault));
        // One that looks whether somebody is gone sees only them.
        const bool everybody = !entry.client && !entry.user;
        server.last.reset();
        if (!good || !everybody) return std::nullopt;
        Look look{entry.at, entry.present, entry.fault};
        server.looks.push_back(look);
        while (entry.at - server.looks.front().at > kept) server.looks.pop_front();
        server.last = std::move(look);
        return std::nullopt;
    }
    if (entry.call != Call::session_del) return std::nullopt;
    const bool names_both = entry.client && !entry.client->empty() && entry.user && !entry.user->empty();
    std::optional<Verdict> verdict;
    if (!entry.ended.empty() || !names_both) verdict = judge(entry);
    // Whoever calls again has to look again.
    server.last.reset();
    return verdict;
}

}  // namespace curfew::testing
