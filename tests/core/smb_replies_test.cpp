// Replies, written by hand from MS-SMB2 2.2: whole, cut short, and with offsets and lengths that lie.
#include <gtest/gtest.h>

#include "core/smb/header.hpp"
#include "core/smb/messages.hpp"
#include "tests/core/bytes_of.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;

const std::string any_header =
    "fe534d42400001000000000000000100010000000000000004000000000000000000000001000000"
    "1100001400e4080000000000000000000000000000000000";

Bytes reply(const std::string& body) {
    return from_hex(any_header + body);
}

// Cut to every length but its whole one, a reply does not decode.
template <class Decode> void expect_whole_only(const Bytes& whole, const Decode& decode) {
    EXPECT_TRUE(decode(whole));
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(decode(std::span{whole}.first(length))) << "cut to " << length;
    auto other = whole;
    other[header_size] ^= 1;  // another StructureSize
    EXPECT_FALSE(decode(other));
}

TEST(SmbReplies, SessionSetup) {
    const auto whole = reply(
        "0900"
        "0400"
        "4800"
        "0500"
        "68656c6c6f");
    const auto setup = decode_session_setup_reply(whole);
    ASSERT_TRUE(setup);
    EXPECT_EQ(setup->flags, session_encrypt);
    EXPECT_EQ(hex(setup->token), "68656c6c6f");
    expect_whole_only(whole, decode_session_setup_reply);
    const auto without_token =
        decode_session_setup_reply(reply("0900"
                                         "0000"
                                         "0000"
                                         "0000"));
    ASSERT_TRUE(without_token);
    EXPECT_TRUE(without_token->token.empty());
    EXPECT_FALSE(
        decode_session_setup_reply(reply("0900"
                                         "0000"
                                         "ffff"
                                         "0100")));
    EXPECT_FALSE(
        decode_session_setup_reply(reply("0900"
                                         "0000"
                                         "4800"
                                         "ffff")));
}

TEST(SmbReplies, TreeConnect) {
    const auto whole = reply(
        "1000"
        "0200"
        "00800000"
        "00000000"
        "ff011f00");
    EXPECT_EQ(decode_tree_connect_reply(whole), share_encrypt);
    expect_whole_only(whole, decode_tree_connect_reply);
}

TEST(SmbReplies, Create) {
    const auto whole = reply(
        "5900"
        "00"
        "00"
        "01000000" +
        std::string(32 * 2, '0') + std::string(16 * 2, '0') +
        "80000000"
        "00000000"
        "101112131415161718191a1b1c1d1e1f"
        "00000000"
        "00000000");
    EXPECT_EQ(hex(decode_create_reply(whole).value()), "101112131415161718191a1b1c1d1e1f");
    expect_whole_only(whole, decode_create_reply);
}

TEST(SmbReplies, Ioctl) {
    const auto whole = reply(
        "3100"
        "0000"
        "17c01100"
        "101112131415161718191a1b1c1d1e1f"
        "70000000"
        "00000000"
        "70000000"
        "05000000"
        "00000000"
        "00000000"
        "68656c6c6f");
    const auto decode = [](Message m) { return decode_ioctl_reply(m, fsctl_pipe_transceive); };
    ASSERT_TRUE(decode(whole));
    EXPECT_EQ(hex(*decode(whole)), "68656c6c6f");
    expect_whole_only(whole, decode);
    EXPECT_FALSE(decode_ioctl_reply(whole, fsctl_validate_negotiate_info));
    auto far = whole;
    far[64 + 35] = 0xFF;  // an offset of 4 GB
    EXPECT_FALSE(decode(far));
    auto large = whole;
    for (std::size_t i = 36; i < 40; ++i) large[64 + i] = 0xFF;
    EXPECT_FALSE(decode(large));
}

TEST(SmbReplies, Read) {
    const auto whole = reply(
        "1100"
        "50"
        "00"
        "05000000"
        "00000000"
        "00000000"
        "68656c6c6f");
    ASSERT_TRUE(decode_read_reply(whole));
    EXPECT_EQ(hex(*decode_read_reply(whole)), "68656c6c6f");
    expect_whole_only(whole, decode_read_reply);
}

TEST(SmbReplies, Write) {
    const auto whole = reply(
        "1100"
        "0000"
        "05000000"
        "00000000"
        "0000"
        "0000");
    EXPECT_EQ(decode_write_reply(whole), 5u);
    expect_whole_only(whole, decode_write_reply);
}

// Windows' NEGOTIATE reply in Microsoft's "SMB 2 and SMB 3 security in Windows 10", its token shortened.
const std::string published_negotiate =
    "4100"
    "0100"
    "1103"
    "0200"
    "39cbcaf329714942bdce5d60f09ab3fb"
    "2f000000"
    "00008000"
    "00008000"
    "00008000"
    "d8dae5adcbaed001"
    "09094ab095aed001"
    "8000"
    "0800"
    "88000000"
    "6082013c06062b06"
    "0100"
    "2600"
    "00000000"
    "0100"
    "2000"
    "0100"
    "60a3c3b95c3c7ccd51ec536648d9b3ac74c483ca5b65385a251117beb30712e5"
    "0000"
    "0200"
    "0400"
    "00000000"
    "0100"
    "0200";

