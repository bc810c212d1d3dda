#include "daemon/gate/gate.hpp"

#include <algorithm>
#include <utility>

#include "core/errors/net_api_status.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
using policy::Why;

namespace {

constexpr core::Seconds longest_farewell{5};  // how long a server may take to end what it said it ended
constexpr core::Milliseconds first_pause{5};
constexpr core::Milliseconds longest_pause{500};

Verdict withheld(Why why, std::string detail = {}) {
    return {Verdict::Kind::withheld, why, std::move(detail), {}};
}
Verdict settled(Result result) {
    if (!result.why) return {Verdict::Kind::settled, {}, {}, std::move(result)};
    return {Verdict::Kind::withheld, *result.why, result.detail, std::move(result)};
}
Result spared(Why why, std::string detail = {}) {
    const auto outcome = why == Why::no_longer_matches ? Outcome::no_longer_matches : Outcome::withheld;
    return {outcome, {}, std::move(detail), why};
}
std::string named(const policy::Rule& rule) {
    return "rule '" + rule.key.name + "'";
}

bool says_nobody(const core::Error& error) {
    return error.code == core::make_error_code(core::NetApiStatus::client_name_not_found) ||
           error.code == core::make_error_code(core::NetApiStatus::user_not_found);
}

Seen seen_of(const std::vector<policy::SessionFacts>& targets, const core::Now& now) {
    Seen seen;
    seen.sessions = targets.size();
    for (const auto& session : targets) {
        seen.idle = std::max(seen.idle, session.reported.idle);
        seen.connected = std::max(seen.connected, session.reported.connected);
        seen.open_files = std::max(seen.open_files, session.reported.open_files);
        if (!session.started) continue;
        const auto ago = std::chrono::duration_cast<core::WallTime::duration>(now.steady - *session.started);
        seen.started = std::max(seen.started, std::optional{now.wall - ago});
    }
    return seen;
}

bool present(const policy::ServerLook& look, const Proposal& proposal) {
    return std::any_of(look.sessions.begin(), look.sessions.end(), [&](const auto& session) {
        return session.client_key == proposal.client_key && session.user_key == proposal.user_key;
    });
}

// The pair alone, where all of them are spelled as the call spells them; a server holds a filter against
// spellings.
core::SessionFilter filter_for(const Proposal& proposal, const std::vector<policy::SessionFacts>& sessions) {
    const bool one_spelling = std::all_of(sessions.begin(), sessions.end(), [&](const auto& session) {
        return session.reported.client == proposal.client.text() &&
               session.reported.user == proposal.user.text();
    });
    if (!one_spelling) return {};
    return {proposal.client, proposal.user};
}

}  // namespace

policy::LimitRequest Gate::request(const GateServer& server, const Proposal& proposal,
                                   std::size_t targets) const {
    return {server.traits.name, proposal.client_key, proposal.user_key, proposal.rule,
            static_cast<std::uint32_t>(targets)};
}

Intent Gate::intent_of(const GateServer& server, const Proposal& proposal) const {
    Intent intent;
    intent.at = clock_.now().wall;
    intent.server = server.traits.name;
    intent.client = proposal.client.text();
    intent.user = proposal.user.text();
    intent.client_key = proposal.client_key;
    intent.user_key = proposal.user_key;
    intent.reason = proposal.reason;
    intent.config_digest = proposal.edition->config().digest;
    intent.who = proposal.who;
    if (proposal.rule) {
        intent.rule = proposal.rule->key.name;
        intent.rule_digest = proposal.rule->key.digest;
        intent.owner = proposal.rule->owner;
        intent.ticket = proposal.rule->ticket;
    }
    intent.seen = seen_of(proposal.targets, clock_.now());
    return intent;
}

asio::awaitable<Verdict> Gate::pass(Access access, GateServer server, Proposal proposal) {
    const auto* licence = std::get_if<Licence>(&access);
    const bool bound = !licence || licence->bound_;
    if (licence && licence->for_a_ban_ != proposal.ban.has_value())
        co_return withheld(Why::no_longer_matches, "a licence for something else");
    if (const auto* rule = tripped(server, proposal.rules)) co_return withheld(Why::tripped, named(*rule));
    if (bound) {
        if (auto hold = held(server, proposal.rules)) co_return withheld(Why::hold, std::move(*hold));
    }
    if (std::holds_alternative<ObserveOnly>(access)) co_return withheld(Why::observe);

    auto room = take_room(server, proposal, proposal.rules, proposal.targets.size(), bound);
    if (const auto* why = std::get_if<Why>(&room)) co_return withheld(*why);
    if (!licence) co_return Verdict{Verdict::Kind::would_end, {}, {}, {}};
    co_return co_await end(*licence, server, std::move(proposal), std::get<Room>(std::move(room)));
}

