// What comes out of the pipe: PDUs in pieces, and the two replies of srvsvc.
//
// The first byte says what the rest is, and how it is cut.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/rpc/pdu.hpp"
#include "core/rpc/srvsvc.hpp"
#include "core/text/utf.hpp"

namespace {

using namespace curfew::core;
using namespace curfew::core::rpc;

void require(bool holds) {
    if (!holds) std::abort();
}

Result<bool> feed_in_pieces(Reassembler& reassembler, std::span<const std::uint8_t> bytes,
                            std::size_t piece) {
    Result<bool> done{false};
    for (std::size_t at = 0; at < bytes.size() && done && !*done; at += piece)
        done = reassembler.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    return done;
}

// How the pipe cuts an answer changes nothing about it, except that bytes behind it may not have come yet.
void reassemble(std::span<const std::uint8_t> bytes, std::size_t piece) {
    Reassembler whole{1}, pieces{1};
    const auto at_once = whole.feed(bytes);
    const auto cut = feed_in_pieces(pieces, bytes, piece);
    if (!at_once) return;
    require(cut.has_value() && *cut == *at_once);
    if (*at_once) require(whole.take_stub() == pieces.take_stub());
}

void enumerate(std::span<const std::uint8_t> stub) {
    for (const auto level : all_levels) {
        const auto reply = decode_session_enum_reply(stub, level);
        if (!reply) continue;
        require(reply->sessions.size() <= stub.size() / 4);
        for (const auto& session : reply->sessions) {
            require(session.client.find('\0') == std::string::npos && !session.client.starts_with('\\'));
            require(session.user.find('\0') == std::string::npos);
            // What was received can be given back.
            require(utf16_from_utf8(session.client).has_value() && utf16_from_utf8(session.user).has_value());
            const auto client = ClientName::from(session.client);
            const auto user = UserName::from(session.user);
            if (client && user) require(encode_session_del("fs1", *client, *user).size() > 40);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span rest{data + 1, size - 1};
    switch (data[0] % 4) {
        case 0: reassemble(rest, data[0] / 4u + 1); break;
        case 1: enumerate(rest); break;
        case 2: (void)decode_bind_ack(rest, 1); break;
        case 3: (void)decode_session_del_reply(rest); break;
    }
    return 0;
}
