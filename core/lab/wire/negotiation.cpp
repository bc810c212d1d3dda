#include "core/lab/wire/negotiation.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/bytes/reader.hpp"
#include "core/smb/header.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint16_t context_preauth = 1;
constexpr std::uint16_t context_encryption = 2;
constexpr std::uint16_t context_signing = 8;
constexpr std::uint16_t hash_sha512 = 1;
constexpr std::array every_dialect{Dialect::smb210, Dialect::smb300, Dialect::smb302, Dialect::smb311};

constexpr std::uint16_t number(Dialect dialect) {
    return static_cast<std::uint16_t>(dialect);
}

bool holds(const std::vector<std::uint16_t>& values, std::uint16_t value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

std::vector<std::uint16_t> numbers(ByteReader& in, std::size_t count) {
    std::vector<std::uint16_t> values;
    if (count > in.left() / 2) in.fail();
    for (std::size_t i = 0; in.ok() && i < count; ++i) values.push_back(in.u16());
    return values;
}

// False: not whole, or a second one of its kind.
bool read_context(std::uint16_t type, std::span<const std::uint8_t> data, NegotiateOffer& offer) {
    ByteReader in{data};
    if (type == context_preauth) {
        const auto count = in.u16();
        const auto salt = in.u16();
        offer.sha512 = holds(numbers(in, count), hash_sha512);
        in.skip(salt);
        return in.ok() && !std::exchange(offer.preauth, true);
    }
    if (type != context_encryption && type != context_signing) return true;
    auto& kept = type == context_encryption ? offer.ciphers : offer.signings;
    const bool again = kept.has_value();
    const auto count = in.u16();
    kept = numbers(in, count);
    return in.ok() && count != 0 && !again;
}

bool read_contexts(smb::Message message, std::size_t at, std::size_t count, NegotiateOffer& offer) {
    if (at > message.size()) return false;
    ByteReader in{message.subspan(at)};
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) in.align(8);
        const auto type = in.u16();
        const auto length = in.u16();
        in.u32();
        const auto data = in.bytes(length);
        if (!in.ok() || !read_context(type, data, offer)) return false;
    }
    return true;
}

// The client's order counts; as Windows, and so GCM goes before CCM with every client there is.
template <class Value>
std::optional<Value> first_known(const std::vector<std::uint16_t>& offered,
                                 std::initializer_list<Value> known) {
    for (const auto one : offered)
        for (const auto value : known)
            if (one == static_cast<std::uint16_t>(value)) return value;
    return std::nullopt;
}

void negotiate_contexts(const NegotiateOffer& offer, bool encryption, Negotiated& result) {
    using smb::Cipher, smb::Signing;
    if (encryption && offer.ciphers) {
        result.names_cipher = true;
        result.cipher =
            first_known(*offer.ciphers, {Cipher::aes128_gcm, Cipher::aes128_ccm}).value_or(Cipher::none);
    }
    result.signing = Signing::aes_cmac;
    if (!offer.signings) return;
    if (const auto signing =
            first_known(*offer.signings, {Signing::hmac_sha256, Signing::aes_cmac, Signing::aes_gmac})) {
        result.names_signing = true;
        result.signing = *signing;
    }
}

std::optional<Dialect> common_dialect(const NegotiateOffer& offer, const ServerIdentity& identity,
                                      bool lowest) {
    std::optional<Dialect> found;
    for (const auto dialect : every_dialect) {
        if (!holds(offer.dialects, number(dialect)) || dialect > identity.max_dialect) continue;
        if (lowest) return dialect;
        if (dialect >= identity.min_dialect) found = dialect;
    }
    return found;
}

}  // namespace

std::optional<NegotiateOffer> decode_negotiate(smb::Message message) {
    ByteReader in{message};
    in.skip(smb::header_size);
    if (in.u16() != 36) return std::nullopt;
    NegotiateOffer offer;
    const auto count = in.u16();
    offer.security_mode = in.u16();
    in.u16();
    offer.capabilities = in.u32();
    const auto guid = in.bytes(offer.client_guid.size());
    std::copy(guid.begin(), guid.end(), offer.client_guid.begin());
    const auto contexts_at = in.u32();
    const auto context_count = in.u16();
    in.u16();
    offer.dialects = numbers(in, count);
    if (!in.ok() || count == 0) return std::nullopt;
    // Without 3.1.1 the same bytes are the client's start time.
    if (holds(offer.dialects, number(Dialect::smb311)) &&
        !read_contexts(message, contexts_at, context_count, offer)) {
        return std::nullopt;
    }
    return offer;
}

bool offers_smb2(std::span<const std::uint8_t> message) {
    constexpr std::array<std::uint8_t, 5> begins{0xFF, 'S', 'M', 'B', 0x72};
    constexpr std::size_t smb1_header_size = 32;
    constexpr std::string_view wanted{"\x02SMB 2.???\0", 11};
    if (message.size() < begins.size() || !std::equal(begins.begin(), begins.end(), message.begin()))
        return false;
    ByteReader in{message};
    in.skip(smb1_header_size);
    if (in.u8() != 0) return false;  // no words
    const auto dialects = in.bytes(in.u16());
    return in.ok() &&
           std::search(dialects.begin(), dialects.end(), wanted.begin(), wanted.end()) != dialects.end();
}

std::variant<NtStatus, Negotiated> negotiate(const NegotiateOffer& offer, const ServerIdentity& identity,
                                             bool lowest) {
    const auto dialect = common_dialect(offer, identity, lowest);
    if (!dialect) return NtStatus::not_supported;
    const bool encryption = identity.encryption != LabEncryption::off;
    Negotiated result;
    result.dialect = number(*dialect);
    result.capabilities = smb::capability_large_mtu;
    if (*dialect == Dialect::smb311) {
        if (!offer.preauth) return NtStatus::invalid_parameter;
        if (!offer.sha512) return NtStatus::no_preauth_hash_overlap;
        negotiate_contexts(offer, encryption, result);
    } else if (*dialect >= Dialect::smb300) {
        result.signing = smb::Signing::aes_cmac;
        if (encryption && (offer.capabilities & smb::capability_encryption)) {
            result.capabilities |= smb::capability_encryption;
            result.cipher = smb::Cipher::aes128_ccm;
        }
    }
    return result;
}

}  // namespace curfew::core::lab
