#pragma once
// The two calls of srvsvc as a server sees them: requests decoded, replies encoded (MS-SRVS 3.1.4.5,
// 3.1.4.6). The client's side is in core/rpc/srvsvc.hpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/bytes/writer.hpp"
#include "core/session.hpp"

namespace curfew::core::lab {

// Names as they were sent, backslashes and all; none: a null pointer.
struct SessionEnumCall {
    std::optional<std::string> server;
    std::optional<std::string> client;
    std::optional<std::string> user;
    std::uint32_t level = 0;
    std::uint32_t preferred_maximum_length = 0;
    std::optional<std::uint32_t> resume_handle;
};
std::optional<SessionEnumCall> decode_session_enum(std::span<const std::uint8_t> stub);

// A session's client is written as it stands, with or without backslashes; a user, client type or transport
// that is not there, or a user that is empty, is a null pointer. A `connected` that is not there is
// 0xFFFFFFFF, any other number 0. A level that MS-SRVS does not know has no container and no sessions.
Bytes encode_session_enum_reply(std::uint32_t level, std::span<const Session> sessions, std::uint32_t total,
                                std::optional<std::uint32_t> resume_handle, std::uint32_t status);

struct SessionDelCall {
    std::optional<std::string> server;
    std::optional<std::string> client;
    std::optional<std::string> user;
};
std::optional<SessionDelCall> decode_session_del(std::span<const std::uint8_t> stub);
Bytes encode_session_del_reply(std::uint32_t status);

}  // namespace curfew::core::lab