TEST(SmbReplies, Negotiate) {
    const auto whole = reply(published_negotiate);
    const auto negotiated = decode_negotiate_reply(whole);
    ASSERT_TRUE(negotiated);
    EXPECT_EQ(negotiated->security_mode, signing_enabled);
    EXPECT_EQ(negotiated->dialect, 0x0311);
    EXPECT_EQ(hex(negotiated->server_guid), "39cbcaf329714942bdce5d60f09ab3fb");
    EXPECT_EQ(negotiated->max_transact, 0x800000u);
    EXPECT_TRUE(negotiated->preauth_sha512);
    EXPECT_EQ(negotiated->cipher, Cipher::aes128_gcm);
    EXPECT_FALSE(negotiated->signing);
    expect_whole_only(whole, decode_negotiate_reply);
}

Bytes negotiate_with(const std::string& contexts, int count) {
    return reply(
        "4100"
        "0100"
        "1103"
        "0" +
        std::to_string(count) + "00" + std::string(32, '0') + std::string(32, '0') + std::string(32, '0') +
        "8000"
        "0000"
        "80000000" +
        contexts);
}

TEST(SmbReplies, NegotiateContexts) {
    const std::string preauth =
        "0100"
        "0600"
        "00000000"
        "0100"
        "0000"
        "0100"
        "0000";
    const auto decode = [](const std::string& contexts, int count) {
        return decode_negotiate_reply(negotiate_with(contexts, count));
    };
    ASSERT_TRUE(decode(preauth, 1));
    EXPECT_TRUE(decode(preauth, 1)->preauth_sha512);
    EXPECT_EQ(decode(preauth, 1)->cipher, Cipher::none);
    EXPECT_FALSE(decode(preauth, 2)) << "more contexts announced than sent";

    // Another hash, or two of them: not the integrity that was asked for.
    EXPECT_FALSE(decode("0100"
                        "0600"
                        "00000000"
                        "0100"
                        "0000"
                        "0200",
                        1)
                     ->preauth_sha512);
    EXPECT_FALSE(decode("0100"
                        "0800"
                        "00000000"
                        "0200"
                        "0000"
                        "0100"
                        "0100",
                        1)
                     ->preauth_sha512);

    // Ciphers and signing algorithms that were not offered, or not one.
    for (const auto* bad : {"0200"
                            "0400"
                            "00000000"
                            "0100"
                            "0300",
                            "0200"
                            "0400"
                            "00000000"
                            "0100"
                            "0400",
                            "0200"
                            "0600"
                            "00000000"
                            "0200"
                            "0100"
                            "0200",
                            "0200"
                            "0400"
                            "00000000"
                            "0000"
                            "0000",
                            "0800"
                            "0400"
                            "00000000"
                            "0100"
                            "0300",
                            "0800"
                            "0600"
                            "00000000"
                            "0200"
                            "0100"
                            "0200",
                            "0200"
                            "0200"
                            "00000000"
                            "0100",
                            "0200"
                            "0000"
                            "00000000"}) {
        EXPECT_FALSE(decode(bad, 1)) << bad;
    }
    EXPECT_EQ(decode("0800"
                     "0400"
                     "00000000"
                     "0100"
                     "0000",
                     1)
                  ->signing,
              Signing::hmac_sha256);
    EXPECT_EQ(decode("0800"
                     "0400"
                     "00000000"
                     "0100"
                     "0200",
                     1)
                  ->signing,
              Signing::aes_gmac);
    EXPECT_EQ(decode("0200"
                     "0400"
                     "00000000"
                     "0100"
                     "0000",
                     1)
                  ->cipher,
              Cipher::none);

    // A context that nobody asked for is stepped over, whatever its length.
    ASSERT_TRUE(
        decode("6300"
               "0300"
               "00000000"
               "aabbcc"
               "0000000000" +
                   preauth,
               2));
    EXPECT_TRUE(decode("6300"
                       "0300"
                       "00000000"
                       "aabbcc"
                       "0000000000" +
                           preauth,
                       2)
                    ->preauth_sha512);
    EXPECT_FALSE(
        decode("6300"
               "ffff"
               "00000000"
               "aabbcc"
               "0000000000" +
                   preauth,
               2));
}

TEST(SmbReplies, NegotiateContextsFarAway) {
    auto whole = reply(published_negotiate);
    for (std::size_t i = 60; i < 64; ++i) whole[64 + i] = 0xFF;
    EXPECT_FALSE(decode_negotiate_reply(whole));
    auto many = reply(published_negotiate);
    many[64 + 6] = 0xFF;
    many[64 + 7] = 0xFF;
    EXPECT_FALSE(decode_negotiate_reply(many));
}

TEST(SmbReplies, ValidateNegotiate) {
    NegotiateReply negotiated;
    negotiated.capabilities = 0x44;
    negotiated.security_mode = 3;
    negotiated.dialect = 0x0302;
    for (std::size_t i = 0; i < 16; ++i) negotiated.server_guid[i] = static_cast<std::uint8_t>(i);
    const auto whole = from_hex(
        "44000000"
        "000102030405060708090a0b0c0d0e0f"
        "0300"
        "0203");
    EXPECT_TRUE(validates(whole, negotiated));
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(validates(std::span{whole}.first(length), negotiated));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto other = whole;
        other[at] ^= 0x40;
        EXPECT_FALSE(validates(other, negotiated)) << at;
    }
}

}  // namespace
}  // namespace curfew::testing
