#pragma once
// What a server says of one session, and of itself (MS-SRVS 2.2.4.12 to 2.2.4.16, SESSION_INFO_0 .. _502).
//
// A field that the server's information level does not carry is empty: unknown is not zero. Text is UTF-8 as
// decoded from the wire and otherwise untouched, because the server must be given the same spelling back.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace curfew::core {

// Information levels of NetSessionEnum, by their number on the wire.
enum class Level : std::uint32_t {
    names = 0,           // client
    administrative = 1,  // client, user, open files, connected, idle, flags
    client_types = 2,    // level 1 and the client's type
    anyone = 10,         // client, user, connected, idle
    transports = 502,    // level 2 and the transport
};

// From the most a server can tell to the least.
inline constexpr std::array all_levels{Level::transports, Level::client_types, Level::administrative,
                                       Level::anyone, Level::names};

// user_flags of levels 1, 2 and 502 (MS-SRVS 2.2.4.13).
inline constexpr std::uint32_t sess_guest = 1;  // logged on as guest
inline constexpr std::uint32_t sess_noencryption =
    2;  // the password travelled in clear; says nothing of SMB3 encryption

// Times on the wire are unsigned seconds. 0xFFFFFFFF (Samba: younger than a second) and anything above 2^31
// is no time.
std::optional<Seconds> seconds_from_wire(std::uint32_t value);

struct Session {
    std::string
        client;  // sesi_cname without its leading backslashes: an address or a computer name; may be empty
    std::string user;  // sesi_username; empty: no user name (a null session), or level 0
    std::optional<std::uint32_t> open_files;
    std::optional<Seconds> connected;  // sesi_time: how long ago the session began
    std::optional<Seconds> idle;       // sesi_idle_time
    std::optional<std::uint32_t> flags;
    std::optional<std::string> client_type;
    std::optional<std::string> transport;

    bool operator==(const Session&) const = default;
};

using ServerGuid = std::array<std::uint8_t, 16>;  // SMB2 ServerGuid (MS-SMB2 2.2.4)

// The connection over which the sessions were listed. The server lists it too, and it must never be ended.
struct OwnConnection {
    std::string account;  // who we are logged on as, "DOMAIN\user", "user@REALM" or "user"; empty if unknown
    std::string local_address;  // our end of the connection in text; empty if unknown
    SteadyTime established{};   // when the logon was done
};

// One answered NetSessionEnum.
struct Enumeration {
    Level level = Level::names;
    std::vector<Session> sessions;
    OwnConnection own;
    std::optional<ServerGuid> server_guid;
    // Levels richer than `level` that were refused for rights, not for being unknown: the account is not an
    // administrator.
    std::vector<Level> denied;
    // Levels richer than `level` that the server does not know (ERROR_INVALID_LEVEL).
    std::vector<Level> unsupported;
};

std::string_view to_string(Level level);  // "502"

}  // namespace curfew::core
