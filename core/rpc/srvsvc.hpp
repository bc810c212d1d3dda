#pragma once
// The two calls of the Server Service Remote Protocol on the wire: NetrSessionEnum (opnum 12,
// MS-SRVS 3.1.4.5) and NetrSessionDel (opnum 13, 3.1.4.6).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/errors/error.hpp"
#include "core/names.hpp"
#include "core/rpc/pdu.hpp"
#include "core/session.hpp"
#include "core/session_api.hpp"

namespace curfew::core::rpc {

// 4b324fc8-1670-01d3-1278-5a47bf6ee188, version 3.0
inline constexpr SyntaxId srvsvc{
    {0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88}, 3};
inline constexpr std::uint16_t opnum_session_enum = 12;
inline constexpr std::uint16_t opnum_session_del = 13;
inline constexpr std::uint32_t everything_preferred = 0xFFFF'FFFF;
// An entry that points nowhere is four bytes on the wire and some two hundred in memory.
inline constexpr std::size_t most_sessions = 500'000;

struct SessionEnumRequest {
    std::string server;  // without backslashes; what the server makes of it is nothing that matters
    SessionFilter filter;
    Level level = Level::transports;
    std::uint32_t preferred_maximum_length = everything_preferred;
    std::uint32_t resume_handle = 0;
};
Bytes encode(const SessionEnumRequest& request);

struct SessionEnumReply {
    std::uint32_t status = 0;  // NET_API_STATUS
    std::vector<Session> sessions;
    std::uint32_t total = 0;
    std::uint32_t resume_handle = 0;
};
Result<SessionEnumReply> decode_session_enum_reply(std::span<const std::uint8_t> stub, Level asked);

// There is no other way to write this request: without both names it would end everybody's sessions.
Bytes encode_session_del(std::string_view server, const ClientName& client, const UserName& user);
Result<std::uint32_t> decode_session_del_reply(std::span<const std::uint8_t> stub);  // NET_API_STATUS

}  // namespace curfew::core::rpc
