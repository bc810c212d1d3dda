#pragma once
// The bodies of a server's replies (MS-SMB2 2.2.2 to 2.2.32), appended behind a header that was written.

#include <cstdint>
#include <span>

#include "core/bytes/writer.hpp"
#include "core/lab/wire/negotiation.hpp"
#include "core/lab/wire/server_connection.hpp"
#include "core/smb/messages.hpp"

namespace curfew::core::lab {

// The most that one TRANSCEIVE, READ or WRITE moves: what a single credit pays for.
inline constexpr std::uint32_t largest_transfer = 64 * 1024;

void encode_error(ByteWriter& out);
void encode_negotiate_reply(const Negotiated& negotiated, const ServerIdentity& identity, ByteWriter& out);
void encode_session_setup_reply(std::uint16_t flags, std::span<const std::uint8_t> token, ByteWriter& out);
void encode_tree_connect_reply(ByteWriter& out);
void encode_create_reply(const smb::FileId& file, ByteWriter& out);
void encode_close_reply(ByteWriter& out);
void encode_read_reply(std::span<const std::uint8_t> data, ByteWriter& out);
void encode_write_reply(std::uint32_t taken, ByteWriter& out);
void encode_ioctl_reply(std::uint32_t code, const smb::FileId& file, std::span<const std::uint8_t> output,
                        ByteWriter& out);
void encode_bare_reply(ByteWriter& out);  // LOGOFF, TREE_DISCONNECT, ECHO

inline constexpr std::uint32_t validate_negotiate_size = 24;
void encode_validate_negotiate_output(const Negotiated& negotiated, const ServerIdentity& identity,
                                      ByteWriter& out);

}  // namespace curfew::core::lab
