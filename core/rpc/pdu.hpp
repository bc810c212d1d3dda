#pragma once
// Connection-oriented DCE/RPC over a named pipe (C706 chapter 12, MS-RPCE 2.2.2): bind, request, response,
// fault, and fragments in both directions. No authentication of its own: the SMB session is signed or
// encrypted.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/bytes/writer.hpp"
#include "core/errors/error.hpp"

namespace curfew::core::rpc {

using Uuid = std::array<std::uint8_t, 16>;  // in wire order (little-endian fields)

struct SyntaxId {
    Uuid uuid{};
    std::uint32_t version = 0;  // major in the low half
};

inline constexpr std::uint16_t smallest_fragment = 1432;  // what every implementation must accept
inline constexpr std::uint16_t fragment_offered = 65528;
inline constexpr std::size_t largest_stub = std::size_t{64} * 1024 * 1024;  // some 400,000 sessions

Bytes encode_bind(const SyntaxId& interface, std::uint32_t call_id);

struct BindAck {
    std::uint16_t max_transmit = 0;  // the largest fragment the server accepts
};
Result<BindAck> decode_bind_ack(std::span<const std::uint8_t> pdu, std::uint32_t call_id);

// A request as one or more fragments of at most `max_fragment` bytes.
std::vector<Bytes> encode_request(std::uint16_t opnum, std::span<const std::uint8_t> stub,
                                  std::uint32_t call_id, std::uint16_t max_fragment);

// Puts the fragments of one response together, however the pipe cuts them.
class Reassembler {
  public:
    explicit Reassembler(std::uint32_t call_id) : call_id_(call_id) {}

    // True when the response is whole. Bytes behind it are an error: nothing was asked that would explain
    // them.
    Result<bool> feed(std::span<const std::uint8_t> bytes);
    Bytes take_stub() { return std::move(stub_); }

  private:
    Result<bool> take_fragment(std::span<const std::uint8_t> pdu);

    std::uint32_t call_id_;
    Bytes pending_;  // of a fragment that is not whole yet
    Bytes stub_;
    bool begun_ = false;
};

// The length of the PDU that begins here; empty while its header is not whole. An error where it cannot be
// one.
Result<std::optional<std::size_t>> pdu_length(std::span<const std::uint8_t> bytes);

}  // namespace curfew::core::rpc
