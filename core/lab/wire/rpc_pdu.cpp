#include "core/lab/wire/rpc_pdu.hpp"

#include <algorithm>
#include <string_view>

#include "core/bytes/reader.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint8_t version_major = 5;
constexpr std::uint32_t little_endian_drep = 0x10;
constexpr std::size_t response_header_size = 8;

// NDR, version 2.0: the one way of writing that is spoken here.
constexpr rpc::SyntaxId ndr{
    {0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60}, 2};

void encode_header(PduType type, std::uint8_t flags, std::size_t length, std::uint32_t call_id,
                   ByteWriter& out) {
    out.u8(version_major);
    out.u8(0);
    out.u8(static_cast<std::uint8_t>(type));
    out.u8(flags);
    out.u32(little_endian_drep);
    out.u16(static_cast<std::uint16_t>(length));
    out.u16(0);
    out.u32(call_id);
}

rpc::SyntaxId syntax(ByteReader& in) {
    rpc::SyntaxId id;
    const auto uuid = in.bytes(id.uuid.size());
    std::copy(uuid.begin(), uuid.end(), id.uuid.begin());
    id.version = in.u32();
    return id;
}

// Result and reason as a bind_ack has them (C706 12.6.3.1).
struct ResultCodes {
    std::uint16_t result, reason;
};
constexpr ResultCodes codes_of(ContextResult result) {
    constexpr std::uint16_t provider_rejection = 2;
    switch (result) {
        case ContextResult::accepted: return {0, 0};
        case ContextResult::unknown_interface: return {provider_rejection, 1};
        case ContextResult::unknown_syntax: return {provider_rejection, 2};
        case ContextResult::too_many: return {provider_rejection, 3};
    }
    return {provider_rejection, 0};
}

}  // namespace

std::optional<PduHeader> decode_pdu_header(std::span<const std::uint8_t> bytes) {
    ByteReader in{bytes};
    PduHeader header;
    header.major = in.u8();
    in.u8();
    header.type = static_cast<PduType>(in.u8());
    header.flags = in.u8();
    header.little_endian = (in.u32() & 0xF0) == little_endian_drep;
    header.length = in.u16();
    header.authentication = in.u16();
    header.call_id = in.u32();
    if (!in.ok()) return std::nullopt;
    return header;
}

std::optional<BindRequest> decode_bind(std::span<const std::uint8_t> pdu) {
    ByteReader in{pdu};
    in.skip(pdu_header_size);
    BindRequest bind;
    in.u16();
    bind.max_receive = in.u16();
    in.u32();
    const auto count = in.u8();
    in.skip(3);
    for (int i = 0; in.ok() && i < count; ++i) {
        ContextOffer offer;
        offer.id = in.u16();
        const auto syntaxes = in.u8();
        in.u8();
        offer.interface = syntax(in);
        for (int s = 0; s < syntaxes; ++s) {
            const auto one = syntax(in);
            if (one.uuid == ndr.uuid && one.version == ndr.version) offer.ndr = true;
        }
        bind.contexts.push_back(offer);
    }
    if (!in.ok() || count == 0) return std::nullopt;
    return bind;
}

Bytes encode_bind_ack(PduType type, std::uint32_t call_id, std::uint16_t max_fragment,
                      std::span<const ContextResult> results) {
    constexpr std::uint32_t association = 0x53F0;
    constexpr std::string_view address{"\\PIPE\\srvsvc\0", 13};
    constexpr std::size_t result_size = 24;
    Bytes out;
    ByteWriter writer{out};
    const bool with_address = type == PduType::bind_ack;
    const std::size_t before = pdu_header_size + 8 + 2 + (with_address ? address.size() : 0);
    const std::size_t length = (before + 3) / 4 * 4 + 4 + results.size() * result_size;
    encode_header(type, pdu_first | pdu_last, length, call_id, writer);
    writer.u16(max_fragment);
    writer.u16(max_fragment);
    writer.u32(association);
    writer.u16(static_cast<std::uint16_t>(with_address ? address.size() : 0));
    if (with_address) writer.bytes({reinterpret_cast<const std::uint8_t*>(address.data()), address.size()});
    writer.align(4);
    writer.u32(static_cast<std::uint32_t>(results.size()));
    for (const auto result : results) {
        const auto codes = codes_of(result);
        const auto accepted = result == ContextResult::accepted ? ndr : rpc::SyntaxId{};
        writer.u16(codes.result);
        writer.u16(codes.reason);
        writer.bytes(accepted.uuid);
        writer.u32(accepted.version);
    }
    return out;
}

Bytes encode_bind_nak(std::uint32_t call_id, NakReason reason) {
    Bytes out;
    ByteWriter writer{out};
    encode_header(PduType::bind_nak, pdu_first | pdu_last, pdu_header_size + 8, call_id, writer);
    writer.u16(static_cast<std::uint16_t>(reason));
    writer.u8(1);  // one version is spoken: 5.0
    writer.u8(version_major);
    writer.u8(0);
    writer.zeros(3);
    return out;
}

std::optional<RequestPart> decode_request(std::span<const std::uint8_t> pdu, std::uint8_t flags) {
    ByteReader in{pdu};
    in.skip(pdu_header_size);
    RequestPart part;
    in.u32();
    part.context = in.u16();
    part.opnum = in.u16();
    if (flags & pdu_has_object) in.skip(sizeof(rpc::Uuid));
    part.stub = in.bytes(in.left());
    if (!in.ok()) return std::nullopt;
    return part;
}

Bytes encode_response(std::uint32_t call_id, std::uint16_t context, std::span<const std::uint8_t> stub,
                      std::size_t max_fragment) {
    constexpr std::size_t overhead = pdu_header_size + response_header_size;
    // Fragments but the last carry a multiple of eight bytes, so that alignment survives the cut.
    const std::size_t room = std::max<std::size_t>((max_fragment - overhead) / 8 * 8, 8);
    Bytes out;
    out.reserve(stub.size() + (stub.size() / room + 1) * overhead);
    ByteWriter writer{out};
    std::size_t sent = 0;
    do {
        const std::size_t size = std::min(room, stub.size() - sent);
        std::uint8_t flags = 0;
        if (sent == 0) flags |= pdu_first;
        if (sent + size == stub.size()) flags |= pdu_last;
        encode_header(PduType::response, flags, overhead + size, call_id, writer);
        writer.u32(static_cast<std::uint32_t>(stub.size() - sent));
        writer.u16(context);
        writer.u16(0);
        writer.bytes(stub.subspan(sent, size));
        sent += size;
    } while (sent < stub.size());
    return out;
}

Bytes encode_fault(std::uint32_t call_id, std::uint16_t context, std::uint32_t status) {
    constexpr std::size_t size = 32;
    Bytes out;
    ByteWriter writer{out};
    encode_header(PduType::fault, pdu_first | pdu_last, size, call_id, writer);
    writer.u32(size);
    writer.u16(context);
    writer.u16(0);
    writer.u32(status);
    writer.u32(0);
    return out;
}

}  // namespace curfew::core::lab
