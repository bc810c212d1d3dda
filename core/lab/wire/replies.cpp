#include "core/lab/wire/replies.hpp"

#include "core/smb/crypto.hpp"
#include "core/smb/header.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint16_t security_mode = smb::signing_enabled | smb::signing_required;

void encode_contexts(const Negotiated& negotiated, ByteWriter& out) {
    const auto context = [&](std::uint16_t type, std::uint16_t length) {
        out.align(8);
        out.u16(type);
        out.u16(length);
        out.u32(0);
        out.u16(1);  // one value was chosen
    };
    std::array<std::uint8_t, 32> salt{};
    smb::random_bytes(salt);
    context(1, static_cast<std::uint16_t>(6 + salt.size()));
    out.u16(static_cast<std::uint16_t>(salt.size()));
    out.u16(1);  // SHA-512
    out.bytes(salt);
    if (negotiated.names_cipher) {
        context(2, 4);
        out.u16(static_cast<std::uint16_t>(negotiated.cipher));
    }
    if (negotiated.names_signing) {
        context(8, 4);
        out.u16(static_cast<std::uint16_t>(negotiated.signing));
    }
}

}  // namespace

void encode_error(ByteWriter& out) {
    out.u16(9);
    out.u16(0);
    out.u32(0);
    out.u8(0);
}

void encode_negotiate_reply(const Negotiated& negotiated, const ServerIdentity& identity, ByteWriter& out) {
    constexpr std::uint16_t fixed = 64;
    const std::size_t start = out.size();
    const bool contexts = negotiated.dialect == static_cast<std::uint16_t>(Dialect::smb311);
    const auto& hint = identity.security_hint;
    const auto contexts_at = (smb::header_size + fixed + hint.size() + 7) / 8 * 8;
    out.u16(65);
    out.u16(security_mode);
    out.u16(negotiated.dialect);
    out.u16(
        static_cast<std::uint16_t>(contexts ? 1 + negotiated.names_cipher + negotiated.names_signing : 0));
    out.bytes(identity.guid);
    out.u32(negotiated.capabilities);
    for (int i = 0; i < 3; ++i) out.u32(largest_transfer);  // transactions, reads, writes
    out.u64(0);  // the clock: there is none here, and no client decides anything by it
    out.u64(0);
    out.u16(smb::header_size + fixed);
    out.u16(static_cast<std::uint16_t>(hint.size()));
    out.u32(contexts ? static_cast<std::uint32_t>(contexts_at) : 0);
    out.bytes(hint);
    if (!contexts) return;
    out.zeros(contexts_at - smb::header_size - (out.size() - start));
    encode_contexts(negotiated, out);
}

void encode_session_setup_reply(std::uint16_t flags, std::span<const std::uint8_t> token, ByteWriter& out) {
    constexpr std::uint16_t fixed = 8;
    out.u16(9);
    out.u16(flags);
    out.u16(smb::header_size + fixed);
    out.u16(static_cast<std::uint16_t>(token.size()));
    out.bytes(token);
}

void encode_tree_connect_reply(ByteWriter& out) {
    constexpr std::uint8_t share_is_pipes = 2;
    constexpr std::uint32_t no_caching = 0x30;
    constexpr std::uint32_t all_access = 0x1F01FF;
    out.u16(16);
    out.u8(share_is_pipes);
    out.u8(0);
    out.u32(no_caching);
    out.u32(0);
    out.u32(all_access);
}

void encode_create_reply(const smb::FileId& file, ByteWriter& out) {
    constexpr std::uint32_t was_opened = 1;
    constexpr std::uint32_t normal = 0x80;
    out.u16(89);
    out.u16(0);
    out.u32(was_opened);
    out.zeros(32);  // times
    out.u64(4096);  // as pipes have it on every server
    out.u64(0);
    out.u32(normal);
    out.u32(0);
    out.bytes(file);
    out.u64(0);
}

void encode_close_reply(ByteWriter& out) {
    out.u16(60);
    out.zeros(58);
}

void encode_read_reply(std::span<const std::uint8_t> data, ByteWriter& out) {
    out.u16(17);
    out.u8(smb::header_size + 16);
    out.u8(0);
    out.u32(static_cast<std::uint32_t>(data.size()));
    out.u64(0);
    out.bytes(data);
}

void encode_write_reply(std::uint32_t taken, ByteWriter& out) {
    out.u16(17);
    out.u16(0);
    out.u32(taken);
    out.u64(0);
}

void encode_ioctl_reply(std::uint32_t code, const smb::FileId& file, std::span<const std::uint8_t> output,
                        ByteWriter& out) {
    constexpr std::uint32_t fixed = 48;
    out.u16(49);
    out.u16(0);
    out.u32(code);
    out.bytes(file);
    out.u32(smb::header_size + fixed);
    out.u32(0);
    out.u32(smb::header_size + fixed);
    out.u32(static_cast<std::uint32_t>(output.size()));
    out.u64(0);
    out.bytes(output);
}

void encode_bare_reply(ByteWriter& out) {
    out.u16(4);
    out.u16(0);
}

void encode_validate_negotiate_output(const Negotiated& negotiated, const ServerIdentity& identity,
                                      ByteWriter& out) {
    out.u32(negotiated.capabilities);
    out.bytes(identity.guid);
    out.u16(security_mode);
    out.u16(negotiated.dialect);
}

}  // namespace curfew::core::lab
