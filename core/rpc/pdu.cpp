#include "core/rpc/pdu.hpp"

#include <algorithm>

#include "core/bytes/reader.hpp"
#include "core/errors/net_api_status.hpp"
#include "core/errors/smb_error.hpp"

namespace curfew::core::rpc {
namespace {

enum class PduType : std::uint8_t {
    request = 0,
    response = 2,
    fault = 3,
    bind = 11,
    bind_ack = 12,
    bind_nak = 13
};

constexpr std::uint8_t first_fragment = 0x1;
constexpr std::uint8_t last_fragment = 0x2;
constexpr std::size_t pdu_header_size = 16;
constexpr std::size_t request_header_size = 8;
constexpr std::size_t response_header_size = 8;
constexpr std::uint32_t little_endian_drep = 0x10;
constexpr std::uint32_t fault_access_denied = 5;

// NDR, version 2.0.
constexpr SyntaxId ndr{
    {0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60}, 2};

Error malformed(std::string context) {
    return {make_error_code(SmbError::malformed), std::move(context)};
}

struct PduHeader {
    PduType type{};
    std::uint8_t flags = 0;
    std::uint16_t length = 0;
    std::uint32_t call_id = 0;
};

void encode_header(PduType type, std::uint8_t flags, std::size_t length, std::uint32_t call_id,
                   ByteWriter& out) {
    out.u8(5);
    out.u8(0);
    out.u8(static_cast<std::uint8_t>(type));
    out.u8(flags);
    out.u32(little_endian_drep);
    out.u16(static_cast<std::uint16_t>(length));
    out.u16(0);
    out.u32(call_id);
}

std::optional<PduHeader> decode_header(ByteReader& in) {
    PduHeader header;
    const auto major = in.u8();
    in.u8();
    header.type = static_cast<PduType>(in.u8());
    header.flags = in.u8();
    const auto drep = in.u32();
    header.length = in.u16();
    const auto authentication = in.u16();
    header.call_id = in.u32();
    const bool usable = major == 5 && (drep & 0xF0) == little_endian_drep && authentication == 0;
    if (!in.ok() || !usable) return std::nullopt;
    return header;
}

void encode(const SyntaxId& syntax, ByteWriter& out) {
    out.bytes(syntax.uuid);
    out.u32(syntax.version);
}

Error fault(std::uint32_t status) {
    if (status == fault_access_denied)
        return {make_error_code(NetApiStatus::access_denied), "refused by the RPC runtime"};
    char text[32];
    std::snprintf(text, sizeof text, "fault 0x%08X", static_cast<unsigned>(status));
    return {make_error_code(SmbError::rpc_fault), text};
}

}  // namespace

Bytes encode_bind(const SyntaxId& interface, std::uint32_t call_id) {
    constexpr std::size_t length = pdu_header_size + 8 + 4 + 4 + 20 + 20;
    Bytes out;
    ByteWriter writer{out};
    encode_header(PduType::bind, first_fragment | last_fragment, length, call_id, writer);
    writer.u16(fragment_offered);
    writer.u16(fragment_offered);
    writer.u32(0);
    writer.u32(1);  // one presentation context
    writer.u16(0);
    writer.u16(1);  // with one transfer syntax
    encode(interface, writer);
    encode(ndr, writer);
    return out;
}

Result<BindAck> decode_bind_ack(std::span<const std::uint8_t> pdu, std::uint32_t call_id) {
    ByteReader in{pdu};
    const auto header = decode_header(in);
    if (!header || header->call_id != call_id) return malformed("reply to the RPC bind");
    if (header->type == PduType::fault) {
        in.skip(8);
        return fault(in.u32());
    }
    if (header->type != PduType::bind_ack) {
        return Error{make_error_code(SmbError::rpc_fault),
                     "the server refuses the srvsvc interface (bind_nak)"};
    }
    BindAck ack;
    in.u16();
    ack.max_transmit = in.u16();
    in.u32();
    in.skip(in.u16());
    in.align(4);
    const auto results = in.u8();
    in.skip(3);
    const auto result = in.u16();
    in.u16();
    const auto transfer = in.bytes(ndr.uuid.size());
    const auto version = in.u32();
    if (!in.ok() || results != 1) return malformed("RPC bind_ack");
    if (result != 0 || version != ndr.version ||
        !std::equal(transfer.begin(), transfer.end(), ndr.uuid.begin())) {
        return Error{make_error_code(SmbError::rpc_fault), "the server does not speak NDR on srvsvc"};
    }
    ack.max_transmit = std::max(ack.max_transmit, smallest_fragment);
    return ack;
}

std::vector<Bytes> encode_request(std::uint16_t opnum, std::span<const std::uint8_t> stub,
                                  std::uint32_t call_id, std::uint16_t max_fragment) {
    // Fragments but the last carry a multiple of eight bytes, so that alignment survives the cut.
    const std::size_t room = (max_fragment - pdu_header_size - request_header_size) / 8 * 8;
    std::vector<Bytes> fragments;
    std::size_t sent = 0;
    do {
        const std::size_t size = std::min(room, stub.size() - sent);
        std::uint8_t flags = 0;
        if (sent == 0) flags |= first_fragment;
        if (sent + size == stub.size()) flags |= last_fragment;
        Bytes& out = fragments.emplace_back();
        out.reserve(pdu_header_size + request_header_size + size);
        ByteWriter writer{out};
        encode_header(PduType::request, flags, pdu_header_size + request_header_size + size, call_id, writer);
        writer.u32(static_cast<std::uint32_t>(stub.size() - sent));
        writer.u16(0);
        writer.u16(opnum);
        writer.bytes(stub.subspan(sent, size));
        sent += size;
    } while (sent < stub.size());
    return fragments;
}

Result<std::optional<std::size_t>> pdu_length(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < pdu_header_size) return std::optional<std::size_t>{};
    ByteReader in{bytes};
    const auto header = decode_header(in);
    if (!header || header->length < pdu_header_size + response_header_size) return malformed("RPC header");
    return std::optional<std::size_t>{header->length};
}

