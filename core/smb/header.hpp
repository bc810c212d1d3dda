#pragma once
// The SMB2 packet header (MS-SMB2 2.2.1) and the transform header of an encrypted one (2.2.41).

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/bytes/writer.hpp"

namespace curfew::core::smb {

enum class Command : std::uint16_t {
    negotiate = 0,
    session_setup = 1,
    logoff = 2,
    tree_connect = 3,
    tree_disconnect = 4,
    create = 5,
    close = 6,
    flush = 7,
    read = 8,
    write = 9,
    lock = 10,
    ioctl = 11,
    cancel = 12,
    echo = 13,
    query_directory = 14,
    change_notify = 15,
    query_info = 16,
    set_info = 17,
    oplock_break = 18,
};

inline constexpr std::size_t header_size = 64;
inline constexpr std::size_t signature_offset = 48;
inline constexpr std::size_t transform_size = 52;

inline constexpr std::uint32_t flag_response = 0x1;
inline constexpr std::uint32_t flag_async = 0x2;
inline constexpr std::uint32_t flag_related = 0x4;  // goes on where the request before it ended
inline constexpr std::uint32_t flag_signed = 0x8;

struct Header {
    std::uint16_t credit_charge = 0;
    std::uint32_t status = 0;
    Command command = Command::negotiate;
    std::uint16_t credits = 0;  // asked for in a request, granted in a reply
    std::uint32_t flags = 0;
    std::uint32_t next_command = 0;
    std::uint64_t message_id = 0;
    std::uint32_t tree_id = 0;  // not in an asynchronous reply
    std::uint64_t session_id = 0;
};

void encode(const Header& header, ByteWriter& out);  // the signature as zeroes
std::optional<Header> decode_header(std::span<const std::uint8_t> message);

struct TransformHeader {
    std::array<std::uint8_t, 16> signature{};
    std::array<std::uint8_t, 16> nonce{};
    std::uint32_t original_size = 0;
    std::uint64_t session_id = 0;
};

bool is_encrypted(std::span<const std::uint8_t> message);
void encode(const TransformHeader& header, ByteWriter& out);
std::optional<TransformHeader> decode_transform(std::span<const std::uint8_t> message);

}  // namespace curfew::core::smb