asio::awaitable<Verdict> Gate::end(Licence licence, GateServer server, Proposal proposal, Room room) {
    Intent intent = intent_of(server, proposal);
    const auto id = co_await audit_.intent(intent);
    if (!id) {
        give_back(room);
        Verdict verdict{Verdict::Kind::refused, {}, {}, {}};
        verdict.result.error = id.error();
        co_return verdict;
    }
    const Result result = co_await call(licence, server, proposal, intent, room);
    const bool nobody_was_ended =
        result.outcome == Outcome::already_gone || result.outcome == Outcome::not_asked ||
        result.outcome == Outcome::no_longer_matches || result.outcome == Outcome::withheld;
    if (nobody_was_ended) give_back(room);
    co_await audit_.outcome(*id, intent, result);
    auto verdict = settled(result);
    verdict.sessions = intent.seen.sessions;
    co_return verdict;
}

const policy::Rule* Gate::tripped(const GateServer& server,
                                  const std::vector<const policy::Rule*>& rules) const {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const policy::Rule* rule) {
        return fleet_.tripped(rule->key, server.traits.name);
    });
    return found == rules.end() ? nullptr : *found;
}

std::optional<std::string> Gate::held(const GateServer& server,
                                      const std::vector<const policy::Rule*>& rules) const {
    return fleet_.held(server.traits, rules, clock_.now().steady);
}

// What a ban ends takes nothing of the rules' room, but for those who are not banned.
std::variant<Gate::Room, Why> Gate::take_room(const GateServer& server, const Proposal& proposal,
                                              const std::vector<const policy::Rule*>& rules,
                                              std::size_t targets, bool bound) {
    const auto now = clock_.now().steady;
    auto wanted = request(server, proposal, targets);
    Room room;
    std::optional<Why> obstacle;
    const auto count = [&] {
        const auto reserved = fleet_.reserve(*proposal.edition, wanted, bound, now);
        if (const auto* why = std::get_if<Why>(&reserved))
            obstacle = *why;
        else
            room.of_rules.push_back(std::get<policy::LimitLedger::Ticket>(reserved));
    };
    if (!proposal.ban) {
        count();
    } else {
        for (const auto* rule : rules) {
            if (obstacle) break;
            wanted.rule = rule;
            count();
        }
        wanted.rule = nullptr;
        if (!obstacle) {
            const auto reserved = fleet_.reserve_for_a_ban(*proposal.edition, wanted, now);
            if (const auto* why = std::get_if<Why>(&reserved))
                obstacle = *why;
            else
                room.of_bans = std::get<policy::LimitLedger::Ticket>(reserved);
        }
    }
    if (!obstacle) return room;
    give_back(room);
    return *obstacle;
}

void Gate::give_back(const Room& room) {
    for (const auto& ticket : room.of_rules) fleet_.give_back(ticket);
    if (room.of_bans) fleet_.give_back_to_bans(*room.of_bans);
}

