#include <gtest/gtest.h>

#include "core/bytes/reader.hpp"
#include "tests/core/bytes_of.hpp"

namespace curfew::testing {
namespace {

using core::ByteReader;
using core::ByteWriter;

TEST(ByteReader, ReadsWhatByteWriterWrote) {
    Bytes out{0xEE, 0xEE};
    ByteWriter writer{out};
    writer.u8(0x01);
    writer.align(4);
    writer.u16(0x0302);
    writer.u32(0x07060504);
    writer.u64(0x0F0E0D0C0B0A0908);
    writer.utf16(u"aΩ");
    writer.put_u16(4, 0xBEEF);
    EXPECT_EQ(hex(out),
              "eeee"
              "01000000"
              "efbe"
              "04050607"
              "08090a0b0c0d0e0f"
              "6100a903");
    EXPECT_EQ(writer.size(), out.size() - 2);

    ByteReader in{std::span{out}.subspan(2)};
    EXPECT_EQ(in.u8(), 1);
    in.align(4);
    EXPECT_EQ(in.u16(), 0xBEEF);
    EXPECT_EQ(in.u32(), 0x07060504u);
    EXPECT_EQ(in.u64(), 0x0F0E0D0C0B0A0908u);
    EXPECT_EQ(hex(in.bytes(4)), "6100a903");
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.left(), 0u);
}

TEST(ByteReader, FailsForGoodPastTheEnd) {
    const auto bytes = from_hex("0102030405");
    ByteReader in{bytes};
    EXPECT_EQ(in.u32(), 0x04030201u);
    EXPECT_EQ(in.u16(), 0);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.u8(), 0);  // there is one left, but nothing is read any more
    EXPECT_TRUE(in.bytes(0).empty());
    EXPECT_TRUE(in.at(0, 1).empty());
    EXPECT_FALSE(in.ok());
}

TEST(ByteReader, AnOffsetAndALengthMustLieInside) {
    const auto bytes = from_hex("0102030405");
    const auto good = [&](std::size_t offset, std::size_t count) {
        ByteReader in{bytes};
        const auto part = in.at(offset, count);
        EXPECT_EQ(part.size(), in.ok() ? count : 0);
        return in.ok();
    };
    EXPECT_TRUE(good(0, 5));
    EXPECT_TRUE(good(5, 0));
    EXPECT_TRUE(good(4, 1));
    EXPECT_FALSE(good(4, 2));
    EXPECT_FALSE(good(6, 0));
    EXPECT_FALSE(good(0, 6));
    EXPECT_FALSE(good(SIZE_MAX, 2));
    EXPECT_FALSE(good(2, SIZE_MAX));
    EXPECT_FALSE(good(SIZE_MAX, SIZE_MAX));
}

TEST(ByteReader, AlignmentPastTheEndFails) {
    const auto bytes = from_hex("010203");
    ByteReader in{bytes};
    in.u16();
    in.align(4);
    EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace curfew::testing
