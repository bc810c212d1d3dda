#pragma once
// DCE/RPC PDUs from the server's side (C706 12.6.4, MS-RPCE 2.2.2): what arrives decoded, what is answered
// encoded. The client's side is in core/rpc/pdu.hpp.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/bytes/writer.hpp"
#include "core/rpc/pdu.hpp"

namespace curfew::core::lab {

enum class PduType : std::uint8_t {
    request = 0,
    response = 2,
    fault = 3,
    bind = 11,
    bind_ack = 12,
    bind_nak = 13,
    alter_context = 14,
    alter_context_reply = 15,
    auth3 = 16,
    shutdown = 17,
    co_cancel = 18,
    orphaned = 19,
};

inline constexpr std::uint8_t pdu_first = 0x01;
inline constexpr std::uint8_t pdu_last = 0x02;
inline constexpr std::uint8_t pdu_has_object = 0x80;
inline constexpr std::size_t pdu_header_size = 16;

struct PduHeader {
    std::uint8_t major = 0;
    PduType type{};
    std::uint8_t flags = 0;
    bool little_endian = false;
    std::uint16_t length = 0;          // of the whole fragment
    std::uint16_t authentication = 0;  // of the verifier at its end
    std::uint32_t call_id = 0;
};
std::optional<PduHeader> decode_pdu_header(std::span<const std::uint8_t> bytes);  // empty: not whole yet

// One presentation context of a bind: an interface, and whether NDR is among the ways to write it.
struct ContextOffer {
    std::uint16_t id = 0;
    rpc::SyntaxId interface;
    bool ndr = false;
};
struct BindRequest {
    std::uint16_t max_receive = 0;  // the largest fragment that the client takes
    std::vector<ContextOffer> contexts;
};
std::optional<BindRequest> decode_bind(std::span<const std::uint8_t> pdu);  // alter_context likewise

enum class ContextResult : std::uint8_t { accepted, unknown_interface, unknown_syntax, too_many };
// `type`: bind_ack or alter_context_reply.
Bytes encode_bind_ack(PduType type, std::uint32_t call_id, std::uint16_t max_fragment,
                      std::span<const ContextResult> results);

enum class NakReason : std::uint16_t { not_specified = 0, version = 4, authentication = 8 };
Bytes encode_bind_nak(std::uint32_t call_id, NakReason reason);

struct RequestPart {
    std::uint16_t context = 0;
    std::uint16_t opnum = 0;
    std::span<const std::uint8_t> stub;
};
std::optional<RequestPart> decode_request(std::span<const std::uint8_t> pdu, std::uint8_t flags);

// A response in fragments of at most `max_fragment` bytes, one behind the other.
Bytes encode_response(std::uint32_t call_id, std::uint16_t context, std::span<const std::uint8_t> stub,
                      std::size_t max_fragment);

// nca_s_... of C706 appendix E.
inline constexpr std::uint32_t fault_access_denied = 5;
inline constexpr std::uint32_t fault_unknown_interface = 0x1C010003;
inline constexpr std::uint32_t fault_protocol = 0x1C01000B;
inline constexpr std::uint32_t fault_no_memory = 0x1C00001B;
Bytes encode_fault(std::uint32_t call_id, std::uint16_t context, std::uint32_t status);

}  // namespace curfew::core::lab
