// What a logged on client may ask for, what it is told when it may not, and who it is taken for.
#include <gtest/gtest.h>

#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;
using core::NtStatus;

// --- IPC$ and srvsvc --------------------------------------------------------------------------------------

TEST(LabTree, IpcIsTheOnlyShare) {
    LoggedOn client;
    const auto connect = [&](std::u16string_view path) {
        return client.send(Command::tree_connect, [&](ByteWriter& out) { encode_tree_connect(path, out); })
            .nt();
    };
    for (const auto* good : {u"\\\\fs1\\IPC$", u"\\\\10.0.0.1\\ipc$", u"\\\\[::1]\\Ipc$", u"\\\\*\\IPC$"})
        EXPECT_EQ(connect(good), NtStatus::success);
    for (const auto* bad : {u"", u"IPC$", u"\\IPC$", u"\\\\IPC$", u"\\\\\\IPC$", u"\\\\fs1\\", u"\\\\fs1\\C$",
                            u"\\\\fs1\\IPC$\\x", u"\\\\fs1\\x\\IPC$"})
        EXPECT_EQ(connect(bad), NtStatus::bad_network_name);
}

TEST(LabCreate, SrvsvcIsTheOnlyPipe) {
    LoggedOn client;
    client.connect_tree();
    const auto open = [&](std::u16string_view name) {
        return client.send(Command::create, [&](ByteWriter& out) { encode_create_pipe(name, out); }).nt();
    };
    for (const auto* good : {u"srvsvc", u"SRVSVC", u"\\srvsvc", u"\\SrvSvc"})
        EXPECT_EQ(open(good), NtStatus::success);
    for (const auto* bad : {u"", u"\\", u"lsarpc", u"\\\\srvsvc", u"srvsvc\\", u"srvsvc2", u"wkssvc"})
        EXPECT_EQ(open(bad), NtStatus::object_name_not_found);
}

TEST(LabTree, EverythingHasItsLimit) {
    LoggedOn client;
    client.connect_tree();
    int opened = 0;
    while (client.send(Command::create, [](ByteWriter& out) { encode_create_pipe(u"srvsvc", out); }).nt() ==
           NtStatus::success)
        ASSERT_LT(++opened, 100);
    int connected = 0;
    while (
        client.send(Command::tree_connect, [](ByteWriter& out) { encode_tree_connect(u"\\\\a\\IPC$", out); })
            .nt() == NtStatus::success)
        ASSERT_LT(++connected, 100);
    EXPECT_GE(opened, 8);
    EXPECT_GE(connected, 8);
    int sessions = 0;
    NtStatus status{};
    client.sign = false;
    do {
        client.session = 0;
        status = client
                     .send(Command::session_setup,
                           [](ByteWriter& out) { encode_session_setup(words("client 1"), out); })
                     .nt();
        ASSERT_LT(++sessions, 100);
    } while (status == NtStatus::more_processing_required);
    EXPECT_EQ(status, NtStatus::insufficient_resources);
}

TEST(LabTree, WhatIsNotThereIsNamed) {
    RawClient client;
    client.get_ready();
    const auto pipe = client.file;
    const auto close = [&](const FileId& file) {
        return client.send(Command::close, [&](ByteWriter& out) { encode_close(file, out); }).nt();
    };
    EXPECT_EQ(client.read().nt(), NtStatus::pipe_empty);
    EXPECT_EQ(close(no_file), NtStatus::file_closed);
    EXPECT_EQ(close(pipe), NtStatus::success);
    EXPECT_EQ(close(pipe), NtStatus::file_closed);
    EXPECT_EQ(client.read().nt(), NtStatus::file_closed);
    EXPECT_EQ(client.write(words("x")).nt(), NtStatus::file_closed);
    EXPECT_EQ(client.transceive(words("x")).nt(), NtStatus::file_closed);

    client.open_pipe();
    const auto first = client.tree;
    client.connect_tree();
    EXPECT_EQ(client.read().nt(), NtStatus::file_closed) << "a pipe of another tree";
    const auto second = std::exchange(client.tree, first);
    EXPECT_EQ(client.send(Command::tree_disconnect, encode_logoff).nt(), NtStatus::success);
    EXPECT_EQ(client.send(Command::tree_disconnect, encode_logoff).nt(), NtStatus::network_name_deleted);
    EXPECT_EQ(client.read().nt(), NtStatus::network_name_deleted);
    client.tree = second;
    EXPECT_EQ(client.read().nt(), NtStatus::file_closed) << "closed with its tree";
}

TEST(LabIoctl, OtherControlCodesAreRefused) {
    RawClient client;
    client.get_ready();
    const auto ask = [&](std::uint32_t code, std::uint32_t max_output = 1024) {
        return client
            .send(Command::ioctl,
                  [&](ByteWriter& out) { encode_ioctl(code, client.file, words("x"), max_output, out); })
            .nt();
    };
    EXPECT_EQ(ask(0x00060194), NtStatus::fs_driver_required);
    EXPECT_EQ(ask(0x000601B0), NtStatus::fs_driver_required);
    EXPECT_EQ(ask(0x001401FC), NtStatus::invalid_device_request);
    EXPECT_EQ(ask(fsctl_validate_negotiate_info), NtStatus::invalid_parameter) << "names a file";
    EXPECT_EQ(ask(fsctl_pipe_transceive, 65537), NtStatus::invalid_parameter);
    const auto not_fsctl = client.send(Command::ioctl, [&](ByteWriter& out) {
        const auto at = out.size();
        encode_ioctl(fsctl_pipe_transceive, client.file, {}, 0, out);
        out.put_u16(at + 48, 0);
    });
    EXPECT_EQ(not_fsctl.nt(), NtStatus::not_supported);
}

