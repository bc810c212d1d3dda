#include "policy/crowd.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "core/text/utf.hpp"

namespace curfew::policy {
namespace {

constexpr core::Seconds tie{2};

using Order = std::optional<core::SteadyTime::duration>;

// How far in front it goes: for `oldest` and `most_idle` who began, or was used, first.
Order order_of(Concurrent::End end, const Counted& session) {
    switch (end) {
        case Concurrent::End::oldest:
            if (session.started) return -session.started->time_since_epoch();
            break;
        case Concurrent::End::newest:
            if (session.started) return session.started->time_since_epoch();
            break;
        case Concurrent::End::most_idle:
            if (session.used) return -session.used->time_since_epoch();
            break;
    }
    return std::nullopt;
}

// One machine may have many IPv6 addresses in its network, and its name may be told in full or not.
std::string machine_of(Counted::ClientKind kind, std::string_view client) {
    if (kind == Counted::ClientKind::name) return std::string{client.substr(0, client.find('.'))};
    if (kind == Counted::ClientKind::ipv4) return std::string{client};
    const auto address = core::IpAddress::parse(client);
    if (!address) return {};
    const auto& bytes = address->bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

// A start is told in whole seconds, cut off, and by an answer that was under way: it seems later than it was,
// never earlier. So whoever came after the call never passes for somebody from before.
bool there_before(const Counted& session, const Counted& ended) {
    return !session.started || *session.started <= ended.ended_at;
}

// Of a client with several sessions: its oldest start, its latest use.
Order joined(Concurrent::End end, const Order& a, const Order& b) {
    if (!a || !b) return std::nullopt;
    return end == Concurrent::End::oldest ? std::max(*a, *b) : std::min(*a, *b);
}

}  // namespace

std::optional<Counted> counted(const ServerLook& look, const SessionFacts& session, bool is_protected) {
    if (is_protected || session.own != Own::no || !session.user_known || session.user.empty() ||
        session.reported.client.empty())
        return std::nullopt;
    Counted out;
    out.server = look.server.traits.name;
    out.user = core::fold_case(session.reported.user);
    out.client = session.client_key;
    if (session.client.address)
        out.kind = session.client.address->is_v4() ? Counted::ClientKind::ipv4 : Counted::ClientKind::ipv6;
    out.started = session.started;
    if (session.reported.idle) out.used = look.at.steady - *session.reported.idle;
    return out;
}

Truth is_excess(const std::vector<Order>& order, std::size_t me, std::size_t at_least_there,
                std::uint32_t more_than) {
    if (order.size() <= more_than) return Truth::no;
    std::size_t before = 0;
    std::size_t perhaps_before = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == me) continue;
        const bool known = order[i] && order[me];
        if (known && *order[i] - *order[me] > tie) ++before;
        if (!known || *order[me] - *order[i] <= tie) ++perhaps_before;
    }
    if (before >= order.size() - more_than) return Truth::no;
    if (at_least_there > more_than && perhaps_before < at_least_there - more_than) return Truth::yes;
    return Truth::unknown;
}

void Crowd::index(std::size_t place) {
    by_user_[counted_[place].user].push_back(place);
    by_client_[counted_[place].client].push_back(place);
}

void Crowd::add(std::vector<Counted> others, bool everywhere) {
    everywhere_ = everywhere;
    for (Counted& other : others) {
        counted_.push_back(std::move(other));
        index(counted_.size() - 1);
    }
}

void Crowd::add(const SessionFacts& session, Counted counted) {
    counted_.push_back(std::move(counted));
    place_of_.emplace(&session, counted_.size() - 1);
    index(counted_.size() - 1);
}

void Crowd::ended(const SessionFacts& session, std::size_t rule) {
    if (const auto place = place_of_.find(&session); place != place_of_.end())
        counted_[place->second].ended_by = std::min(counted_[place->second].ended_by, rule);
}

Crowd::Group Crowd::members(const Concurrent& concurrent, const Counted& session) const {
    const bool by_client = concurrent.per == Concurrent::Per::client;
    Group out = by_client ? by_client_.at(session.client) : by_user_.at(session.user);
    std::erase_if(out, [&](std::size_t place) {
        const Counted& other = counted_[place];
        if (concurrent.per == Concurrent::Per::user_and_client && other.client != session.client) return true;
        return concurrent.across == Concurrent::Across::server && other.server != session.server;
    });
    return out;
}

void Crowd::kept(const SessionFacts& session, std::size_t rule) {
    if (const auto place = place_of_.find(&session); place != place_of_.end())
        counted_[place->second].kept_by = rule;
}

