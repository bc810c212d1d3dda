#include "core/smb/messages.hpp"

#include <algorithm>

#include "core/bytes/reader.hpp"
#include "core/smb/header.hpp"

namespace curfew::core::smb {
namespace {

// Every body begins with its StructureSize; a reply with another one is not that reply.
ByteReader body_of(Message message, std::uint16_t structure_size) {
    ByteReader in{message};
    in.skip(header_size);
    if (in.u16() != structure_size) in.fail();
    return in;
}

FileId file_id(ByteReader& in) {
    FileId id{};
    const auto bytes = in.bytes(id.size());
    std::copy(bytes.begin(), bytes.end(), id.begin());
    return id;
}

}  // namespace

void encode_session_setup(std::span<const std::uint8_t> token, ByteWriter& out) {
    constexpr std::uint16_t fixed = 24;
    out.u16(25);
    out.u8(0);  // a new session, not a binding
    out.u8(signing_required);
    out.u32(0);
    out.u32(0);
    out.u16(header_size + fixed);
    out.u16(static_cast<std::uint16_t>(token.size()));
    out.u64(0);
    out.bytes(token);
}

std::optional<SessionSetupReply> decode_session_setup_reply(Message message) {
    auto in = body_of(message, 9);
    SessionSetupReply reply;
    reply.flags = in.u16();
    const auto offset = in.u16();
    const auto length = in.u16();
    if (length != 0) reply.token = in.at(offset, length);
    if (!in.ok()) return std::nullopt;
    return reply;
}

void encode_tree_connect(std::u16string_view path, ByteWriter& out) {
    constexpr std::uint16_t fixed = 8;
    out.u16(9);
    out.u16(0);
    out.u16(header_size + fixed);
    out.u16(static_cast<std::uint16_t>(path.size() * 2));
    out.utf16(path);
}

std::optional<std::uint32_t> decode_tree_connect_reply(Message message) {
    auto in = body_of(message, 16);
    in.u16();
    const auto flags = in.u32();
    in.skip(8);
    if (!in.ok()) return std::nullopt;
    return flags;
}

void encode_create_pipe(std::u16string_view name, ByteWriter& out) {
    constexpr std::uint16_t fixed = 56;
    constexpr std::uint32_t impersonation = 2;
    constexpr std::uint32_t read_and_write = 0x0012019F;
    constexpr std::uint32_t share_all = 0x7;
    constexpr std::uint32_t open_existing = 1;
    out.u16(57);
    out.u8(0);
    out.u8(0);
    out.u32(impersonation);
    out.u64(0);
    out.u64(0);
    out.u32(read_and_write);
    out.u32(0);
    out.u32(share_all);
    out.u32(open_existing);
    out.u32(0);
    out.u16(header_size + fixed);
    out.u16(static_cast<std::uint16_t>(name.size() * 2));
    out.u32(0);
    out.u32(0);
    out.utf16(name);
}

std::optional<FileId> decode_create_reply(Message message) {
    auto in = body_of(message, 89);
    in.skip(62);
    const auto id = file_id(in);
    in.skip(8);
    if (!in.ok()) return std::nullopt;
    return id;
}

void encode_ioctl(std::uint32_t code, const FileId& file, std::span<const std::uint8_t> input,
                  std::uint32_t max_output, ByteWriter& out) {
    constexpr std::uint32_t fixed = 56;
    constexpr std::uint32_t is_fsctl = 1;
    out.u16(57);
    out.u16(0);
    out.u32(code);
    out.bytes(file);
    out.u32(header_size + fixed);
    out.u32(static_cast<std::uint32_t>(input.size()));
    out.u32(0);
    out.u32(header_size + fixed);
    out.u32(0);
    out.u32(max_output);
    out.u32(is_fsctl);
    out.u32(0);
    out.bytes(input);
}

std::optional<std::span<const std::uint8_t>> decode_ioctl_reply(Message message, std::uint32_t code) {
    auto in = body_of(message, 49);
    in.u16();
    if (in.u32() != code) in.fail();
    file_id(in);
    in.skip(8);
    const auto offset = in.u32();
    const auto count = in.u32();
    in.skip(8);
    std::span<const std::uint8_t> output;
    if (count != 0) output = in.at(offset, count);
    if (!in.ok()) return std::nullopt;
    return output;
}

void encode_read(const FileId& file, std::uint32_t length, ByteWriter& out) {
    constexpr std::uint8_t where_data_may_begin = header_size + 16;
    out.u16(49);
    out.u8(where_data_may_begin);
    out.u8(0);
    out.u32(length);
    out.u64(0);
    out.bytes(file);
    out.u32(0);
    out.u32(0);
    out.u32(0);
    out.u16(0);
    out.u16(0);
    out.u8(0);
}

std::optional<std::span<const std::uint8_t>> decode_read_reply(Message message) {
    auto in = body_of(message, 17);
    const auto offset = in.u8();
    in.u8();
    const auto length = in.u32();
    in.skip(8);
    std::span<const std::uint8_t> data;
    if (length != 0) data = in.at(offset, length);
    if (!in.ok()) return std::nullopt;
    return data;
}

void encode_write(const FileId& file, std::span<const std::uint8_t> data, ByteWriter& out) {
    constexpr std::uint16_t fixed = 48;
    out.u16(49);
    out.u16(header_size + fixed);
    out.u32(static_cast<std::uint32_t>(data.size()));
    out.u64(0);
    out.bytes(file);
    out.u32(0);
    out.u32(0);
    out.u16(0);
    out.u16(0);
    out.u32(0);
    out.bytes(data);
}

std::optional<std::uint32_t> decode_write_reply(Message message) {
    auto in = body_of(message, 17);
    in.u16();
    const auto count = in.u32();
    in.skip(8);
    if (!in.ok()) return std::nullopt;
    return count;
}

void encode_close(const FileId& file, ByteWriter& out) {
    out.u16(24);
    out.u16(0);
    out.u32(0);
    out.bytes(file);
}

void encode_logoff(ByteWriter& out) {
    out.u16(4);
    out.u16(0);
}

void encode_validate_negotiate(const NegotiateRequest& offered, ByteWriter& out) {
    out.u32(offered.capabilities);
    out.bytes(offered.client_guid);
    out.u16(signing_enabled | signing_required);
    out.u16(static_cast<std::uint16_t>(offered.dialects.size()));
    for (const auto dialect : offered.dialects) out.u16(static_cast<std::uint16_t>(dialect));
}

bool validates(std::span<const std::uint8_t> output, const NegotiateReply& negotiated) {
    ByteReader in{output};
    const auto capabilities = in.u32();
    const auto guid = in.bytes(negotiated.server_guid.size());
    const auto mode = in.u16();
    const auto dialect = in.u16();
    return in.ok() && capabilities == negotiated.capabilities && mode == negotiated.security_mode &&
           dialect == negotiated.dialect &&
           std::equal(guid.begin(), guid.end(), negotiated.server_guid.begin(), negotiated.server_guid.end());
}

}  // namespace curfew::core::smb
