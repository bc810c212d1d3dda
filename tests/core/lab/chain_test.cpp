// Compounds: several requests in one frame.
#include <gtest/gtest.h>

#include "core/rpc/srvsvc.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;
using core::NtStatus;

TEST(LabChain, UnrelatedRequestsAreAnsweredOneByOne) {
    for (const bool seal : {false, true}) {
        RawClient client;
        client.get_ready();
        client.seal = seal;
        const auto answer = client.send(
            client.chain({{Command::echo, encode_logoff},
                          {Command::read, [&](ByteWriter& out) { encode_read(client.file, 9, out); }},
                          {Command::echo, encode_logoff}},
                         false));
        ASSERT_EQ(answer.headers.size(), 3u);
        EXPECT_EQ(answer.sealed, seal);
        EXPECT_TRUE(answer.signatures_verify);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(answer.headers[i].message_id, client.next_id - 3 + i);
            EXPECT_EQ(static_cast<NtStatus>(answer.headers[i].status),
                      i == 1 ? NtStatus::pipe_empty : NtStatus::success);
            EXPECT_EQ((answer.headers[i].flags & flag_signed) != 0, !seal);
        }
    }
}

Body create_srvsvc() {
    return [](ByteWriter& out) { encode_create_pipe(u"srvsvc", out); };
}
Body transceive_on(const FileId& file, Bytes bytes) {
    return [file, bytes](ByteWriter& out) { encode_ioctl(fsctl_pipe_transceive, file, bytes, 65536, out); };
}
Body close_of(const FileId& file) {
    return [file](ByteWriter& out) { encode_close(file, out); };
}

TEST(LabChain, RelatedRequestsGoOnWithTheFileBefore) {
    for (const bool seal : {false, true}) {
        LoggedOn client;
        client.seal = seal;
        client.connect_tree();
        const auto answer = client.send(client.chain(
            {{Command::create, create_srvsvc()},
             {Command::ioctl, transceive_on(no_file, core::rpc::encode_bind(core::rpc::srvsvc, 1))},
             {Command::ioctl, transceive_on(no_file, core::rpc::encode_request(12, words("q"), 2, 4280)[0])},
             {Command::close, close_of(no_file)}},
            true));
        ASSERT_EQ(answer.headers.size(), 4u);
        for (const auto& header : answer.headers) {
            EXPECT_EQ(header.status, 0u);
            EXPECT_EQ(header.session_id, client.session);
            EXPECT_EQ(header.tree_id, client.tree);
        }
        EXPECT_TRUE(answer.signatures_verify);
        EXPECT_EQ(client.server.calls.size(), 1u) << "its owner was asked in the middle of the chain";
    }
}

TEST(LabChain, WhatFailsTakesItsRelativesAlong) {
    LoggedOn client;
    client.connect_tree();
    const auto answer = client.send(
        client.chain({{Command::create, [](ByteWriter& out) { encode_create_pipe(u"lsarpc", out); }},
                      {Command::ioctl, transceive_on(no_file, words("x"))},
                      {Command::close, close_of(no_file)}},
                     true));
    ASSERT_EQ(answer.headers.size(), 3u);
    for (const auto& header : answer.headers)
        EXPECT_EQ(static_cast<NtStatus>(header.status), NtStatus::object_name_not_found);
}

TEST(LabChain, ALogonIsNoPartOfOne) {
    RawClient negotiating;
    EXPECT_TRUE(
        negotiating
            .send(negotiating.chain({{Command::negotiate, [](ByteWriter& out) { encode(Offer{}, out); }},
                                     {Command::echo, encode_logoff}},
                                    false))
            .closed());
    RawClient client;
    client.negotiate();
    const Body setup = [](ByteWriter& out) { encode_session_setup(words("client 1"), out); };
    const auto answer =
        client.send(client.chain({{Command::session_setup, setup}, {Command::session_setup, setup}}, false));
    ASSERT_EQ(answer.headers.size(), 2u);
    for (const auto& header : answer.headers)
        EXPECT_EQ(static_cast<NtStatus>(header.status), NtStatus::invalid_parameter);
}

TEST(LabChain, BadLinksEndTheConnection) {
    for (const std::uint32_t next : {1u, 8u, 63u, 65u, 71u, 72u, 80u, 0x80000000u, 0xFFFFFFF8u}) {
        LoggedOn client;
        auto header = client.next_header(Command::echo);
        header.next_command = next;
        EXPECT_TRUE(client.send(client.finished(header, Bytes{4, 0, 0, 0, 0, 0, 0, 0})).closed()) << next;
    }
    LoggedOn client;
    auto header = client.next_header(Command::echo);
    header.flags |= flag_related;
    EXPECT_EQ(client.send(client.finished(header, Bytes{4, 0, 0, 0})).nt(), NtStatus::invalid_parameter)
        << "related to nothing";
}

}  // namespace
}  // namespace curfew::testing
