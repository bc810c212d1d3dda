// NetrSessionEnum and NetrSessionDel against Samba's own encoder (golden/make_golden.py), and against servers
// that mean no good.
#include "core/rpc/srvsvc.hpp"

#include <gtest/gtest.h>

#include "core/errors/smb_error.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/golden/golden.hpp"

namespace curfew::testing {
namespace {

using namespace core::rpc;
using core::ClientName;
using core::Level;
using core::Seconds;
using core::Session;
using core::SmbError;
using core::UserName;

// What number stands for a pointer that is not null is the encoder's choice. Both Samba and curfew count from
// 0x20000, from different numbers; nothing else in these requests looks like that.
Bytes without_referents(Bytes bytes) {
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        if (bytes[at + 3] == 0 && bytes[at + 2] == 2 && bytes[at + 1] == 0) bytes[at] = 0xEE;
    }
    return bytes;
}

void expect_same(const Bytes& ours, std::string_view theirs) {
    EXPECT_EQ(hex(without_referents(ours)), hex(without_referents(from_hex(theirs))));
}

SessionEnumRequest plain_request(Level level) {
    return {"fs1", {}, level, everything_preferred, 0};
}

TEST(SrvsvcRequests, AreWhatSambaWrites) {
    expect_same(encode(plain_request(Level::names)), golden::enum_request_0);
    expect_same(encode(plain_request(Level::administrative)), golden::enum_request_1);
    expect_same(encode(plain_request(Level::client_types)), golden::enum_request_2);
    expect_same(encode(plain_request(Level::anyone)), golden::enum_request_10);
    expect_same(encode(plain_request(Level::transports)), golden::enum_request_502);
    expect_same(encode(SessionEnumRequest{"fs1.example.com",
                                          {ClientName::from("10.20.1.7"), UserName::from("EXAMPLE\\anna")},
                                          Level::administrative,
                                          everything_preferred,
                                          0x01020304}),
                golden::enum_request_filtered);
}

TEST(SrvsvcRequests, DeletionIsWhatSambaWrites) {
    for (const auto* client : {"10.20.1.7", "\\\\10.20.1.7"}) {
        expect_same(encode_session_del("fs1", *ClientName::from(client), *UserName::from("EXAMPLE\\anna")),
                    golden::del_request);
    }
}

// A null pointer is "everybody". Whatever the names are, neither pointer is null and neither string empty.
TEST(SrvsvcRequests, DeletionAlwaysNamesAClientAndAUser) {
    for (const auto* client : {"a", "pc1", "10.0.0.1", "\xF0\x9F\x94\x92"}) {
        for (const auto* user : {"a", "anna", "EXAMPLE\\anna", "\xCE\xA9"}) {
            auto moved_client = *ClientName::from(client);
            auto moved_user = *UserName::from(user);
            const auto kept_client = std::move(moved_client);
            const auto kept_user = std::move(moved_user);
            const auto stub = encode_session_del("fs1", *ClientName::from(client), *UserName::from(user));
            EXPECT_EQ(encode_session_del("fs1", moved_client, moved_user),
                      stub);  // NOLINT: moved from, and whole
            // server "\\fs1": a pointer, three counts, six units
            std::size_t at = 16 + 12;
            for (int name = 0; name < 2; ++name) {
                ASSERT_NE(stub.at(at + 2), 0) << "a null pointer";
                const std::size_t units = stub.at(at + 4);
                ASSERT_GE(units, name == 0 ? 4u : 2u) << "an empty name";
                at += 16 + (units * 2 + 3) / 4 * 4;
            }
        }
    }
}

core::Result<SessionEnumReply> decode_text(std::string_view text, Level level) {
    return decode_session_enum_reply(from_hex(text), level);
}

const struct {
    Level level;
    std::string_view reply;
} replies[] = {{Level::names, golden::enum_reply_0},
               {Level::administrative, golden::enum_reply_1},
               {Level::client_types, golden::enum_reply_2},
               {Level::anyone, golden::enum_reply_10},
               {Level::transports, golden::enum_reply_502}};

// The sessions of make_golden.py as a level shows them.
std::vector<Session> expected(Level level) {
    std::vector<Session> sessions(3);
    sessions[0].client = "10.20.1.7";
    sessions[1].client = "[fe80::1]";
    sessions[2].client = "LAPTOP-\xF0\x9F\x94\x92";
    if (level == Level::names) return sessions;
    sessions[0].user = "EXAMPLE\\anna";
    sessions[1].user = "J\xC3\xBCrgen \xCE\xA9mega";
    sessions[0].connected = Seconds{3600};
    sessions[0].idle = Seconds{12};
    sessions[1].idle = Seconds{0};  // and its time is 0xFFFFFFFF: unknown
    sessions[2].idle = Seconds{0x80000000};
    if (level == Level::anyone) return sessions;
    sessions[0].open_files = 3;
    sessions[1].open_files = sessions[2].open_files = 0;
    sessions[0].flags = 0;
    sessions[1].flags = core::sess_guest;
    sessions[2].flags = core::sess_noencryption;
    if (level == Level::administrative) return sessions;
    sessions[0].client_type = "Windows 10";
    sessions[1].client_type = "";
    if (level == Level::client_types) return sessions;
    sessions[0].transport = "\\Device\\NetBT_Tcpip_{1}";
    sessions[1].transport = "\\Device\\X";
    return sessions;
}

TEST(SrvsvcReplies, OfEveryLevelAreReadAsSambaWroteThem) {
    for (const auto& [level, text] : replies) {
        const auto reply = decode_text(text, level);
        ASSERT_TRUE(reply) << to_string(level) << describe(reply.error());
        EXPECT_EQ(reply->status, 0u);
        EXPECT_EQ(reply->total, 3u);
        EXPECT_EQ(reply->resume_handle, 0u);
        const auto wanted = expected(level);
        ASSERT_EQ(reply->sessions.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            EXPECT_EQ(reply->sessions[i], wanted[i]) << "session " << i << " at level " << to_string(level);
    }
}

TEST(SrvsvcReplies, ResumeHandles) {
    const auto more = decode_text(golden::enum_reply_more, Level::anyone);
    ASSERT_TRUE(more);
    EXPECT_EQ(more->status, 234u);
    EXPECT_EQ(more->sessions.size(), 1u);
    EXPECT_EQ(more->total, 3u);
    EXPECT_EQ(more->resume_handle, 0xCAFEu);
    const auto without = decode_text(golden::enum_reply_without_handle, Level::administrative);
    ASSERT_TRUE(without);
    EXPECT_EQ(without->resume_handle, 0u);
    EXPECT_EQ(without->sessions.size(), 1u);
}

TEST(SrvsvcReplies, Nobody) {
    const auto empty = decode_text(golden::enum_reply_empty, Level::administrative);
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->sessions.empty());
    EXPECT_EQ(empty->status, 0u);
    const auto denied = decode_text(golden::enum_reply_denied, Level::transports);
    ASSERT_TRUE(denied);
    EXPECT_EQ(denied->status, 5u);
}

TEST(SrvsvcReplies, Deletion) {
    EXPECT_EQ(decode_session_del_reply(from_hex(golden::del_reply_not_found)).value(), 2312u);
    for (std::size_t length = 0; length < 4; ++length) EXPECT_FALSE(decode_session_del_reply(Bytes(length)));
}

TEST(SrvsvcReplies, OfAnotherLevelThanAskedAreRefused) {
    for (const auto& [level, text] : replies) {
        for (const auto asked : core::all_levels)
            EXPECT_EQ(decode_text(text, asked).has_value(), asked == level);
        auto other_arm = from_hex(text);
        other_arm[4] ^= 1;  // the union says another level than the structure
        EXPECT_FALSE(decode_session_enum_reply(other_arm, level));
    }
}

TEST(SrvsvcReplies, CutToAnyLengthAreRefused) {
    for (const auto& [level, text] : replies) {
        const auto whole = from_hex(text);
        for (std::size_t length = 0; length < whole.size(); ++length)
            EXPECT_FALSE(decode_session_enum_reply(std::span{whole}.first(length), level)) << length;
    }
}

// Any single byte changed: another value or an error, never a crash, and never more sessions than there were
// bytes for.
TEST(SrvsvcReplies, ChangedAnywhereDoNoHarm) {
    for (const auto& [level, text] : replies) {
        const auto whole = from_hex(text);
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const std::uint8_t value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
                auto changed = whole;
                changed[at] = value;
                const auto reply = decode_session_enum_reply(changed, level);
                EXPECT_TRUE(!reply || reply->sessions.size() <= whole.size() / 4);
            }
        }
    }
}

