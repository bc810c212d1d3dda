#pragma once
// What the policy is told: one server, its sessions as of one look, and the time. Made by facts_of() from
// what the server answered and what the configuration says of it; the one place where "Samba's idle 0 is no
// idle time" lives.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/session.hpp"
#include "core/time.hpp"
#include "policy/pattern.hpp"
#include "policy/zone.hpp"

namespace curfew::policy {

enum class Kind {
    automatic,  // only as configured: told by the levels the server answers
    windows,    // NetSessionDel ends the sessions of that client and user
    samba,      // it ends the process behind them, with every user on the connection; no idle times
    unclear,  // automatic, and not proven to be windows: idle 0 is not believed, targets are counted as Samba
              // does
};

// What clients go by: what servers report of them, or that and what DNS says.
enum class ClientNames { as_reported, dns };

// What the configuration says of a server.
struct ServerTraits {
    std::string name;
    std::vector<std::string> tags;
    Kind kind = Kind::automatic;
    bool shared_connections = true;  // samba: a client may carry several users over one connection
    std::optional<Zone> timezone;    // of its own wall clock, for schedules that go by it; empty: not known
    bool operator==(const ServerTraits&) const = default;
};

struct ServerFacts {
    ServerTraits traits;
    Kind kind = Kind::unclear;  // never automatic
    core::Level level = core::Level::names;
};

enum class Own {
    no,
    account,     // the daemon's account, over some other connection
    possible,    // perhaps of the connection the look came over; nothing proves it
    connection,  // the very connection the look came over
};
// All but `no` are never ended. Only `connection` is sure enough to be left out of what a call for somebody
// else on the same client would end (see own_session.hpp).

// How long no file was seen open: at least, and at most where that is known too. What curfew did not look at
// proves nothing, so without a past `at_least` is 0.
struct QuietTime {
    core::SteadyTime::duration at_least{0};
    std::optional<core::SteadyTime::duration> at_most;
    bool operator==(const QuietTime&) const = default;
};

struct SessionFacts {
    core::Session reported;  // as the server said it; idle is empty where the server's word is worth nothing
    std::string domain;      // of DOMAIN\user; empty when not reported
    std::string user;        // without the domain
    bool user_known = true;  // false: no user was reported, which is not a session without a user name
    std::uint32_t known_flags = ~std::uint32_t{0};  // which bits of the reported flags mean anything
    ClientFacts client;
    std::string client_key;  // equal for two spellings of one client: folded name, or canonical address
    std::string user_key;    // folded, without the domain
    std::optional<core::SteadyTime> started;
    std::optional<QuietTime> quiet;  // empty: the server does not report open files
    Own own = Own::no;
};

struct ServerLook {
    ServerFacts server;
    std::vector<SessionFacts> sessions;
    core::Now at{};  // when the answer was there
    // When the question was sent; empty: at the same moment. What the server says is of some moment between
    // the two, so two looks prove what lies between the answer of the first and the question of the second.
    std::optional<core::SteadyTime> asked = std::nullopt;

    core::SteadyTime asked_at() const { return asked.value_or(at.steady); }
};

ServerLook facts_of(const ServerTraits& traits, const core::Enumeration& enumeration, const core::Now& at,
                    std::optional<core::SteadyTime> asked = std::nullopt);

std::string_view to_string(Kind kind);

}  // namespace curfew::policy
