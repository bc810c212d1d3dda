// NEGOTIATE, with the contexts of 3.1.1 (MS-SMB2 2.2.3, 2.2.4): the hash of the negotiation itself, ciphers,
// signing algorithms.
#include <algorithm>

#include "core/bytes/reader.hpp"
#include "core/smb/header.hpp"
#include "core/smb/messages.hpp"

namespace curfew::core::smb {
namespace {

constexpr std::uint16_t context_preauth = 1;
constexpr std::uint16_t context_encryption = 2;
constexpr std::uint16_t context_signing = 8;
constexpr std::uint16_t hash_sha512 = 1;
constexpr std::size_t most_contexts = 16;

void context_header(std::uint16_t type, std::uint16_t length, ByteWriter& out) {
    out.align(8);
    out.u16(type);
    out.u16(length);
    out.u32(0);
}

void encode_contexts(const NegotiateRequest& request, ByteWriter& out) {
    context_header(context_preauth, static_cast<std::uint16_t>(6 + request.salt.size()), out);
    out.u16(1);
    out.u16(static_cast<std::uint16_t>(request.salt.size()));
    out.u16(hash_sha512);
    out.bytes(request.salt);

    context_header(context_encryption, 6, out);
    out.u16(2);
    out.u16(static_cast<std::uint16_t>(Cipher::aes128_gcm));
    out.u16(static_cast<std::uint16_t>(Cipher::aes128_ccm));

    context_header(context_signing, 8, out);
    out.u16(3);
    out.u16(static_cast<std::uint16_t>(Signing::aes_gmac));
    out.u16(static_cast<std::uint16_t>(Signing::aes_cmac));
    out.u16(static_cast<std::uint16_t>(Signing::hmac_sha256));
}

void read_context(std::uint16_t type, std::span<const std::uint8_t> data, NegotiateReply& reply,
                  ByteReader& whole) {
    ByteReader in{data};
    const auto count = in.u16();
    if (type == context_preauth) {
        in.u16();
        reply.preauth_sha512 = count == 1 && in.u16() == hash_sha512;
    } else if (type == context_encryption) {
        const auto cipher = in.u16();
        if (count != 1 || cipher > static_cast<std::uint16_t>(Cipher::aes128_gcm)) in.fail();
        reply.cipher = static_cast<Cipher>(cipher);
    } else if (type == context_signing) {
        const auto signing = in.u16();
        if (count != 1 || signing > static_cast<std::uint16_t>(Signing::aes_gmac)) in.fail();
        reply.signing = static_cast<Signing>(signing);
    } else {
        return;
    }
    if (!in.ok()) whole.fail();
}

}  // namespace

void encode(const NegotiateRequest& request, ByteWriter& out) {
    const bool with_contexts = std::find(request.dialects.begin(), request.dialects.end(), Dialect::smb311) !=
                               request.dialects.end();
    constexpr std::size_t fixed = 36;
    out.u16(fixed);
    out.u16(static_cast<std::uint16_t>(request.dialects.size()));
    out.u16(signing_enabled | signing_required);
    out.u16(0);
    out.u32(request.capabilities);
    out.bytes(request.client_guid);
    const std::size_t end_of_dialects = header_size + fixed + 2 * request.dialects.size();
    const std::size_t contexts_at = (end_of_dialects + 7) / 8 * 8;
    out.u32(with_contexts ? static_cast<std::uint32_t>(contexts_at) : 0);
    out.u16(with_contexts ? 3 : 0);
    out.u16(0);
    for (const auto dialect : request.dialects) out.u16(static_cast<std::uint16_t>(dialect));
    if (with_contexts) encode_contexts(request, out);
}

std::optional<NegotiateReply> decode_negotiate_reply(Message message) {
    ByteReader in{message};
    in.skip(header_size);
    if (in.u16() != 65) return std::nullopt;
    NegotiateReply reply;
    reply.security_mode = in.u16();
    reply.dialect = in.u16();
    const auto context_count = in.u16();
    const auto guid = in.bytes(reply.server_guid.size());
    std::copy(guid.begin(), guid.end(), reply.server_guid.begin());
    reply.capabilities = in.u32();
    reply.max_transact = in.u32();
    reply.max_read = in.u32();
    reply.max_write = in.u32();
    in.skip(16);  // the server's clock: nothing is decided by it
    in.skip(4);   // the SPNEGO hint: the configuration names the mechanism
    const auto contexts_at = in.u32();
    if (!in.ok()) return std::nullopt;
    if (reply.dialect != static_cast<std::uint16_t>(Dialect::smb311)) return reply;

    if (contexts_at > message.size() || context_count > most_contexts) return std::nullopt;
    ByteReader contexts{message.subspan(contexts_at)};
    for (int i = 0; i < context_count; ++i) {
        if (i != 0) contexts.align(8);
        const auto type = contexts.u16();
        const auto length = contexts.u16();
        contexts.u32();
        read_context(type, contexts.bytes(length), reply, contexts);
    }
    if (!contexts.ok()) return std::nullopt;
    return reply;
}

}  // namespace curfew::core::smb
