#include "core/smb/header.hpp"

#include <algorithm>

#include "core/bytes/reader.hpp"

namespace curfew::core::smb {
namespace {

constexpr std::array<std::uint8_t, 4> plain_magic{0xFE, 'S', 'M', 'B'};
constexpr std::array<std::uint8_t, 4> transform_magic{0xFD, 'S', 'M', 'B'};
constexpr std::uint16_t transform_flag_encrypted = 1;

bool starts_with(std::span<const std::uint8_t> message, const std::array<std::uint8_t, 4>& magic) {
    return message.size() >= magic.size() && std::equal(magic.begin(), magic.end(), message.begin());
}

}  // namespace

void encode(const Header& header, ByteWriter& out) {
    out.bytes(plain_magic);
    out.u16(header_size);
    out.u16(header.credit_charge);
    out.u32(header.status);
    out.u16(static_cast<std::uint16_t>(header.command));
    out.u16(header.credits);
    out.u32(header.flags);
    out.u32(header.next_command);
    out.u64(header.message_id);
    out.u32(0);
    out.u32(header.tree_id);
    out.u64(header.session_id);
    out.zeros(16);
}

std::optional<Header> decode_header(std::span<const std::uint8_t> message) {
    if (!starts_with(message, plain_magic)) return std::nullopt;
    ByteReader in{message.subspan(plain_magic.size())};
    Header header;
    const auto structure_size = in.u16();
    header.credit_charge = in.u16();
    header.status = in.u32();
    header.command = static_cast<Command>(in.u16());
    header.credits = in.u16();
    header.flags = in.u32();
    header.next_command = in.u32();
    header.message_id = in.u64();
    in.u32();
    header.tree_id = in.u32();
    header.session_id = in.u64();
    in.skip(16);
    if (!in.ok() || structure_size != header_size) return std::nullopt;
    return header;
}

bool is_encrypted(std::span<const std::uint8_t> message) {
    return starts_with(message, transform_magic);
}

void encode(const TransformHeader& header, ByteWriter& out) {
    out.bytes(transform_magic);
    out.bytes(header.signature);
    out.bytes(header.nonce);
    out.u32(header.original_size);
    out.u16(0);
    out.u16(transform_flag_encrypted);
    out.u64(header.session_id);
}

std::optional<TransformHeader> decode_transform(std::span<const std::uint8_t> message) {
    if (!starts_with(message, transform_magic)) return std::nullopt;
    ByteReader in{message.subspan(transform_magic.size())};
    TransformHeader header;
    const auto signature = in.bytes(header.signature.size());
    const auto nonce = in.bytes(header.nonce.size());
    header.original_size = in.u32();
    in.u16();
    const auto flags = in.u16();
    header.session_id = in.u64();
    if (!in.ok() || flags != transform_flag_encrypted) return std::nullopt;
    std::copy(signature.begin(), signature.end(), header.signature.begin());
    std::copy(nonce.begin(), nonce.end(), header.nonce.begin());
    return header;
}

}  // namespace curfew::core::smb