asio::awaitable<Result> Gate::call(Licence licence, GateServer server, const Proposal& proposal,
                                   Intent& intent, Room& room) {
    const auto asked_from = clock_.now().steady;
    if (witnesses_ && !proposal.counted_on.empty()) co_await witnesses_->ask(proposal.counted_on);
    const core::SessionFilter everybody;
    const auto asked = clock_.now().steady;
    const auto fresh = co_await server.sessions.enumerate(everybody, asked + server.timeout);
    if (!fresh) {
        server.memory.forget();
        co_return Result{Outcome::not_asked, fresh.error(), "the server could not be asked again"};
    }
    auto look = policy::facts_of(server.traits, *fresh, clock_.now(), asked);
    if (server.sessions.lost_an_answer()) server.memory.forget();
    policy::know_quiet(server.memory, proposal.edition->policy(), look);
    if (const auto& names = proposal.edition->names()) names->tell(look);
    policy::Crowd known = fleet_.crowd_around(look);
    policy::Crowd certain = fleet_.crowd_around(look, asked_from);
    // First, for the others on that server are in the look too.
    const Evidence evidence{look, server.memory, known, certain};
    const Redecision again = proposal.decide_again(evidence);
    if (!present(look, proposal)) co_return Result{Outcome::already_gone, {}, {}};
    if (again.targets.empty()) co_return spared(again.why, again.detail);
    if (const auto* rule = tripped(server, again.rules)) co_return spared(Why::tripped, named(*rule));
    if (licence.bound_) {
        if (auto hold = held(server, again.rules)) co_return spared(Why::hold, std::move(*hold));
    }
    if (licence.bound_ && fresh->server_guid) {
        if (const auto twin = fleet_.twin_of(server.traits.name, *fresh->server_guid))
            co_return Result{Outcome::withheld, {}, "the same server as " + *twin};
    }
    // A limit is one on calls: what counts is when one is made and how many it ends then, not when it was
    // first thought of. Whoever took the room in between had a call to make.
    give_back(std::exchange(room, {}));
    auto taken = take_room(server, proposal, again.rules, again.targets.size(), licence.bound_);
    if (const auto* why = std::get_if<Why>(&taken)) co_return spared(*why);
    room = std::get<Room>(std::move(taken));
    std::vector<policy::SessionFacts> targets;
    for (const auto index : again.targets) targets.push_back(look.sessions[index]);
    intent.seen = seen_of(targets, look.at);
    std::vector<policy::SessionFacts> members;
    for (const auto& session : targets) {
        const bool named = session.client_key == proposal.client_key && session.user_key == proposal.user_key;
        if (named) members.push_back(session);
    }
    // The answer came in time. Should this process have stood still since, with its machine, it is no answer.
    if (clock_.now().steady - asked > server.timeout)
        co_return Result{Outcome::not_asked, {}, "what the server said is too old by now to act on"};
    auto said = co_await licence.api_->disconnect(proposal.client, proposal.user,
                                                  clock_.now().steady + server.timeout);
    // Before anybody else looks: what became of them is not known yet, but they were not spared.
    if (said || said.error().sent) fleet_.ended(look, targets);
    co_return co_await settle(server, proposal, std::move(members), std::move(said));
}

// What happened is what the server lists afterwards, not what it said: Samba ends a session a little after it
// said so, says ERROR_ACCESS_DENIED both for nobody and for no rights, and may lose the connection in the
// middle.
asio::awaitable<Result> Gate::settle(GateServer server, const Proposal& proposal,
                                     std::vector<policy::SessionFacts> ended,
                                     core::SessionDelApi::Outcome said) {
    if (!said && !said.error().sent)
        co_return Result{Outcome::not_asked, said.error().error, "the call was not sent"};
    const bool server_said_no = !said && said.error().error.code.category() == core::net_api_category();
    const auto give_up_at = clock_.now().steady + longest_farewell;
    const core::SessionFilter asked_for = filter_for(proposal, ended);
    core::Milliseconds pause = first_pause;
    while (true) {
        const auto seen = co_await server.sessions.enumerate(asked_for, clock_.now().steady + server.timeout);
        const core::Now now = clock_.now();
        if (!seen || server.sessions.lost_an_answer()) server.memory.forget();
        const bool told = seen && seen->level != core::Level::names;  // without users nobody is found
        if (told && !any_left(ended, policy::facts_of(server.traits, *seen, now))) {
            if (server_said_no) co_return Result{Outcome::already_gone, {}, {}};
            // Whether the call ended them or they left by themselves, nobody can say.
            co_return Result{Outcome::ended, {}, said ? "" : "no reply, and they were gone afterwards"};
        }
        if (told && server_said_no) {
            const auto& error = said.error().error;
            // "Nobody there" about a session that is listed: its spelling differs, or it came this instant.
            if (says_nobody(error))
                co_return Result{Outcome::still_there, error, "the server finds nobody of that name"};
            const bool denied = error.code == core::make_error_code(core::NetApiStatus::access_denied);
            co_return Result{Outcome::error, error, denied ? "the account may not end sessions there" : ""};
        }
        if (now.steady >= give_up_at) {
            if (!told) {
                const core::Error no_look = seen ? core::Error{} : seen.error();
                co_return Result{Outcome::unknown, said ? no_look : said.error().error,
                                 said ? "no look possible" : "no reply, and no look possible"};
            }
            co_return Result{Outcome::still_there, said ? core::Error{} : said.error().error, {}};
        }
        co_await clock_.wait_until(now.steady + pause);
        pause = std::min(pause * 2, longest_pause);
    }
}

}  // namespace curfew::daemon