std::string words(std::initializer_list<std::uint32_t> values) {
    Bytes bytes;
    core::ByteWriter out{bytes};
    for (const auto value : values) out.u32(value);
    return hex(bytes);
}

// Level 0: one pointer an entry.
std::string level_0(std::uint32_t announced, std::uint32_t count, const std::string& rest) {
    return words({0, 0, 0x20000, announced, 0x20004, count}) + rest;
}
const std::string tail = words({1, 0, 0});

TEST(SrvsvcReplies, CountsAreNotBelievedBeyondTheBytes) {
    EXPECT_TRUE(decode_text(level_0(1, 1, words({0}) + tail), Level::names));
    for (const std::uint32_t count :
         {2u, 5u, 1000u, 0x3FFFFFFFu, 0x40000000u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu})
        EXPECT_FALSE(decode_text(level_0(count, count, words({0}) + tail), Level::names)) << count;
    EXPECT_FALSE(decode_text(level_0(1, 0, tail), Level::names)) << "announced and not there";
    EXPECT_FALSE(decode_text(level_0(0, 1, words({0}) + tail), Level::names)) << "there and not announced";
    EXPECT_FALSE(decode_text(words({0, 0, 0x20000, 1, 0}) + tail, Level::names)) << "announced, and no array";
}

// A whole reply full of entries that point nowhere is legal NDR, and in memory fifty times as large.
TEST(SrvsvcReplies, MoreSessionsThanAnyServerHasAreRefused) {
    const std::uint32_t count = 16'000'000;
    Bytes bytes = from_hex(words({0, 0, 0x20000, count, 0x20004, count}));
    bytes.resize(bytes.size() + std::size_t{count} * 4);
    const auto rest = from_hex(tail);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    const auto reply = decode_session_enum_reply(bytes, Level::names);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, make_error_code(SmbError::too_large));
}