Truth Crowd::one_too_many(const Concurrent& concurrent, const SessionFacts& session, std::size_t rule) const {
    const auto place = place_of_.find(&session);
    if (place == place_of_.end()) return Truth::unknown;
    const Group all = members(concurrent, counted_[place->second]);
    if (std::any_of(all.begin(), all.end(), [&](std::size_t other) { return counted_[other].in_doubt; }))
        return Truth::unknown;
    const auto count = concurrent.count == Concurrent::Count::sessions ? &Crowd::one_session_too_many
                                                                       : &Crowd::one_client_too_many;
    const Truth with_those_left = (this->*count)(concurrent, all, place->second, rule);
    if (with_those_left != Truth::no) return with_those_left;
    const bool certain = everywhere_ || concurrent.across == Concurrent::Across::server;
    if (!certain) return Truth::unknown;
    // As if nobody were gone.
    return (this->*count)(concurrent, all, place->second, 0) == Truth::no ? Truth::no : Truth::unknown;
}

Truth Crowd::one_session_too_many(const Concurrent& concurrent, const Group& group, std::size_t session,
                                  std::size_t rule) const {
    std::vector<Order> order;
    std::size_t me = 0;
    for (const std::size_t other : group) {
        const Counted& one = counted_[other];
        if (one.was_ended || (one.ended_by < rule && other != session)) continue;
        if (other == session) me = order.size();
        order.push_back(order_of(concurrent.end, one));
    }
    return is_excess(order, me, order.size(), concurrent.more_than);
}

bool Crowd::anything_left(const Group& group, const Counted& ended) const {
    return std::any_of(group.begin(), group.end(), [&](std::size_t place) {
        const Counted& one = counted_[place];
        return !one.was_ended && one.client == ended.client && there_before(one, ended);
    });
}

Truth Crowd::one_client_too_many(const Concurrent& concurrent, const Group& group, std::size_t session,
                                 std::size_t rule) const {
    struct Client {
        Counted::ClientKind kind{};
        bool is_there = false;
        bool in_part = false;  // some of its sessions are gone
        std::optional<Order> order;
    };
    std::map<std::string_view, Client> clients;
    const Counted& mine = counted_[session];
    for (const std::size_t other : group) {
        const Counted& one = counted_[other];
        if (one.was_ended && !anything_left(group, one)) continue;
        Client& client = clients[one.client];
        client.kind = one.kind;
        const bool gone = one.ended_by < rule && other != session;
        client.in_part = client.in_part || gone;
        if (gone) continue;
        client.is_there = client.is_there || !one.was_ended;
        // What was ended tells how old the client is, and not whether it is idle.
        if (one.was_ended && concurrent.end == Concurrent::End::most_idle) continue;
        const Order order = order_of(concurrent.end, one);
        client.order = client.order ? joined(concurrent.end, *client.order, order) : order;
        if (one.client == mine.client && one.kept_by < rule) return Truth::unknown;
    }
    std::vector<Order> order;
    std::array<std::set<std::string>, 3> of_kind;
    std::size_t me = 0;
    for (const auto& [name, client] : clients) {
        if (!client.is_there) continue;
        if (name == mine.client) me = order.size();
        order.push_back(client.in_part || !client.order ? std::nullopt : *client.order);
        of_kind[static_cast<std::size_t>(client.kind)].insert(machine_of(client.kind, name));
    }
    const std::size_t certainly = std::max({of_kind[0].size(), of_kind[1].size(), of_kind[2].size()});
    const Truth truth = is_excess(order, me, certainly, concurrent.more_than);
    // A machine may be there twice, under two names, and then it is older or busier than it seems.
    const bool may_be_twice = certainly < order.size() && order.size() > concurrent.more_than;
    if (!may_be_twice) return truth;
    return truth == Truth::yes && concurrent.end == Concurrent::End::oldest ? truth : Truth::unknown;
}

std::vector<std::string> Crowd::counted_on(const Concurrent& concurrent, const SessionFacts& session) const {
    const auto place = place_of_.find(&session);
    if (place == place_of_.end()) return {};
    std::set<std::string> servers;
    const Counted& mine = counted_[place->second];
    for (const std::size_t other : members(concurrent, mine))
        if (counted_[other].server != mine.server && !counted_[other].was_ended)
            servers.insert(counted_[other].server);
    return {servers.begin(), servers.end()};
}

std::vector<Counted> Crowd::of_server(const std::string& server) const {
    std::vector<Counted> out;
    std::copy_if(counted_.begin(), counted_.end(), std::back_inserter(out),
                 [&](const Counted& one) { return one.server == server && !one.was_ended; });
    return out;
}

void Presence::looked(const std::string& server, core::SteadyTime at, std::vector<Counted> sessions) {
    forget(server);
    for (const Counted& session : sessions) {
        ++with_user_[session.user][server];
        ++with_client_[session.client][server];
        unsettled_.insert(session.user);
    }
    const auto there = servers_.emplace(server, OfServer{at, false, std::move(sessions)}).first;
    good_.emplace(at, &there->first);
    for (const auto& user : std::exchange(unsettled_, {})) settle(user);
}

