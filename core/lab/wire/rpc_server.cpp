#include "core/lab/wire/rpc_server.hpp"

#include <algorithm>
#include <utility>

#include "core/rpc/srvsvc.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint16_t largest_fragment = 4280;  // what Windows and Samba take and give
constexpr std::size_t smallest_piece = 32;        // a response header and one unit of alignment
constexpr std::size_t largest_request = 256 * 1024;
constexpr std::size_t most_contexts = 32;

RpcEvent output(Bytes bytes, Call what = Call::other) {
    return {RpcEvent::Kind::output, std::move(bytes), 0, what};
}

Call call_of(std::uint16_t opnum) {
    if (opnum == rpc::opnum_session_enum) return Call::session_enum;
    if (opnum == rpc::opnum_session_del) return Call::session_del;
    return Call::other;
}

}  // namespace

RpcEvent RpcServer::break_off() {
    broken_ = true;
    rest();
    Bytes{}.swap(pending_);
    return {RpcEvent::Kind::broken, {}, 0, Call::other};
}

RpcEvent RpcServer::feed(std::span<const std::uint8_t> bytes) {
    if (broken_) return break_off();
    // The usual write is one whole fragment: it is read where it lies.
    Bytes joined = std::move(pending_);
    pending_ = {};
    if (!joined.empty()) {
        joined.insert(joined.end(), bytes.begin(), bytes.end());
        bytes = joined;
    }
    RpcEvent last;
    while (const auto header = decode_pdu_header(bytes)) {
        if (header->length < pdu_header_size) return break_off();
        if (header->length > bytes.size()) break;
        auto event = take_pdu(*header, bytes.first(header->length));
        bytes = bytes.subspan(header->length);
        if (event.kind == RpcEvent::Kind::broken) return event;
        if (event.kind == RpcEvent::Kind::more) continue;
        // On a pipe of messages nobody asks a second thing in the breath of the first.
        if (!bytes.empty()) return break_off();
        last = std::move(event);
    }
    pending_.assign(bytes.begin(), bytes.end());
    return last;
}

RpcEvent RpcServer::take_pdu(const PduHeader& header, std::span<const std::uint8_t> pdu) {
    switch (header.type) {
        case PduType::bind:
        case PduType::alter_context: return bind(header, pdu);
        case PduType::request: return take_fragment(header, pdu);
        case PduType::auth3:
        case PduType::shutdown:
        case PduType::co_cancel:
        case PduType::orphaned: return {};
        default: return break_off();
    }
}

std::vector<ContextResult> RpcServer::judge(const std::vector<ContextOffer>& offers) {
    std::vector<ContextResult> results;
    for (const auto& offer : offers) {
        const bool ours =
            offer.interface.uuid == rpc::srvsvc.uuid && offer.interface.version == rpc::srvsvc.version;
        const bool known = std::find(contexts_.begin(), contexts_.end(), offer.id) != contexts_.end();
        if (!ours) {
            results.push_back(ContextResult::unknown_interface);
        } else if (!offer.ndr) {
            // NDR64, and what asks for features instead of naming a syntax (MS-RPCE 3.3.1.5.3).
            results.push_back(ContextResult::unknown_syntax);
        } else if (!known && contexts_.size() == most_contexts) {
            results.push_back(ContextResult::too_many);
        } else {
            if (!known) contexts_.push_back(offer.id);
            results.push_back(ContextResult::accepted);
        }
    }
    return results;
}

RpcEvent RpcServer::bind(const PduHeader& header, std::span<const std::uint8_t> pdu) {
    const bool first = header.type == PduType::bind;
    const auto refuse = [&](NakReason reason) {
        return output(encode_bind_nak(header.call_id, reason), Call::bind);
    };
    if (request_.open || first == bound_) return break_off();
    if (first && header.major != 5) return refuse(NakReason::version);
    if (!header.little_endian || header.major != 5) return break_off();
    if (header.authentication != 0) {
        // The SMB session is proof enough, and no other is taken.
        if (first) return refuse(NakReason::authentication);
        return output(encode_fault(header.call_id, 0, fault_access_denied), Call::bind);
    }
    const auto request = decode_bind(pdu);
    if (!request) return break_off();
    if (first) max_fragment_ = std::clamp(request->max_receive, rpc::smallest_fragment, largest_fragment);
    bound_ = true;
    const auto results = judge(request->contexts);
    const auto type = first ? PduType::bind_ack : PduType::alter_context_reply;
    return output(encode_bind_ack(type, header.call_id, max_fragment_, results), Call::bind);
}

RpcEvent RpcServer::take_fragment(const PduHeader& header, std::span<const std::uint8_t> pdu) {
    const bool is_first = (header.flags & pdu_first) != 0;
    const auto part = decode_request(pdu, header.flags);
    if (header.major != 5 || !header.little_endian || !part || is_first == request_.open) return break_off();
    if (is_first) {
        request_ = {header.call_id, part->context, part->opnum, true};
        stub_.clear();
    } else if (header.call_id != request_.call_id) {
        return break_off();
    }
    const auto refuse = [&](std::uint32_t status) {
        request_.open = false;
        Bytes{}.swap(stub_);
        return output(fault(status), call_of(request_.opnum));
    };
    if (!bound_) return refuse(fault_protocol);
    if (header.authentication != 0) return refuse(fault_access_denied);
    if (std::find(contexts_.begin(), contexts_.end(), request_.context) == contexts_.end())
        return refuse(fault_unknown_interface);
    if (stub_.size() + part->stub.size() > largest_request) return refuse(fault_no_memory);
    stub_.insert(stub_.end(), part->stub.begin(), part->stub.end());
    if (!(header.flags & pdu_last)) return {};
    request_.open = false;
    return {RpcEvent::Kind::call, std::exchange(stub_, {}), request_.opnum, call_of(request_.opnum)};
}

Bytes RpcServer::answer(std::span<const std::uint8_t> stub, std::optional<std::size_t> most) const {
    const std::size_t agreed = max_fragment_;
    const auto fragment = most ? std::clamp(*most, smallest_piece, agreed) : agreed;
    return encode_response(request_.call_id, request_.context, stub, fragment);
}

Bytes RpcServer::fault(std::uint32_t status) const {
    return encode_fault(request_.call_id, request_.context, status);
}

void RpcServer::rest() {
    if (!request_.open) Bytes{}.swap(stub_);
    pending_.shrink_to_fit();
    contexts_.shrink_to_fit();
}

}  // namespace curfew::core::lab
