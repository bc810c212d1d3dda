#include <gtest/gtest.h>

#include "core/smb/header.hpp"
#include "tests/core/bytes_of.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;

// A WRITE request of Microsoft's ("Encryption in SMB 3.0: A protocol perspective").
constexpr std::string_view published =
    "fe534d4240000100000000000900400008000000000000000400000000000000"
    "fffe0000010000001100001400e4080000000000000000000000000000000000";

TEST(SmbHeader, ReadsAPublishedOne) {
    const auto header = decode_header(from_hex(published));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->credit_charge, 1);
    EXPECT_EQ(header->status, 0u);
    EXPECT_EQ(header->command, Command::write);
    EXPECT_EQ(header->credits, 64);
    EXPECT_EQ(header->flags, flag_signed);
    EXPECT_EQ(header->next_command, 0u);
    EXPECT_EQ(header->message_id, 4u);
    EXPECT_EQ(header->tree_id, 1u);
    EXPECT_EQ(header->session_id, 0x8e40014000011u);
}

TEST(SmbHeader, GoesThereAndBack) {
    const Header header{0x1234,     0xC0000022,        Command::ioctl, 0x5678, 0x9, 0x20, 0x1122334455667788,
                        0xA1B2C3D4, 0x8877665544332211};
    Bytes bytes;
    ByteWriter out{bytes};
    encode(header, out);
    EXPECT_EQ(hex(bytes),
              "fe534d42"
              "4000"
              "3412"
              "220000c0"
              "0b00"
              "7856"
              "09000000"
              "20000000"
              "8877665544332211"
              "00000000"
              "d4c3b2a1"
              "1122334455667788"
              "00000000000000000000000000000000");
    const auto read = decode_header(bytes);
    ASSERT_TRUE(read);
    Bytes again;
    ByteWriter second{again};
    encode(*read, second);
    EXPECT_EQ(again, bytes);
}

TEST(SmbHeader, RefusesWhatIsNone) {
    const auto good = from_hex(published);
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(decode_header(std::span{good}.first(length))) << length;
    for (std::size_t at = 0; at < 6; ++at) {
        auto bad = good;
        bad[at] ^= 1;
        EXPECT_FALSE(decode_header(bad)) << at;
    }
    EXPECT_FALSE(is_encrypted(good));
    EXPECT_FALSE(decode_transform(good));
}

TEST(TransformHeader, GoesThereAndBack) {
    // The published transform header of that WRITE.
    const auto published_transform = from_hex(
        "fd534d4281a286535415445dae393921e44fa42e66e69a111892584fb5ed524a744da3ee87000000000001001100001400e4"
        "0800");
    ASSERT_EQ(published_transform.size(), transform_size);
    EXPECT_TRUE(is_encrypted(published_transform));
    const auto header = decode_transform(published_transform);
    ASSERT_TRUE(header);
    EXPECT_EQ(hex(header->signature), "81a286535415445dae393921e44fa42e");
    EXPECT_EQ(hex(header->nonce), "66e69a111892584fb5ed524a744da3ee");
    EXPECT_EQ(header->original_size, 0x87u);
    EXPECT_EQ(header->session_id, 0x8e40014000011u);
    Bytes bytes;
    ByteWriter out{bytes};
    encode(*header, out);
    EXPECT_EQ(bytes, published_transform);

    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(decode_transform(std::span{bytes}.first(length))) << length;
    bytes[42] = 0;  // not marked as encrypted
    EXPECT_FALSE(decode_transform(bytes));
}

}  // namespace
}  // namespace curfew::testing
