#pragma once
// NEGOTIATE as a server sees it (MS-SMB2 3.3.5.4): what the client offers, and what comes of it.

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/errors/nt_status.hpp"
#include "core/lab/wire/server_connection.hpp"
#include "core/smb/messages.hpp"

namespace curfew::core::lab {

// Whoever names no dialect yet is told this one, and asks again in SMB2 (MS-SMB2 3.3.5.3.2).
inline constexpr std::uint16_t dialect_to_be_named = 0x02FF;

struct NegotiateOffer {
    std::vector<std::uint16_t> dialects;
    std::uint16_t security_mode = 0;
    std::uint32_t capabilities = 0;
    ServerGuid client_guid{};
    // The contexts of 3.1.1; of each kind one at most, and the first is a must.
    bool preauth = false;
    bool sha512 = false;
    std::optional<std::vector<std::uint16_t>> ciphers;
    std::optional<std::vector<std::uint16_t>> signings;
};
std::optional<NegotiateOffer> decode_negotiate(smb::Message message);

// An SMB1 NEGOTIATE that also offers "SMB 2.???".
bool offers_smb2(std::span<const std::uint8_t> message);

struct Negotiated {
    std::uint16_t dialect = 0;
    std::uint32_t capabilities = 0;
    smb::Cipher cipher = smb::Cipher::none;
    smb::Signing signing = smb::Signing::hmac_sha256;
    bool names_cipher = false;   // in a context of 3.1.1, also where it is none
    bool names_signing = false;  // likewise
};

// The highest dialect that both know, or why there is none. `lowest`: the lowest instead, as if somebody on
// the way had taken the others out.
std::variant<NtStatus, Negotiated> negotiate(const NegotiateOffer& offer, const ServerIdentity& identity,
                                             bool lowest = false);

}  // namespace curfew::core::lab
