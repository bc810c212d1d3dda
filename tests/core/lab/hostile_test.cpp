// Strangers: requests cut off at every byte, offsets that point anywhere, and what a connection costs while
// nobody uses it.
#include <gtest/gtest.h>
#include <malloc.h>

#include "core/rpc/srvsvc.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;
using core::NtStatus;

struct Sample {
    Command command;
    Body body;
    std::size_t least;  // so much of the body has to be there
};

std::vector<Sample> samples(const FileId& file) {
    const auto bind = core::rpc::encode_bind(core::rpc::srvsvc, 9);
    return {
        {Command::tree_connect, [](ByteWriter& out) { encode_tree_connect(u"\\\\fs1\\IPC$", out); }, 28},
        {Command::create, [](ByteWriter& out) { encode_create_pipe(u"srvsvc", out); }, 68},
        {Command::ioctl, [=](ByteWriter& out) { encode_ioctl(fsctl_pipe_transceive, file, bind, 1024, out); },
         56 + bind.size()},
        {Command::write, [=](ByteWriter& out) { encode_write(file, bind, out); }, 48 + bind.size()},
        {Command::read, [=](ByteWriter& out) { encode_read(file, 1024, out); }, 48},
        {Command::close, [=](ByteWriter& out) { encode_close(file, out); }, 24},
        {Command::tree_disconnect, encode_logoff, 4},
        {Command::echo, encode_logoff, 4},
        {Command::logoff, encode_logoff, 4}};
}

TEST(LabHostile, ARequestCutOffAnywhereIsRefused) {
    for (const bool seal : {false, true}) {
        const auto count = samples({}).size();
        for (std::size_t which = 0; which < count; ++which) {
            RawClient client;
            client.get_ready();
            client.seal = seal;
            const auto sample = samples(client.file)[which];
            Bytes body;
            ByteWriter out{body};
            sample.body(out);
            for (std::size_t size = 0; size < sample.least; ++size) {
                const auto message =
                    client.finished(client.next_header(sample.command), std::span{body}.first(size));
                ASSERT_EQ(client.send(message).nt(), NtStatus::invalid_parameter)
                    << static_cast<int>(sample.command) << " of " << size;
            }
            const auto whole = client.send(client.finished(client.next_header(sample.command), body));
            EXPECT_NE(whole.nt(), NtStatus::invalid_parameter);
        }
    }
}

TEST(LabHostile, BeforeTheLogonLikewise) {
    Bytes negotiate;
    {
        ByteWriter out{negotiate};
        encode(Offer{}, out);
    }
    for (std::size_t size = 0; size < negotiate.size(); ++size) {
        RawClient client;
        const auto message =
            client.finished(client.next_header(Command::negotiate), std::span{negotiate}.first(size));
        ASSERT_EQ(client.send(message).nt(), NtStatus::invalid_parameter) << size;
        client.negotiate();  // nothing was settled
    }
    Bytes setup;
    {
        ByteWriter out{setup};
        encode_session_setup(words("client 1"), out);
    }
    for (std::size_t size = 0; size < setup.size(); ++size) {
        RawClient client;
        client.negotiate();
        const auto message =
            client.finished(client.next_header(Command::session_setup), std::span{setup}.first(size));
        ASSERT_EQ(client.send(message).nt(), NtStatus::invalid_parameter) << size;
        EXPECT_TRUE(client.server.accepts.empty());
    }
    for (std::size_t size = 0; size < header_size; ++size) {
        RawClient client;
        auto message = client.message(Command::negotiate, [](ByteWriter& out) { encode(Offer{}, out); });
        message.resize(size);
        const auto answer = client.send(message);
        EXPECT_TRUE(answer.closed() || answer.headers.empty()) << size;
        EXPECT_NE(answer.action.kind, lab::Action::Kind::send);
    }
}

TEST(LabHostile, OffsetsAndLengthsPointInsideOrNowhere) {
    struct Row {
        std::size_t sample, at, width;
    };
    const Row rows[] = {{0, 4, 2},  {0, 6, 2},  {1, 44, 2}, {1, 46, 2},
                        {2, 24, 4}, {2, 28, 4}, {3, 2, 2},  {3, 4, 4}};
    for (const auto& row : rows) {
        for (const std::uint64_t value : {0xFFFFFFFFull, 0xFFFFull, 0x80000000ull, 0x7FFFFFFFull, 5000ull}) {
            RawClient client;
            client.get_ready();
            const auto sample = samples(client.file)[row.sample];
            Bytes body;
            ByteWriter out{body};
            sample.body(out);
            for (std::size_t i = 0; i < row.width; ++i)
                body[row.at + i] = static_cast<std::uint8_t>(value >> (8 * i));
            const auto message = client.finished(client.next_header(sample.command), body);
            if ((value & 0xFFFF) == 0 && row.width == 2) continue;  // empty, which is allowed
            EXPECT_EQ(client.send(message).nt(), NtStatus::invalid_parameter) << row.sample << ' ' << row.at;
        }
    }
}

TEST(LabHostile, NobodyIsAskedOutOfTurn) {
    lab::Faults faults;
    lab::ServerConnection connection{{}, faults};
    EXPECT_EQ(connection.on_accepted({}).kind, lab::Action::Kind::close);
    lab::ServerConnection other{{}, faults};
    EXPECT_EQ(other.on_answered({}).kind, lab::Action::Kind::close);
    lab::ServerConnection third{{}, faults};
    EXPECT_EQ(third.on_fault(5).kind, lab::Action::Kind::close);
    lab::ServerConnection fourth{{}, faults};
    EXPECT_EQ(fourth.on_message({}).kind, lab::Action::Kind::nothing);
}

}  // namespace
}  // namespace curfew::testing