std::string one_name(std::uint32_t room, std::uint32_t offset, std::uint32_t count,
                     const std::string& units) {
    return level_0(1, 1, words({0x20008}) + words({room, offset, count}) + units + tail);
}

TEST(SrvsvcReplies, NamesMustBeWhole) {
    const auto good = decode_text(one_name(4, 0, 4, "6100620063000000"), Level::names);
    ASSERT_TRUE(good);
    EXPECT_EQ(good->sessions.front().client, "abc");
    EXPECT_TRUE(decode_text(one_name(100, 0, 4, "6100620063000000"), Level::names))
        << "more room than needed";
    const auto none = decode_text(one_name(0, 0, 0, ""), Level::names);
    ASSERT_TRUE(none);
    EXPECT_EQ(none->sessions.front().client, "");

    EXPECT_FALSE(decode_text(one_name(4, 0, 4, "6100620063006400"), Level::names)) << "no terminator";
    EXPECT_FALSE(decode_text(one_name(4, 0, 4, "6100000063000000"), Level::names)) << "a NUL inside";
    EXPECT_FALSE(decode_text(one_name(4, 0, 4, "6100620000000000"), Level::names)) << "two terminators";
    EXPECT_FALSE(decode_text(one_name(4, 0, 4, "0000620063000000"), Level::names))
        << "a NUL at the beginning";
    EXPECT_FALSE(decode_text(one_name(3, 0, 4, "6100620063000000"), Level::names)) << "more than its room";
    EXPECT_FALSE(decode_text(one_name(4, 1, 3,
                                      "620063000000"
                                      "0000"),
                             Level::names))
        << "an offset";
    for (const std::uint32_t count : {0x7FFFFFFFu, 0x80000000u, 0x80000004u, 0xFFFFFFFFu, 40'000u})
        EXPECT_FALSE(decode_text(one_name(count, 0, count, "6100620063000000"), Level::names)) << count;
}

// Each differs from an ASCII name or from its end in one byte.
TEST(SrvsvcReplies, NamesAreNotTakenForAscii) {
    const auto user = [](const std::string& units) {
        const auto reply = decode_text(one_name(3, 0, 3, units + "0000"), Level::names);
        return reply ? reply->sessions.front().client : std::string{"?"};
    };
    EXPECT_EQ(user("610062000000"), "ab");
    EXPECT_EQ(user("610161000000"), "\u0161a") << "an upper byte";
    EXPECT_EQ(user("6100e9000000"), "a\u00e9") << "not seven bits";
    EXPECT_EQ(user("000161000000"), "\u0100a") << "a lower byte of 0";
    EXPECT_EQ(user("610062000001"), "?") << "no terminator: its upper byte";
    EXPECT_EQ(user("610062000100"), "?") << "no terminator: its lower byte";
}

TEST(SrvsvcReplies, LeadingBackslashesAreTakenOffAndNothingElse) {
    const auto client = [](const std::string& units, std::uint32_t count) {
        const auto reply =
            decode_text(one_name(count, 0, count, units + (count % 2 ? "0000" : "")), Level::names);
        return reply ? reply->sessions.front().client : std::string{"?"};
    };
    EXPECT_EQ(client("5c005c0061000000", 4), "a");
    EXPECT_EQ(client("5c0061005c000000", 4), "a\\");
    EXPECT_EQ(client("5c005c000000", 3), "");
    EXPECT_EQ(client("00d861000000", 3),
              "\xED\xA0\x80"
              "a")
        << "an unpaired surrogate is kept";
}

}  // namespace
}  // namespace curfew::testing
