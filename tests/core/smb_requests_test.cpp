// Requests against impacket's encoder, and against MS-SMB2 by hand where impacket has nothing to say (3.1.1).
#include <gtest/gtest.h>

#include "core/smb/header.hpp"
#include "core/smb/messages.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/golden/golden.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;
using core::Dialect;

constexpr FileId file{0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
                      0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f};

template <class Body>
std::string message(Command command, const Body& body, std::uint64_t session = 0x8E40014000011,
                    std::uint32_t tree = 5) {
    Bytes bytes;
    ByteWriter out{bytes};
    Header header;
    header.command = command;
    header.credit_charge = 1;
    header.credits = 16;
    header.message_id = 9;
    header.tree_id = tree;
    header.session_id = session;
    encode(header, out);
    body(out);
    return hex(bytes);
}

TEST(SmbRequests, AreWhatAnotherEncoderWrites) {
    EXPECT_EQ(
        message(Command::session_setup, [](auto& out) { encode_session_setup(from_text("a token"), out); }),
        golden::smb_session_setup);
    EXPECT_EQ(message(Command::tree_connect, [](auto& out) { encode_tree_connect(u"\\\\fs1\\IPC$", out); }),
              golden::smb_tree_connect);
    EXPECT_EQ(message(Command::create, [](auto& out) { encode_create_pipe(u"srvsvc", out); }),
              golden::smb_create);
    EXPECT_EQ(
        message(Command::ioctl,
                [](auto& out) { encode_ioctl(fsctl_pipe_transceive, file, from_text("hello"), 65536, out); }),
        golden::smb_ioctl);
    EXPECT_EQ(message(Command::read, [](auto& out) { encode_read(file, 65536, out); }), golden::smb_read);
    EXPECT_EQ(message(Command::write, [](auto& out) { encode_write(file, from_text("hello"), out); }),
              golden::smb_write);
    EXPECT_EQ(message(Command::close, [](auto& out) { encode_close(file, out); }), golden::smb_close);
    EXPECT_EQ(message(Command::logoff, [](auto& out) { encode_logoff(out); }), golden::smb_logoff);
}

NegotiateRequest offer() {
    NegotiateRequest request;
    request.dialects = {Dialect::smb210, Dialect::smb300, Dialect::smb302};
    request.capabilities = capability_large_mtu | capability_encryption;
    for (std::size_t i = 0; i < 16; ++i) request.client_guid[i] = static_cast<std::uint8_t>(i);
    return request;
}

TEST(SmbRequests, NegotiateIsWhatAnotherEncoderWrites) {
    EXPECT_EQ(message(
                  Command::negotiate, [](auto& out) { encode(offer(), out); }, 0, 0),
              golden::smb_negotiate);
    Bytes validate;
    ByteWriter out{validate};
    encode_validate_negotiate(offer(), out);
    EXPECT_EQ(hex(validate), golden::smb_validate_negotiate);
}

// MS-SMB2 2.2.3 and 2.2.3.1, by hand: contexts begin at a multiple of eight, counted from the header.
TEST(SmbRequests, NegotiateCarriesTheContextsOf311) {
    auto request = offer();
    request.dialects.push_back(Dialect::smb311);
    for (std::size_t i = 0; i < 32; ++i) request.salt[i] = static_cast<std::uint8_t>(0xC0 + i);
    const auto text = message(
        Command::negotiate, [&](auto& out) { encode(request, out); }, 0, 0);
    EXPECT_EQ(text.substr(128),
              "2400"
              "0400"
              "0300"
              "0000"
              "44000000"
              "000102030405060708090a0b0c0d0e0f"
              "70000000"
              "0300"
              "0000"
              "1002"
              "0003"
              "0203"
              "1103"
              "00000000"
              "0100"
              "2600"
              "00000000"
              "0100"
              "2000"
              "0100"
              "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
              "0000"
              "0200"
              "0600"
              "00000000"
              "0200"
              "0200"
              "0100"
              "0000"
              "0800"
              "0800"
              "00000000"
              "0300"
              "0200"
              "0100"
              "0000");
    for (int dialects = 1; dialects <= 4; ++dialects) {
        auto shorter = request;
        shorter.dialects.erase(shorter.dialects.begin(), shorter.dialects.begin() + 4 - dialects);
        const auto bytes = from_hex(message(
            Command::negotiate, [&](auto& out) { encode(shorter, out); }, 0, 0));
        const std::size_t at = bytes[64 + 28];
        EXPECT_EQ(at % 8, 0u);
        EXPECT_EQ(bytes[at], 1) << "the first context is where its offset says";
    }
}

}  // namespace
}  // namespace curfew::testing
