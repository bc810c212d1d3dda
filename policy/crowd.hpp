#pragma once
// `concurrent`: whether a session is one too many of those of its user, its client, or both, on its server or
// on the fleet.
//
// Counted are all sessions there, whatever else a rule asks, but not those that are protected, that bear no
// user or no client, that are the daemon's own, and not those that an earlier rule ends. Of what is counted
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
// So counting less never makes it true. It is false only where that is certain too, whoever is counted and
// whoever is not: whether earlier rules really end those they decide about, and on servers that nobody could
// look at.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
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
    // The rule of that number has decided to end it.
    void ended(const SessionFacts& session, std::size_t rule);

    Truth one_too_many(const Concurrent& concurrent, const SessionFacts& session, std::size_t rule) const;

    // The other servers that one_too_many() of this session counted on.
    std::vector<std::string> counted_on(const Concurrent& concurrent, const SessionFacts& session) const;

    // Of a look, as others will count it.
    std::vector<Counted> of_server(const std::string& server) const;

  private:
    using Group = std::vector<std::size_t>;
    Group members(const Concurrent& concurrent, const Counted& session) const;
    Truth is_one_too_many(const Concurrent& concurrent, const Group& group, std::size_t session) const;
    void index(std::size_t place);

    std::vector<Counted> counted_;
    bool everywhere_ = false;
    std::unordered_map<const SessionFacts*, std::size_t> place_of_;
    std::unordered_map<std::string, Group> by_user_;
    std::unordered_map<std::string, Group> by_client_;
};

// The last good look at every server, as `concurrent` counts it. What is stale counts no more, and what a
// failed look left behind neither.
class Presence {
  public:
    void looked(const std::string& server, core::SteadyTime at, std::vector<Counted> sessions);
    void forget(const std::string& server);  // it failed, or left the fleet

    // On all servers but this, by looks not before `since`: everybody who shares a user or a client with
    // somebody in the look.
    struct Others {
        std::vector<Counted> there;
        std::size_t servers = 0;  // of which there is such a look, whether or not anybody is on them
    };
    Others others(const ServerLook& look, core::SteadyTime since) const;

  private:
    struct OfServer {
        core::SteadyTime at{};
        std::vector<Counted> sessions;
    };
    std::map<std::string, OfServer> servers_;
    // Server by server, how many sessions of that user or client.
    std::unordered_map<std::string, std::map<std::string, std::size_t>> with_user_;
    std::unordered_map<std::string, std::map<std::string, std::size_t>> with_client_;
};

// Pure: of `ages`, larger goes first and the unknown anywhere, whether the one at `me` is among those that
// are too many. `at_least_there` of them are certainly different ones.
Truth is_excess(const std::vector<std::optional<core::SteadyTime::duration>>& order, std::size_t me,
                std::size_t at_least_there, std::uint32_t more_than);

}  // namespace curfew::policy