// Whoever was ended is forgotten when nothing from before is left of the same user and client.
void Presence::settle(const std::string& user) {
    const auto with = with_user_.find(user);
    const auto anything_left = [&](const Pair& of, const std::map<std::string, Counted>& ended) {
        if (with == with_user_.end()) return false;
        const auto from_before = [&](const Counted& session) {
            return session.user == of.first && session.client == of.second &&
                   std::any_of(ended.begin(), ended.end(),
                               [&](const auto& one) { return there_before(session, one.second); });
        };
        return std::any_of(with->second.begin(), with->second.end(), [&](const auto& there) {
            const auto& all = servers_.at(there.first).sessions;
            return std::any_of(all.begin(), all.end(), from_before);
        });
    };
    for (auto ended = ended_.lower_bound({user, {}}); ended != ended_.end() && ended->first.first == user;) {
        if (anything_left(ended->first, ended->second)) {
            ++ended;
            continue;
        }
        const auto users = ended_users_of_.find(ended->first.second);
        users->second.erase(user);
        if (users->second.empty()) ended_users_of_.erase(users);
        ended = ended_.erase(ended);
    }
}

void Presence::forget(const std::string& server) {
    if (const auto found = servers_.find(server); found != servers_.end()) remove(found);
}

void Presence::remove(Servers::iterator server) {
    const auto drop = [&](auto& with, const std::string& key) {
        const auto of = with.find(key);
        if (--of->second[server->first] == 0) of->second.erase(server->first);
        if (of->second.empty()) with.erase(of);
    };
    for (const Counted& session : server->second.sessions) {
        drop(with_user_, session.user);
        drop(with_client_, session.client);
        unsettled_.insert(session.user);
    }
    good_.erase({server->second.at, &server->first});
    servers_.erase(server);
}

void Presence::ended(std::vector<Counted> sessions, core::SteadyTime at) {
    for (Counted& session : sessions) {
        session.was_ended = true;
        session.ended_at = at;
        session.in_doubt = false;
        session.ended_by = session.kept_by = by_no_rule;
        ended_users_of_[session.client].insert(session.user);
        unsettled_.insert(session.user);
        auto& of = ended_[{session.user, session.client}];
        const auto [known, is_new] = of.try_emplace(session.server, session);
        if (is_new) continue;
        // Somebody who came in between was one of theirs when this call was made.
        known->second.ended_at = at;
        const bool older =
            session.started && (!known->second.started || *session.started < *known->second.started);
        if (older) known->second.started = session.started;
    }
}

void Presence::failed(const std::string& server) {
    const auto found = servers_.find(server);
    if (found == servers_.end()) return;
    found->second.failed = true;
    good_.erase({found->second.at, &found->first});
}

void Presence::doubt_everybody() {
    for (auto& [server, there] : servers_) there.failed = true;
    good_.clear();
}

// Nearly all or nearly none: counted from both ends at once.
std::size_t Presence::good_since(core::SteadyTime since) const {
    std::size_t counted = 0;
    auto young = good_.end();
    for (auto old = good_.begin();; ++old, --young, ++counted) {
        if (old == good_.end() || old->first >= since) return good_.size() - counted;
        if (std::prev(young)->first < since) return counted;
    }
}

Presence::Others Presence::others(const ServerLook& look, core::SteadyTime since,
                                  core::SteadyTime known_since, SharedBy by) const {
    const std::string& mine = look.server.traits.name;
    std::set<std::string> users;
    std::set<std::string> clients;
    std::set<std::string> servers;
    const auto meet = [&](const auto& with, const std::string& key) {
        if (const auto found = with.find(key); found != with.end())
            for (const auto& [server, sessions] : found->second) servers.insert(server);
    };
    for (const SessionFacts& session : look.sessions) {
        const auto user = core::fold_case(session.reported.user);
        if (users.insert(user).second && by.user) meet(with_user_, user);
        if (clients.insert(session.client_key).second && by.client) meet(with_client_, session.client_key);
    }
    servers.erase(mine);
    const auto in_doubt = [&](const OfServer& there) { return there.failed || there.at < since; };
    Others out;
    out.servers = good_since(since);
    if (const auto here = servers_.find(mine); here != servers_.end() && !in_doubt(here->second))
        --out.servers;
    for (const std::string& server : servers) {
        const OfServer& there = servers_.at(server);
        if (there.at < known_since) continue;
        for (const Counted& session : there.sessions) {
            const bool shared =
                (by.user && users.contains(session.user)) || (by.client && clients.contains(session.client));
            if (!shared) continue;
            out.there.push_back(session);
            out.there.back().in_doubt = in_doubt(there);
        }
    }
    std::set<Pair> were_ended;
    for (const auto& user : users)
        for (auto ended = ended_.lower_bound({user, {}}); ended != ended_.end() && ended->first.first == user;
             ++ended)
            were_ended.insert(ended->first);
    for (const auto& client : clients)
        if (const auto found = ended_users_of_.find(client); found != ended_users_of_.end())
            for (const auto& user : found->second) were_ended.emplace(user, client);
    for (const auto& of : were_ended)
        for (const auto& [server, session] : ended_.at(of)) out.there.push_back(session);
    return out;
}

}  // namespace curfew::policy
