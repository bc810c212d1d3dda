// The two ways to ask through the pipe, and to fetch what does not fit.
#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/rpc/srvsvc.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using core::NtStatus;
namespace rpc = core::rpc;

Bytes request(std::uint32_t call_id, std::uint16_t opnum = 12) {
    return rpc::encode_request(opnum, words("question"), call_id, 4280)[0];
}

Bytes some(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 >> 2);
    return bytes;
}

TEST(LabPipe, IsWrittenToAndReadFrom) {
    RawClient client;
    client.negotiate();
    client.log_on();
    client.connect_tree();
    client.open_pipe();
    const auto bind = rpc::encode_bind(rpc::srvsvc, 1);
    const auto written = client.write(bind);
    ASSERT_EQ(written.nt(), NtStatus::success);
    EXPECT_EQ(core::smb::decode_write_reply(written.messages[0]), bind.size());
    EXPECT_TRUE(rpc::decode_bind_ack(pipe_bytes(client.read()), 1));

    const auto answer = some(10'000);
    client.server.answer = [&](const lab::Action&) { return answer; };
    const auto whole = request(2);
    ASSERT_EQ(client.write(std::span{whole}.first(9)).nt(), NtStatus::success);
    EXPECT_EQ(client.read().nt(), NtStatus::pipe_empty);
    EXPECT_TRUE(client.server.calls.empty());
    ASSERT_EQ(client.write(std::span{whole}.subspan(9)).nt(), NtStatus::success);
    EXPECT_EQ(client.server.calls.size(), 1u);
    rpc::Reassembler reassembler{2};
    bool done = false;
    for (int reads = 0; !done && reads < 100; ++reads) {
        const auto read = client.read(1000);
        const auto bytes = pipe_bytes(read);
        EXPECT_EQ(read.nt(), bytes.size() == 1000 ? NtStatus::buffer_overflow : NtStatus::success);
        done = reassembler.feed(bytes).value();
    }
    EXPECT_EQ(reassembler.take_stub(), answer);
    EXPECT_EQ(client.read().nt(), NtStatus::pipe_empty);
}

TEST(LabPipe, WhatDoesNotFitATransactionIsRead) {
    for (const bool seal : {false, true}) {
        RawClient client;
        client.get_ready();
        client.seal = seal;
        const auto answer = some(3000);
        client.server.answer = [&](const lab::Action&) { return answer; };
        const auto first = client.transceive(request(2), 1024);
        EXPECT_EQ(first.nt(), NtStatus::buffer_overflow);
        EXPECT_EQ(first.sealed, seal);
        auto bytes = pipe_bytes(first);
        EXPECT_EQ(bytes.size(), 1024u);
        EXPECT_EQ(client.transceive(request(3)).nt(), NtStatus::pipe_busy)
            << "what was asked first is read first";
        EXPECT_EQ(client.server.calls.size(), 1u);
        const auto rest = client.read();
        EXPECT_EQ(rest.nt(), NtStatus::success);
        const auto more = pipe_bytes(rest);
        bytes.insert(bytes.end(), more.begin(), more.end());
        rpc::Reassembler reassembler{2};
        ASSERT_TRUE(reassembler.feed(bytes).value());
        EXPECT_EQ(reassembler.take_stub(), answer);
        EXPECT_EQ(client.transceive(request(3)).nt(), NtStatus::success);
    }
}

TEST(LabPipe, WhoeverNeverReadsIsStopped) {
    RawClient client;
    client.get_ready();
    client.server.answer = [](const lab::Action&) { return Bytes(50'000); };
    int taken = 0;
    while (client.write(request(2)).nt() == NtStatus::success) ASSERT_LT(++taken, 10);
    EXPECT_EQ(client.write(request(2)).nt(), NtStatus::pipe_busy);
    EXPECT_EQ(static_cast<int>(client.server.calls.size()), taken);
}

TEST(LabPipe, OneThatBrokeStaysBroken) {
    RawClient client;
    client.get_ready();
    auto nonsense = request(2);
    nonsense[2] = 99;
    EXPECT_EQ(client.write(nonsense).nt(), NtStatus::pipe_broken);
    EXPECT_EQ(client.transceive(request(2)).nt(), NtStatus::pipe_broken);
    EXPECT_TRUE(client.server.calls.empty());
    client.open_pipe();
    client.bind();
    EXPECT_EQ(client.transceive(request(2)).nt(), NtStatus::success) << "and another is whole";
}

TEST(LabPipe, NoReadIsLargerThanAllowed) {
    RawClient client;
    client.get_ready();
    EXPECT_EQ(client.read(65'537).nt(), NtStatus::invalid_parameter);
    EXPECT_EQ(client.write(Bytes(65'537)).nt(), NtStatus::invalid_parameter);
}

TEST(LabPipe, ACallThatCannotBeAnsweredIsAFault) {
    Talk talk;
    ASSERT_TRUE(talk.connect());
    talk.server.rpc_fault = [](const lab::Action& call) -> std::optional<std::uint32_t> {
        if (call.opnum == 12) return std::nullopt;
        return call.opnum == 99 ? 0x1C010002 : 5;
    };
    EXPECT_FALSE(talk.call(99, words("x")));
    EXPECT_EQ(talk.machine.error().code, make_error_code(core::SmbError::rpc_fault));
    Talk denied;
    ASSERT_TRUE(denied.connect());
    denied.server.rpc_fault = talk.server.rpc_fault;
    EXPECT_FALSE(denied.call(13, words("x")));
    EXPECT_EQ(denied.machine.error().code, make_error_code(core::NetApiStatus::access_denied));
}

}  // namespace
}  // namespace curfew::testing
