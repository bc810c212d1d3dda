#include "core/rpc/pdu.hpp"

#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/rpc/srvsvc.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/golden/golden.hpp"

namespace curfew::testing {
namespace {

using namespace core::rpc;
using core::SmbError;

// Written by hand from C706 12.6.4: version, type, flags, data representation, length, call.
std::string pdu(int type, int flags, int call_id, const std::string& body) {
    char header[33];
    std::snprintf(header, sizeof header, "0500%02x%02x10000000%02x%02x0000%02x000000",
                  static_cast<unsigned>(type), static_cast<unsigned>(flags),
                  static_cast<unsigned>((16 + body.size() / 2) & 255),
                  static_cast<unsigned>((16 + body.size() / 2) >> 8), static_cast<unsigned>(call_id));
    return header + body;
}

std::string response(int flags, int call_id, const std::string& stub) {
    return pdu(2, flags, call_id,
               "00000000"
               "00000000" +
                   stub);
}

TEST(RpcBind, IsWhatAnotherEncoderWrites) {
    EXPECT_EQ(hex(encode_bind(srvsvc, 7)), golden::rpc_bind);
}

TEST(RpcRequest, IsWhatAnotherEncoderWrites) {
    const auto fragments = encode_request(12, from_text("stub!"), 8, 4280);
    ASSERT_EQ(fragments.size(), 1u);
    EXPECT_EQ(hex(fragments.front()), golden::rpc_request);
}

TEST(RpcRequest, FragmentsKeepOrderAlignmentAndSize) {
    Bytes stub(10'000);
    for (std::size_t i = 0; i < stub.size(); ++i) stub[i] = static_cast<std::uint8_t>(i * 31);
    for (const std::uint16_t largest : {1432, 1437, 4280, 65528, 65535}) {
        const auto fragments = encode_request(12, stub, 3, largest);
        Bytes joined;
        for (std::size_t i = 0; i < fragments.size(); ++i) {
            const auto& fragment = fragments[i];
            EXPECT_LE(fragment.size(), largest);
            EXPECT_EQ(fragment[8] | fragment[9] << 8, static_cast<int>(fragment.size()));
            const bool first = i == 0, last = i + 1 == fragments.size();
            EXPECT_EQ(fragment[3], (first ? 1 : 0) | (last ? 2 : 0));
            EXPECT_TRUE(last || (fragment.size() - 24) % 8 == 0);
            joined.insert(joined.end(), fragment.begin() + 24, fragment.end());
        }
        EXPECT_EQ(joined, stub);
    }
}

// --- bind_ack ---------------------------------------------------------------------------------------------

const std::string ndr_syntax =
    "045d888aeb1cc9119fe808002b104860"
    "02000000";

std::string ack_body(const std::string& address, const std::string& results) {
    return "b810"
           "b810"
           "f0530000" +
           address + results;
}

const std::string srvsvc_address =
    "0d00"
    "5c504950455c73727673766300"
    "00";  // 13 bytes and one of padding
const std::string accepted =
    "01000000"
    "0000"
    "0000" +
    ndr_syntax;

TEST(RpcBindAck, IsReadWithAddressesOfAnyLength) {
    const std::string addresses[] = {srvsvc_address,
                                     "0000"
                                     "0000",
                                     "0100"
                                     "00"
                                     "00",
                                     "0200"
                                     "3500",
                                     "0300"
                                     "353500"
                                     "000000",
                                     "0400"
                                     "35353500"
                                     "0000"};
    for (const auto& address : addresses) {
        const auto whole = from_hex(pdu(12, 3, 1, ack_body(address, accepted)));
        const auto ack = decode_bind_ack(whole, 1);
        ASSERT_TRUE(ack) << address << ' ' << describe(ack.error());
        EXPECT_EQ(ack->max_transmit, 4280);
        for (std::size_t length = 0; length < whole.size(); ++length)
            EXPECT_FALSE(decode_bind_ack(std::span{whole}.first(length), 1)) << length;
    }
}

TEST(RpcBindAck, RefusesAnythingElse) {
    const auto decode = [](const std::string& text, std::uint32_t call_id = 1) {
        return decode_bind_ack(from_hex(text), call_id);
    };
    const auto good = ack_body(srvsvc_address, accepted);
    EXPECT_FALSE(decode(pdu(12, 3, 1, good), 2)) << "another call";
    EXPECT_FALSE(decode(pdu(2, 3, 1, good))) << "a response";
    EXPECT_FALSE(decode(pdu(12, 3, 1,
                            ack_body(srvsvc_address,
                                     "01000000"
                                     "0200"
                                     "0000" +
                                         ndr_syntax))))
        << "rejected";
    EXPECT_FALSE(decode(pdu(12, 3, 1,
                            ack_body(srvsvc_address,
                                     "00000000"
                                     "0000"
                                     "0000" +
                                         ndr_syntax))))
        << "no result";
    EXPECT_FALSE(decode(pdu(12, 3, 1,
                            ack_body(srvsvc_address,
                                     "02000000"
                                     "0000"
                                     "0000" +
                                         ndr_syntax))))
        << "two";
    EXPECT_FALSE(decode(pdu(12, 3, 1,
                            ack_body(srvsvc_address,
                                     "01000000"
                                     "0000"
                                     "0000"
                                     "33057171babe37498319b5dbef9ccc3601000000"))))
        << "NDR64";
    EXPECT_FALSE(decode(pdu(12, 3, 1,
                            ack_body("ffff"
                                     "5c00",
                                     accepted))))
        << "an address beyond the end";
    const auto nak = decode(pdu(13, 3, 1,
                                "0000"
                                "0105"
                                "00000000"));
    ASSERT_FALSE(nak);
    EXPECT_EQ(nak.error().code, make_error_code(SmbError::rpc_fault));
}

TEST(RpcBindAck, TinyLimitsAreRaisedToWhatEverybodyMustTake) {
    const auto ack = decode_bind_ack(from_hex(pdu(12, 3, 1,
                                                  "b810"
                                                  "0000"
                                                  "f0530000" +
                                                      srvsvc_address + accepted)),
                                     1);
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->max_transmit, smallest_fragment);
}

// --- the reassembler -------------------------------------------------------------------------------------

Bytes three_fragments() {
    return from_hex(response(1, 5, "0001020304050607") + response(0, 5, "08090a") +
                    response(2, 5, "0b0c0d0e"));
}

TEST(Reassembler, TakesAnswersInPiecesOfEverySize) {
    const auto whole = three_fragments();
    for (std::size_t piece = 1; piece <= whole.size(); ++piece) {
        Reassembler reassembler{5};
        for (std::size_t at = 0; at < whole.size(); at += piece) {
            const auto size = std::min(piece, whole.size() - at);
            const auto done = reassembler.feed(std::span{whole}.subspan(at, size));
            ASSERT_TRUE(done) << describe(done.error());
            EXPECT_EQ(*done, at + size == whole.size());
        }
        EXPECT_EQ(hex(reassembler.take_stub()), "000102030405060708090a0b0c0d0e");
    }
}

TEST(Reassembler, TakesAnswersCutAnywhereOnceOrTwice) {
    const auto whole = three_fragments();
    for (std::size_t a = 0; a <= whole.size(); ++a) {
        for (std::size_t b = a; b <= whole.size(); ++b) {
            Reassembler reassembler{5};
            bool done = false;
            for (const auto& [from, to] :
                 {std::pair{std::size_t{0}, a}, std::pair{a, b}, std::pair{b, whole.size()}}) {
                if (from == to && to == whole.size()) continue;
                const auto result = reassembler.feed(std::span{whole}.subspan(from, to - from));
                ASSERT_TRUE(result);
                done = *result;
            }
            ASSERT_TRUE(done);
        }
    }
}

TEST(Reassembler, AnEmptyStubIsAnAnswer) {
    Reassembler reassembler{5};
    EXPECT_TRUE(reassembler.feed(from_hex(response(3, 5, ""))).value());
    EXPECT_TRUE(reassembler.take_stub().empty());
}

void expect_refused(const std::string& bytes, const char* what) {
    Reassembler reassembler{5};
    const auto result = reassembler.feed(from_hex(bytes));
    ASSERT_FALSE(result) << what;
    EXPECT_EQ(result.error().code, make_error_code(SmbError::malformed)) << what;
}

TEST(Reassembler, RefusesWhatIsNoAnswerToTheCall) {
    expect_refused(response(3, 6, "00"), "another call");
    expect_refused(response(2, 5, "00"), "a last fragment first");
    expect_refused(response(0, 5, "00"), "a middle fragment first");
    expect_refused(response(1, 5, "00") + response(3, 5, "00"), "two first fragments");
    expect_refused(response(1, 5, "00") + response(2, 6, "00"), "a fragment of another call");
    expect_refused(response(3, 5, "00") + "00", "a byte behind it");
    expect_refused(response(3, 5, "00") + response(3, 5, "00"), "an answer behind it");
    expect_refused(pdu(0, 3, 5, "0000000000000000"), "a request");
    expect_refused(pdu(12, 3, 5, "0000000000000000"), "a bind_ack");
    expect_refused("04" + response(3, 5, "00").substr(2), "version 4");
    auto big_endian = response(3, 5, "00");
    big_endian.replace(8, 2, "00");
    expect_refused(big_endian, "big-endian");
    auto authenticated = response(3, 5, "00");
    authenticated.replace(20, 4, "0800");
    expect_refused(authenticated, "with authentication that nobody asked for");
    for (int length = 0; length < 24; ++length) {
        auto shorter = response(3, 5, "00");
        char text[3];
        std::snprintf(text, sizeof text, "%02x", static_cast<unsigned>(length));
        shorter.replace(16, 2, text);
        expect_refused(shorter, "shorter than its header");
    }
}

TEST(Reassembler, TellsFaults) {
    const auto fault = [](const std::string& status) {
        Reassembler reassembler{5};
        const auto result = reassembler.feed(from_hex(pdu(3, 3, 5,
                                                          "20000000"
                                                          "00000000" +
                                                              status + "00000000")));
        EXPECT_FALSE(result);
        return result.error();
    };
    EXPECT_EQ(fault("05000000").code, make_error_code(core::NetApiStatus::access_denied));
    EXPECT_EQ(fault("0200011c").code, make_error_code(SmbError::rpc_fault));
    EXPECT_NE(fault("0200011c").context.find("0x1C010002"), std::string::npos);
    Reassembler reassembler{5};
    EXPECT_FALSE(reassembler.feed(from_hex(pdu(3, 3, 5,
                                               "20000000"
                                               "00000000"))));
}

TEST(Reassembler, KeepsToItsLimit) {
    Reassembler reassembler{5};
    const auto first = from_hex(response(1, 5, std::string(2 * 65'000, '0')));
    const auto next = from_hex(response(0, 5, std::string(2 * 65'000, '0')));
    ASSERT_TRUE(reassembler.feed(first));
    for (std::size_t size = 65'000; size + 65'000 <= largest_stub; size += 65'000)
        ASSERT_TRUE(reassembler.feed(next));
    const auto over = reassembler.feed(next);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, make_error_code(SmbError::too_large));
}

}  // namespace
}  // namespace curfew::testing
