#pragma once
// What a lab is made of: servers, who is connected to them at the beginning, and how those people live. Plain
// values, read from YAML by config/ or built by a test. All times are the lab's own, which may run faster
// than real ones.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/lab/fault.hpp"
#include "core/server_spec.hpp"
#include "core/time.hpp"

namespace curfew::core::lab {

enum class Personality { windows, samba };

// A length of time, drawn anew each time, any one between the two as likely as another.
struct Span {
    Seconds least{0};
    Seconds most{0};
    bool operator==(const Span&) const = default;
};

// How somebody lives: works, pauses, works again. While at work the idle time stays near zero; in a pause it
// grows; who leaves closes the session and comes back with a new one. Whoever is cut off comes back when work
// begins again, as Windows' own client does.
struct Habit {
    Span works;
    Span pauses;
    double leaves = 0;         // the share of pauses that are absences, 0 to 1
    std::uint32_t files = 2;   // open while at work
    bool closes_files = true;  // in a pause
    bool operator==(const Habit&) const = default;
};

// One session, or `count` alike. In `user` and `client` a {n} stands for the number of each, from 1. A client
// that is an address is counted up instead where `count` is more than one and it holds no {n}.
struct LabSession {
    std::string user;
    std::string client;  // as listed, without backslashes
    std::uint32_t count = 1;
    Seconds connected{3600};  // at the beginning: began so long ago
    Seconds idle{0};          // and has done nothing for so long
    std::uint32_t open_files = 0;
    std::uint32_t flags = 0;  // sess_guest, sess_noencryption
    std::string client_type;
    std::string transport;
    // Sessions of one client on a samba server share one connection, and so one process, where this is the
    // same.
    std::uint32_t connection = 0;
    std::optional<Habit> habit;  // none: stays idle, and does not come back when cut off
    bool operator==(const LabSession&) const = default;
};

// From when on, and until when, something goes wrong.
struct TimedFault {
    Fault fault;
    Seconds from{0};  // after the beginning
    std::optional<Seconds> until;
    bool operator==(const TimedFault&) const = default;
};

enum class LabEncryption { off, offered, required };

struct LabServer {
    std::string name;
    Personality personality = Personality::windows;
    Dialect min_dialect = Dialect::smb210;
    Dialect max_dialect = Dialect::smb311;
    LabEncryption encryption = LabEncryption::offered;
    std::vector<std::string> tags;  // for the ready-made configuration alone
    std::vector<LabSession> sessions;
    std::vector<TimedFault> faults;
    bool operator==(const LabServer&) const = default;
};

// What an account may do: administrators all of it, users levels 0 and 10 of a windows server.
enum class Rights { administrator, user };

struct Account {
    std::string name;
    std::string password;
    Rights rights = Rights::administrator;
    bool operator==(const Account&) const = default;
};

struct Scenario {
    std::uint64_t seed = 1;
    double speed = 1;  // lab seconds in a real one
    std::string domain = "LAB";
    std::vector<Account> accounts;  // for NTLM; Kerberos accounts come with a keytab
    std::vector<LabServer> servers;
    bool operator==(const Scenario&) const = default;
};

// `text` with the number in the place of every {n}.
inline constexpr std::string_view number_mark = "{n}";
std::string numbered(std::string_view text, std::uint32_t number);

// The sessions of a server one by one, with numbers put in. Addresses are counted up over the borders of
// networks and stay what they are, IPv4 or IPv6; where they end, all that are left have the last one.
std::vector<LabSession> each_session(const LabServer& server);

}  // namespace curfew::core::lab
