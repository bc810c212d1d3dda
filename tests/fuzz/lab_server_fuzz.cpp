// The lab's server against a client that means no good, before and after a logon. After it the messages are
// signed or encrypted as they should be, so that what is in them gets past that.
//
//   the first byte     dialect, encryption, how far an honest client gets first
//   then, per message  a kind, a command, two bytes of length, and as many bytes for it
//
// Kinds: a body behind a good header; a whole message; bytes written to the pipe; bytes transceived; a chain
// of two, related or not; a read; the same with a good header's fields changed.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/bytes/reader.hpp"
#include "core/lab/wire/srvsvc_codec.hpp"
#include "core/rpc/srvsvc.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace {

using namespace curfew;
using core::Bytes;
using core::ByteWriter;
using testing::Command;
using testing::RawClient;
using Kind = core::lab::Action::Kind;

void require(bool holds) {
    if (!holds) std::abort();
}

Bytes answer_of(const core::lab::Action& call) {
    using namespace core::lab;
    if (call.opnum == core::rpc::opnum_session_enum) {
        const auto request = decode_session_enum(call.bytes);
        const std::vector<core::Session> sessions(60);
        return encode_session_enum_reply(request ? request->level : 0, sessions, 60,
                                         request ? request->resume_handle : std::nullopt, 0);
    }
    return encode_session_del_reply(decode_session_del(call.bytes) ? 0 : 87);
}

void get_going(RawClient& client, std::uint8_t choice) {
    constexpr std::uint16_t dialects[] = {0x0210, 0x0300, 0x0302, 0x0311};
    const int steps = choice >> 3 & 3;
    if (steps == 0) return;
    testing::Offer offer;
    offer.dialects = {dialects[choice & 3]};
    client.negotiate(offer);
    if (steps == 1) return;
    client.log_on();
    client.seal = (choice & 4) != 0;
    client.connect_tree();
    client.open_pipe();
    if (steps == 3) client.bind();
}

Bytes next_message(RawClient& client, std::uint8_t kind, std::uint8_t command, const Bytes& bytes) {
    using namespace core::smb;
    const testing::Body body = [&](ByteWriter& out) { out.bytes(bytes); };
    const auto named = static_cast<Command>(command % 20);
    switch (kind % 8) {
        case 1: return bytes;
        case 2:
            return client.message(Command::write,
                                  [&](ByteWriter& out) { encode_write(client.file, bytes, out); });
        case 3:
            return client.message(Command::ioctl, [&](ByteWriter& out) {
                encode_ioctl(fsctl_pipe_transceive, client.file, bytes, command * 256u, out);
            });
        case 4: return client.chain({{named, body}, {Command::close, body}}, false);
        case 5: return client.chain({{Command::create, body}, {named, body}}, true);
        case 6:
            return client.message(Command::read,
                                  [&](ByteWriter& out) { encode_read(client.file, command, out); });
        case 7: {
            core::ByteReader in{bytes};
            auto header = client.next_header(named);
            header.credit_charge = in.u8();
            header.flags = in.u32();
            header.tree_id ^= in.u8();
            header.session_id ^= in.u8();
            header.next_command = in.u8();
            return client.finished(header, in.bytes(in.left()));
        }
        default: return client.message(named, body);
    }
}

void converse(std::uint8_t choice, core::ByteReader in) {
    core::lab::ServerIdentity identity;
    identity.encryption = choice & 32 ? core::lab::LabEncryption::off : core::lab::LabEncryption::offered;
    RawClient client{identity};
    client.server.answer = answer_of;
    get_going(client, choice);
    for (int messages = 0; in.left() > 0 && messages < 50; ++messages) {
        const auto kind = in.u8();
        const auto command = in.u8();
        const auto length = in.u16();
        const auto part = in.bytes(std::min<std::size_t>(length, in.left()));
        auto message = next_message(client, kind, command, {part.begin(), part.end()});
        const auto action = client.server.take(message);
        require(action.kind != Kind::accept && action.kind != Kind::call);
        if (action.kind == Kind::close) return;
        if (action.kind != Kind::send) continue;
        const auto size = core::smb::message_length(action.bytes);
        require(size && *size == action.bytes.size() - core::smb::frame_prefix && *size >= 64);
    }
    client.server.connection.rest();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 64 * 1024) return 0;
    converse(data[0], core::ByteReader{{data + 1, size - 1}});
    return 0;
}
