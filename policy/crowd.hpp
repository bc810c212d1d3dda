#pragma once
// `concurrent`: whether a session is one too many of those of its user, its client, or both, on its server or
// on the fleet.
//
// Counted are all sessions there, whatever else a rule asks, but not those that are protected, that bear no
// user or no client, that are the daemon's own, and not those that an earlier rule ends, or that are pending
// under one. Of what is counted
// the excess has to go: the oldest, the newest or the most idle. Who must stay keeps the place, and nobody
// goes for them. It is true only where it is certain:
//
// - Two starts, or two last uses, within two seconds are a tie, and one that is unknown ties with every
// other:
//   whoever may be behind somebody else in the order is taken to be.
// - Counted by clients, a client is as old as its oldest session and as idle as its busiest, and its sessions
//   go together. A name may be the machine behind an address, and an IPv4 address the one behind an IPv6
//   address: of the three kinds only the largest is counted.
// - Users of two domains are two users, also where one server reports the domain and another does not.
//
// - Of a client of which an earlier rule ends some sessions and not all nobody knows how old it will be; one
//   that has to stay because an earlier rule keeps a session of it does not go in parts. And whoever lost a
//   session to a call is as old as before, for as long as anything is left of them: the rest goes too, and
//   nobody else instead. Who comes back is not left: those sessions are new, and as old as they are.
// - Where one of those counted is on a server of which the look is stale or failed, nothing is certain:
// whoever
//   is not there any more was one of the excess, or made somebody else old.
//
// It is false only where that is certain, too: also if earlier rules do not end those they decide about, and
// only if every server could be looked at.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/condition.hpp"

namespace curfew::policy {

inline constexpr std::size_t by_no_rule = SIZE_MAX;

// One session as it is counted.
struct Counted {
    std::string server;
    std::string user;    // folded, with the domain where it is reported
    std::string client;  // as SessionFacts::client_key
    enum class ClientKind { name, ipv4, ipv6 } kind = ClientKind::name;
    std::optional<core::SteadyTime> started;
    std::optional<core::SteadyTime> used;  // when last; empty where the idle time is unknown
    std::size_t ended_by = by_no_rule;     // the rule that decides to end it: later ones do not count it
    std::size_t kept_by = by_no_rule;      // the rule that decides to keep it
    bool in_doubt = false;                 // the look is stale, or another one failed since
    bool was_ended = false;                // by a call of curfew's: it only tells how old the client is
    core::SteadyTime ended_at{};           // the look right before that call
    bool operator==(const Counted&) const = default;
};

// Empty for who is never counted. `is_protected`: an entry of `protect` is true or unknown.
std::optional<Counted> counted(const ServerLook& look, const SessionFacts& session, bool is_protected);

class Crowd {
  public:
    // Sessions of other servers, as last known. `everywhere`: these are all servers there are.
    void add(std::vector<Counted> others, bool everywhere);
    // A session of a look that is being decided; it has to stay where it is in memory.
    void add(const SessionFacts& session, Counted counted);
    // The rule of that number has decided to end it, or will when it has waited for long enough.
    void ended(const SessionFacts& session, std::size_t rule);
    void kept(const SessionFacts& session, std::size_t rule);

    Truth one_too_many(const Concurrent& concurrent, const SessionFacts& session, std::size_t rule) const;

    // The other servers that one_too_many() of this session counted on.
    std::vector<std::string> counted_on(const Concurrent& concurrent, const SessionFacts& session) const;

    // Of a look, as others will count it.
    std::vector<Counted> of_server(const std::string& server) const;

  private:
    using Group = std::vector<std::size_t>;
    Group members(const Concurrent& concurrent, const Counted& session) const;
    Truth one_session_too_many(const Concurrent& concurrent, const Group& group, std::size_t session,
                               std::size_t rule) const;
    Truth one_client_too_many(const Concurrent& concurrent, const Group& group, std::size_t session,
                              std::size_t rule) const;
    bool anything_left(const Group& group, const Counted& ended) const;
    void index(std::size_t place);

    std::vector<Counted> counted_;
    bool everywhere_ = false;
    std::unordered_map<const SessionFacts*, std::size_t> place_of_;
    std::unordered_map<std::string, Group> by_user_;
    std::unordered_map<std::string, Group> by_client_;
};

// What rules that count on the fleet count by.
struct SharedBy {
    bool user = true;
    bool client = true;
};

// The last good look at every server, as `concurrent` counts it.
class Presence {
  public:
    Presence() = default;
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

    void looked(const std::string& server, core::SteadyTime at, std::vector<Counted> sessions);
    void failed(const std::string& server);  // who was there is in doubt
    void doubt_everybody();                  // as if every last look had failed
    void forget(const std::string& server);  // it left the fleet
    // A call ended them; `at` is the look right before it. Kept for as long as the client has other sessions
    // of the user from before.
    void ended(std::vector<Counted> sessions, core::SteadyTime at);

    // On all servers but this: everybody who shares with somebody in the look what is counted by. In doubt
    // are those of looks before `since`; those of looks before `known_since` are nobody's any more. And on
    // all servers whoever was ended and shares a user or a client.
    struct Others {
        std::vector<Counted> there;
        std::size_t servers = 0;  // that are not in doubt, whether or not anybody is on them
    };
    Others others(const ServerLook& look, core::SteadyTime since, core::SteadyTime known_since,
                  SharedBy by = {}) const;

  private:
    using Pair = std::pair<std::string, std::string>;  // a user and a client
    struct OfServer {
        core::SteadyTime at{};
        bool failed = false;
        std::vector<Counted> sessions;
    };
    using Servers = std::map<std::string, OfServer>;
    void remove(Servers::iterator server);
    void settle(const std::string& user);
    std::size_t good_since(core::SteadyTime since) const;

    Servers servers_;
    std::set<std::pair<core::SteadyTime, const std::string*>> good_;  // that have not failed since
    // Server by server, how many sessions of that user or client.
    std::unordered_map<std::string, std::map<std::string, std::size_t>> with_user_;
    std::unordered_map<std::string, std::map<std::string, std::size_t>> with_client_;
    // By user and client; of each server the oldest.
    std::map<Pair, std::map<std::string, Counted>> ended_;
    std::unordered_map<std::string, std::set<std::string>> ended_users_of_;  // by client
    std::set<std::string>
        unsettled_;  // users of whom somebody came or went: is anything left of who was ended?
};

// Pure: of `ages`, larger goes first and the unknown anywhere, whether the one at `me` is among those that
// are too many. `at_least_there` of them are certainly different ones.
Truth is_excess(const std::vector<std::optional<core::SteadyTime::duration>>& order, std::size_t me,
                std::size_t at_least_there, std::uint32_t more_than);

}  // namespace curfew::policy
