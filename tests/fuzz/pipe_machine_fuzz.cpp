// PipeMachine against a server that lies, from the first reply on or after an honest logon. What it says is
// signed and encrypted as it should be, so that the lies get past that.
//
//   the first byte    dialect, encryption, whether the logon is honest
//   then, per reply   a kind of lie, two bytes of length, and as many bytes for it
//
// When the bytes run out the server is honest, so every run ends; a machine that does not is aborted.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "core/bytes/reader.hpp"
#include "tests/core/conversation.hpp"

namespace {

using namespace curfew;
using core::Bytes;
using testing::Conversation;
using testing::ReplyDraft;
using testing::ServerSetup;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Lie {
    std::uint8_t kind = 0;
    Bytes bytes;
};

Lie next_lie(core::ByteReader& in) {
    Lie lie;
    lie.kind = in.u8();
    const auto length = in.u16();
    const auto bytes = in.bytes(std::min<std::size_t>(length, in.left()));
    lie.bytes.assign(bytes.begin(), bytes.end());
    if (!in.ok()) return {};
    return lie;
}

void tell(const Lie& lie, ReplyDraft& reply) {
    core::ByteReader in{lie.bytes};
    switch (lie.kind % 8) {
        case 1: reply.body = lie.bytes; break;
        case 2: reply.header.status = in.u32(); break;
        case 3: {
            reply.header.status = in.u32();
            const auto rest = in.bytes(in.left());
            reply.body.assign(rest.begin(), rest.end());
            break;
        }
        case 4:
            for (auto& byte : reply.body) byte ^= in.u8();
            break;
        case 5:
            reply.header.flags |= in.u8();
            reply.header.credits = in.u16();
            reply.header.tree_id = in.u32();
            break;
        case 6: reply.body.insert(reply.body.end(), lie.bytes.begin(), lie.bytes.end()); break;
        default: break;
    }
}

ServerSetup setup_of(std::uint8_t choice) {
    constexpr std::uint16_t dialects[] = {0x0210, 0x0300, 0x0302, 0x0311};
    ServerSetup setup;
    setup.dialect = dialects[choice & 3];
    if (setup.dialect == 0x0210) setup.cipher = core::smb::Cipher::none;
    if (setup.dialect == 0x0300 || setup.dialect == 0x0302) setup.cipher = core::smb::Cipher::aes128_ccm;
    const bool encrypted = (choice & 4) && setup.dialect != 0x0210;
    setup.session_flags = encrypted ? core::smb::session_encrypt : 0;
    setup.pipe_piece = choice & 8 ? 64 : 64 * 1024;
    return setup;
}

void judge(const Conversation& talk, bool done) {
    require(talk.machine.ready() == done);
    if (!done) require(talk.machine.error().code.failed());
}

void converse(std::uint8_t choice, core::ByteReader in) {
    Conversation talk{setup_of(choice)};
    const bool honest_logon = choice & 16;
    bool lying = !honest_logon;
    talk.server.will_answer(Bytes(100, 0x5A));
    talk.server.change = [&](std::size_t, ReplyDraft& reply) {
        if (lying) tell(next_lie(in), reply);
    };
    talk.server.damage = [&](std::size_t, Bytes& message) {
        if (!lying) return;
        const auto lie = next_lie(in);
        if (lie.kind % 8 == 7) message = lie.bytes;
    };
    bool done = talk.connect();
    judge(talk, done);
    lying = true;
    for (int calls = 0; done && calls < 3; ++calls) {
        if (in.left() > 0) {
            const auto lie = next_lie(in);
            if (lie.kind % 2) talk.server.will_send_on_pipe(lie.bytes);
        }
        done = talk.call(12, Bytes(calls * 3000u, 0x11));
        judge(talk, done);
        if (!done && talk.machine.recovery() == core::smb::PipeMachine::Recovery::repipe) {
            done = talk.reopen();
            judge(talk, done);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 64 * 1024) return 0;
    try {
        converse(data[0], core::ByteReader{{data + 1, size - 1}});
    } catch (const testing::ServerGaveUp&) {
        // A client that was lied to may say what no server expects; the server then hangs up.
    }
    return 0;
}