TEST(LabOther, CommandsThatAPipeServerHasNoUseFor) {
    RawClient client;
    client.get_ready();
    const auto something = [](ByteWriter& out) { out.zeros(64); };
    for (const auto command : {Command::query_info, Command::set_info, Command::query_directory,
                               Command::change_notify, Command::lock, Command::flush, Command::oplock_break})
        EXPECT_EQ(client.send(command, something).nt(), NtStatus::not_supported);
    EXPECT_EQ(client.send(static_cast<Command>(19), something).nt(), NtStatus::invalid_parameter);
    EXPECT_EQ(client.send(Command::echo, encode_logoff).nt(), NtStatus::success);
}

TEST(LabOther, CancelHasNoReplyAndCostsNothing) {
    RawClient client;
    client.get_ready();
    auto header = client.next_header(Command::cancel);
    --client.next_id;
    client.sign = false;
    const auto cancel = client.finished(header, Bytes{4, 0, 0, 0});
    EXPECT_EQ(client.send(cancel).action.kind, lab::Action::Kind::nothing);
    EXPECT_EQ(client.send(cancel).action.kind, lab::Action::Kind::nothing);
    client.sign = true;
    EXPECT_EQ(client.send(Command::echo, encode_logoff).nt(), NtStatus::success);
}

// --- sessions ---------------------------------------------------------------------------------------------

TEST(LabSession, SeveralOnOneConnectionKnowNothingOfEachOther) {
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0311}) {
        RawClient client;
        client.get_ready({{dialect}});
        const auto first = client.session;
        auto first_signer = std::move(client.signer);
        const auto first_tree = client.tree;
        const auto first_pipe = client.file;
        client.tree = 0;
        client.log_on();
        EXPECT_NE(client.session, first);
        client.tree = first_tree;
        EXPECT_EQ(client.read().nt(), NtStatus::network_name_deleted) << "the other's tree";
        client.connect_tree();
        client.open_pipe();
        client.bind();
        EXPECT_EQ(client.send(Command::logoff, encode_logoff).nt(), NtStatus::success);
        EXPECT_EQ(client.server.connection.take_ended(), std::vector{client.session});
        client.session = first;
        client.signer = std::move(first_signer);
        client.tree = first_tree;
        client.file = first_pipe;
        EXPECT_EQ(client.read().nt(), NtStatus::pipe_empty) << "and the first goes on";
        EXPECT_TRUE(client.server.connection.take_ended().empty());
    }
}

TEST(LabSession, TheLogonMayBeRefused) {
    RawClient client;
    client.negotiate();
    client.server.accept = [](auto) {
        lab::Accepted step;
        step.refused = true;
        return step;
    };
    const auto refused = client.send(Command::session_setup,
                                     [](ByteWriter& out) { encode_session_setup(words("client 1"), out); });
    EXPECT_EQ(refused.nt(), NtStatus::logon_failure);
    client.session = refused.headers[0].session_id;
    EXPECT_EQ(client
                  .send(Command::session_setup,
                        [](ByteWriter& out) { encode_session_setup(words("client 2"), out); })
                  .nt(),
              NtStatus::user_session_deleted);
    EXPECT_TRUE(client.server.connection.take_ended().empty()) << "it never was one";
    client.server.accept = accept_token;
    client.log_on();
}

TEST(LabSession, ALogonWithoutAKeyIsNone) {
    RawClient client;
    client.negotiate();
    client.server.accept = [](auto) {
        lab::Accepted step;
        step.complete = true;
        return step;
    };
    EXPECT_EQ(client
                  .send(Command::session_setup,
                        [](ByteWriter& out) { encode_session_setup(words("client 1"), out); })
                  .nt(),
              NtStatus::logon_failure);
}

TEST(LabSession, NobodyIsProvedTwiceOrOnTwoChannels) {
    LoggedOn client;
    const auto setup = [](std::uint8_t flags) {
        return [flags](ByteWriter& out) {
            out.u16(25);
            out.u8(flags);
            out.u8(1);
            out.zeros(20);
        };
    };
    EXPECT_EQ(client.send(Command::session_setup, setup(0)).nt(), NtStatus::request_not_accepted);
    EXPECT_EQ(client.send(Command::echo, encode_logoff).nt(), NtStatus::success) << "the session goes on";
    client.session = 0;
    client.sign = false;
    EXPECT_EQ(client.send(Command::session_setup, setup(1)).nt(), NtStatus::request_not_accepted);
}

TEST(LabSession, HalfALogonIsGoodForNothing) {
    RawClient client;
    client.negotiate();
    const auto first = client.send(Command::session_setup,
                                   [](ByteWriter& out) { encode_session_setup(words("client 1"), out); });
    client.session = first.headers[0].session_id;
    for (const auto command : {Command::tree_connect, Command::logoff, Command::echo, Command::create})
        EXPECT_EQ(client.send(command, encode_logoff).nt(), NtStatus::user_session_deleted);
}

}  // namespace
}  // namespace curfew::testing