Result<bool> Reassembler::take_fragment(std::span<const std::uint8_t> pdu) {
    ByteReader in{pdu};
    const auto header = decode_header(in);
    if (!header || header->call_id != call_id_) return malformed("RPC reply to another call");
    if (header->type == PduType::fault) {
        in.skip(8);
        const auto status = in.u32();
        if (!in.ok()) return malformed("RPC fault");
        return fault(status);
    }
    const bool is_first = (header->flags & first_fragment) != 0;
    if (header->type != PduType::response || is_first == begun_)
        return malformed("RPC fragments out of order");
    begun_ = true;
    in.skip(response_header_size);
    const auto part = in.bytes(in.left());
    if (!in.ok()) return malformed("RPC response");
    if (stub_.size() + part.size() > largest_stub) {
        return Error{make_error_code(SmbError::too_large), "RPC response above 64 MiB"};
    }
    stub_.insert(stub_.end(), part.begin(), part.end());
    return (header->flags & last_fragment) != 0;
}

Result<bool> Reassembler::feed(std::span<const std::uint8_t> bytes) {
    // The usual reply is one whole fragment: it is read where it lies.
    if (!pending_.empty()) {
        pending_.insert(pending_.end(), bytes.begin(), bytes.end());
        bytes = pending_;
    }
    while (true) {
        const auto length = pdu_length(bytes);
        if (!length) return length.error();
        if (!*length || **length > bytes.size()) break;
        const auto last = take_fragment(bytes.first(**length));
        if (!last) return last.error();
        bytes = bytes.subspan(**length);
        if (*last) {
            if (!bytes.empty()) return malformed("bytes behind the RPC response");
            pending_.clear();
            return true;
        }
    }
    Bytes rest{bytes.begin(), bytes.end()};
    pending_ = std::move(rest);
    return false;
}

}  // namespace curfew::core::rpc
