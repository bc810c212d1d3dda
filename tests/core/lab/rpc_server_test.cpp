// DCE/RPC from the server's side: binds as clients of all makes send them, fragments, and what breaks a pipe.
#include "core/lab/wire/rpc_server.hpp"

#include <gtest/gtest.h>

#include "core/lab/wire/pipe_queue.hpp"
#include "core/rpc/srvsvc.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/golden/golden.hpp"

namespace curfew::testing {
namespace {

using core::lab::Call;
using core::lab::PipeQueue;
using core::lab::RpcEvent;
using core::lab::RpcServer;
namespace rpc = core::rpc;
using Kind = RpcEvent::Kind;

const std::string srvsvc = "c84f324b7016d30112785a47bf6ee18803000000";
const std::string lsarpc = "7857341234123412cdabef000123456700000000";
const std::string ndr = "045d888aeb1cc9119fe808002b10486002000000";
const std::string ndr64 = "33057171babe37498319b5dbef9ccc3601000000";
const std::string features = "2c1cb76c12984045030000000000000001000000";

std::string number(std::size_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += hex(Bytes{static_cast<std::uint8_t>(value >> (8 * i))});
    return text;
}

Bytes pdu(int type, const std::string& body, int flags = 3, std::uint32_t call_id = 1) {
    return from_hex("0500" + number(static_cast<std::size_t>(type), 1) +
                    number(static_cast<std::size_t>(flags), 1) + "10000000" +
                    number(16 + body.size() / 2, 2) + "0000" + number(call_id, 4) + body);
}

std::string context(int id, const std::string& interface, const std::vector<std::string>& syntaxes) {
    auto text = number(static_cast<std::size_t>(id), 2) + number(syntaxes.size(), 1) + "00" + interface;
    for (const auto& syntax : syntaxes) text += syntax;
    return text;
}

std::string bind_body(const std::vector<std::string>& contexts, std::size_t max_receive = 4280) {
    auto text = "b810" + number(max_receive, 2) + "00000000" + number(contexts.size(), 1) + "000000";
    for (const auto& one : contexts) text += one;
    return text;
}

Bytes bind(const std::vector<std::string>& contexts, std::size_t max_receive = 4280, int type = 11) {
    return pdu(type, bind_body(contexts, max_receive));
}

std::string request_body(int context, int opnum, const std::string& stub) {
    return "00000000" + number(static_cast<std::size_t>(context), 2) +
           number(static_cast<std::size_t>(opnum), 2) + stub;
}

RpcServer bound(std::size_t max_receive = 4280) {
    RpcServer server;
    EXPECT_EQ(server.feed(bind({context(0, srvsvc, {ndr})}, max_receive)).kind, Kind::output);
    return server;
}

std::string part(const Bytes& bytes, std::size_t at, std::size_t count) {
    return hex(std::span{bytes}.subspan(at, count));
}

// The result, the reason and the first bytes of the syntax of each context, as the answer has them.
std::vector<std::string> results_of(const Bytes& answer) {
    const std::size_t address = answer[24] | answer[25] << 8;
    std::size_t at = (26 + address + 3) / 4 * 4;
    const int count = answer.at(at);
    at += 4;
    std::vector<std::string> results;
    for (int i = 0; i < count; ++i, at += 24) results.push_back(part(answer, at, 8));
    EXPECT_EQ(at, answer.size());
    return results;
}

constexpr auto accepted = "00000000045d888a", no_interface = "0200010000000000",
               no_syntax = "0200020000000000";

TEST(LabRpcBind, IsAnsweredContextByContext) {
    RpcServer server;
    const auto event = server.feed(
        bind({context(0, srvsvc, {ndr}), context(1, srvsvc, {ndr64}), context(2, srvsvc, {features}),
              context(3, lsarpc, {ndr}), context(7, srvsvc, {ndr64, ndr})}));
    ASSERT_EQ(event.kind, Kind::output);
    EXPECT_EQ(event.what, Call::bind);
    EXPECT_EQ(event.bytes[2], 12);
    EXPECT_EQ(results_of(event.bytes),
              (std::vector<std::string>{accepted, no_syntax, no_syntax, no_interface, accepted}));
    for (const int id : {0, 7}) EXPECT_EQ(server.feed(pdu(0, request_body(id, 12, "aa"))).kind, Kind::call);
    for (const int id : {1, 2, 3, 9}) {
        const auto refused = server.feed(pdu(0, request_body(id, 12, "aa")));
        ASSERT_EQ(refused.kind, Kind::output);
        EXPECT_EQ(refused.bytes[2], 3) << "a fault";
        EXPECT_EQ(part(refused.bytes, 24, 4), "0300011c");
    }
}

TEST(LabRpcBind, IsWhatTheProductsClientTakes) {
    RpcServer server;
    const auto event = server.feed(from_hex(golden::rpc_bind));
    const auto ack = rpc::decode_bind_ack(event.bytes, 7);
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->max_transmit, 4280);
    EXPECT_EQ(server.feed(from_hex(golden::rpc_request)).bytes, from_text("stub!"));
}

TEST(LabRpcBind, MoreContextsMayFollow) {
    auto server = bound();
    const auto event = server.feed(bind({context(5, srvsvc, {ndr}), context(6, lsarpc, {ndr})}, 4280, 14));
    ASSERT_EQ(event.kind, Kind::output);
    EXPECT_EQ(event.what, Call::bind);
    EXPECT_EQ(event.bytes[2], 15);
    EXPECT_EQ(results_of(event.bytes), (std::vector<std::string>{accepted, no_interface}));
    EXPECT_EQ(server.feed(pdu(0, request_body(5, 12, ""))).kind, Kind::call);
    EXPECT_EQ(server.feed(pdu(0, request_body(0, 12, ""))).kind, Kind::call);

    for (int id = 10; id < 100; ++id) server.feed(bind({context(id, srvsvc, {ndr})}, 4280, 14));
    const auto full = server.feed(bind({context(200, srvsvc, {ndr})}, 4280, 14));
    EXPECT_EQ(results_of(full.bytes).front(), "0200030000000000") << "there is a limit";
}

TEST(LabRpcBind, WhatIsRefusedAltogether) {
    const auto refused = [](Bytes bytes) {
        RpcServer server;
        return server.feed(bytes);
    };
    auto authenticated = bind({context(0, srvsvc, {ndr})});
    authenticated[10] = 8;
    const auto nak = refused(authenticated);
    ASSERT_EQ(nak.kind, Kind::output);
    EXPECT_EQ(part(nak.bytes, 2, 1), "0d");
    EXPECT_EQ(part(nak.bytes, 16, 2), "0800");
    auto version = bind({context(0, srvsvc, {ndr})});
    version[0] = 6;
    EXPECT_EQ(part(refused(version).bytes, 16, 2), "0400");
    auto big_endian = bind({context(0, srvsvc, {ndr})});
    big_endian[4] = 0;
    EXPECT_EQ(refused(big_endian).kind, Kind::broken);
    EXPECT_EQ(refused(bind({})).kind, Kind::broken);
    EXPECT_EQ(refused(bind({context(0, srvsvc, {ndr})}, 4280, 14)).kind, Kind::broken) << "nothing to alter";
    auto twice = bound();
    EXPECT_EQ(twice.feed(bind({context(0, srvsvc, {ndr})})).kind, Kind::broken);
    auto altered = bound();
    auto with_verifier = bind({context(5, srvsvc, {ndr})}, 4280, 14);
    with_verifier[10] = 8;
    EXPECT_EQ(altered.feed(with_verifier).bytes.at(2), 3);
}

TEST(LabRpcBind, CutOffAnywhereItWaitsOrBreaks) {
    const auto whole = bind({context(0, srvsvc, {ndr}), context(1, srvsvc, {ndr64})});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        RpcServer server;
        EXPECT_EQ(server.feed(std::span{whole}.first(size)).kind, Kind::more);
        EXPECT_EQ(server.feed(std::span{whole}.subspan(size)).kind, Kind::output) << "the rest follows";
        auto shorter = whole;
        shorter.resize(size);
        if (size < 16) continue;
        shorter[8] = static_cast<std::uint8_t>(size);
        RpcServer other;
        EXPECT_EQ(other.feed(shorter).kind, Kind::broken) << size;
    }
}

TEST(LabRpcRequest, ComesInFragmentsCutAnywhere) {
    Bytes stub(10'000);
    for (std::size_t i = 0; i < stub.size(); ++i) stub[i] = static_cast<std::uint8_t>(i * 31);
    Bytes all;
    for (const auto& fragment : rpc::encode_request(13, stub, 5, 4280))
        all.insert(all.end(), fragment.begin(), fragment.end());
    for (const std::size_t piece : {1u, 7u, 16u, 1000u, 4280u, 20'000u}) {
        auto server = bound();
        RpcEvent event;
        for (std::size_t at = 0; at < all.size(); at += piece) {
            EXPECT_EQ(event.kind, Kind::more);
            event = server.feed(std::span{all}.subspan(at, std::min(piece, all.size() - at)));
        }
        ASSERT_EQ(event.kind, Kind::call);
        EXPECT_EQ(event.opnum, 13);
        EXPECT_EQ(event.what, Call::session_del);
        EXPECT_EQ(event.bytes, stub);
    }
}

TEST(LabRpcRequest, MayNameAnObject) {
    auto server = bound();
    const auto event = server.feed(pdu(0, request_body(0, 12, "000102030405060708090a0b0c0d0e0fabcd"), 0x83));
    ASSERT_EQ(event.kind, Kind::call);
    EXPECT_EQ(hex(event.bytes), "abcd");
}

TEST(LabRpcRequest, IsLimited) {
    auto server = bound();
    EXPECT_EQ(server.feed(pdu(0, request_body(0, 12, std::string(120'000, '0')), 1)).kind, Kind::more);
    RpcEvent event;
    for (int i = 0; i < 10 && event.kind == Kind::more; ++i)
        event = server.feed(pdu(0, request_body(0, 12, std::string(120'000, '0')), 0));
    ASSERT_EQ(event.kind, Kind::output);
    EXPECT_EQ(part(event.bytes, 24, 4), "1b00001c");
}

TEST(LabRpcRequest, OutOfOrderBreaksThePipe) {
    const auto fragment = [](int flags, std::uint32_t call_id = 1) {
        return pdu(0, request_body(0, 12, "00"), flags, call_id);
    };
    const std::vector<std::vector<Bytes>> conversations = {
        {fragment(2)},
        {fragment(0)},
        {fragment(1), fragment(1)},
        {fragment(1), fragment(3)},
        {fragment(1), fragment(2, 9)},
        {fragment(1), bind({context(0, srvsvc, {ndr})}, 4280, 14)},
        {pdu(2, "0000000000000000")},
        {pdu(12, "0000000000000000")},
        {pdu(99, "")},
        {pdu(0, "000000")},
        {from_hex("05000003100000000f00000001000000")},
        {from_hex("0500000300000000180000000100000000000000000c0000")},
    };
    for (const auto& conversation : conversations) {
        auto server = bound();
        RpcEvent event;
        for (const auto& one : conversation) {
            EXPECT_EQ(event.kind, Kind::more);
            event = server.feed(one);
        }
        EXPECT_EQ(event.kind, Kind::broken);
        EXPECT_EQ(server.feed(fragment(3)).kind, Kind::broken) << "for good";
    }
    auto server = bound();
    auto two = fragment(3);
    const auto again = two;
    two.insert(two.end(), again.begin(), again.end());
    EXPECT_EQ(server.feed(two).kind, Kind::broken) << "two in a breath";
}

TEST(LabRpcRequest, BeforeABindOrWithAVerifierIsAFault) {
    RpcServer unbound;
    EXPECT_EQ(part(unbound.feed(pdu(0, request_body(0, 12, ""))).bytes, 24, 4), "0b00011c");
    auto server = bound();
    auto signed_request = pdu(0, request_body(0, 12, "0000000000000000"));
    signed_request[10] = 8;
    EXPECT_EQ(part(server.feed(signed_request).bytes, 24, 4), "05000000");
}

TEST(LabRpcRequest, WhatNeedsNoAnswerGetsNone) {
    auto server = bound();
    for (const int type : {16, 17, 18, 19}) EXPECT_EQ(server.feed(pdu(type, "")).kind, Kind::more);
    EXPECT_EQ(server.feed(pdu(0, request_body(0, 12, ""))).kind, Kind::call);
}

TEST(LabRpcAnswer, IsCutToWhatWasAgreedOn) {
    Bytes stub(9000);
    for (std::size_t i = 0; i < stub.size(); ++i) stub[i] = static_cast<std::uint8_t>(i * 7);
    for (const std::size_t max_receive : {0, 1432, 2000, 4280, 65'528}) {
        const auto agreed = std::min<std::size_t>(std::max<std::size_t>(max_receive, 1432), 4280);
        auto server = bound(max_receive);
        server.feed(pdu(0, request_body(0, 12, ""), 3, 77));
        const auto all = server.answer(stub);
        rpc::Reassembler reassembler{77};
        ASSERT_TRUE(reassembler.feed(all).value());
        EXPECT_EQ(reassembler.take_stub(), stub);
        PipeQueue queue;
        queue.put(all);
        std::size_t fragments = 0;
        while (!queue.empty()) {
            const auto piece = queue.take(65'536);
            EXPECT_FALSE(piece.cut);
            EXPECT_LE(piece.bytes.size(), agreed);
            EXPECT_EQ(piece.bytes[8] | piece.bytes[9] << 8, static_cast<int>(piece.bytes.size()));
            ++fragments;
        }
        const auto room = (agreed - 24) / 8 * 8;
        EXPECT_EQ(fragments, (stub.size() + room - 1) / room);
    }
    auto server = bound();
    server.feed(pdu(0, request_body(0, 12, ""), 3, 77));
    rpc::Reassembler failed{77};
    const auto fault = failed.feed(server.fault(5));
    ASSERT_FALSE(fault);
    rpc::Reassembler empty{77};
    EXPECT_TRUE(empty.feed(server.answer({})).value());
}

TEST(LabPipeQueue, GivesAMessageOrAPartOfIt) {
    auto server = bound();
    server.feed(pdu(0, request_body(0, 12, "")));
    const auto one = server.answer(Bytes(100, 1));
    const auto two = server.answer(Bytes(50, 2));
    PipeQueue queue;
    queue.put(one);
    queue.put(two);
    EXPECT_EQ(queue.size(), one.size() + two.size());
    auto piece = queue.take(30);
    EXPECT_TRUE(piece.cut);
    EXPECT_EQ(piece.bytes.size(), 30u);
    piece = queue.take(0);
    EXPECT_TRUE(piece.cut && piece.bytes.empty());
    piece = queue.take(65'536);
    EXPECT_FALSE(piece.cut);
    EXPECT_EQ(piece.bytes.size(), one.size() - 30) << "never beyond its message";
    EXPECT_EQ(queue.take(65'536).bytes, two);
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace curfew::testing
