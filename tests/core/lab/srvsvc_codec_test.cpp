// The server's half of srvsvc against Samba's own encoder (golden/make_golden.py) and against the product's
// client.
#include "core/lab/wire/srvsvc_codec.hpp"

#include <gtest/gtest.h>

#include "core/rpc/srvsvc.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/golden/golden.hpp"

namespace curfew::testing {
namespace {

using core::Level;
using core::Seconds;
using core::Session;
namespace rpc = core::rpc;
namespace lab = core::lab;

// What number stands for a pointer is the encoder's choice.
std::string without_referents(Bytes bytes) {
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4)
        if (bytes[at + 3] == 0 && bytes[at + 2] == 2 && bytes[at + 1] == 0) bytes[at] = 0xEE;
    return hex(bytes);
}

TEST(LabSrvsvcRequests, OfSambaAreRead) {
    const std::pair<std::uint32_t, std::string_view> plain[] = {{0, golden::enum_request_0},
                                                                {1, golden::enum_request_1},
                                                                {2, golden::enum_request_2},
                                                                {10, golden::enum_request_10},
                                                                {502, golden::enum_request_502}};
    for (const auto& [level, text] : plain) {
        const auto call = lab::decode_session_enum(from_hex(text));
        ASSERT_TRUE(call) << level;
        EXPECT_EQ(call->server, "\\\\fs1");
        EXPECT_FALSE(call->client || call->user);
        EXPECT_EQ(call->level, level);
        EXPECT_EQ(call->preferred_maximum_length, 0xFFFFFFFF);
        EXPECT_EQ(call->resume_handle, 0u);
    }
    const auto filtered = lab::decode_session_enum(from_hex(golden::enum_request_filtered));
    ASSERT_TRUE(filtered);
    EXPECT_EQ(filtered->server, "\\\\fs1.example.com");
    EXPECT_EQ(filtered->client, "\\\\10.20.1.7");
    EXPECT_EQ(filtered->user, "EXAMPLE\\anna");
    EXPECT_EQ(filtered->resume_handle, 0x01020304u);
    const auto del = lab::decode_session_del(from_hex(golden::del_request));
    ASSERT_TRUE(del);
    EXPECT_EQ(del->server, "\\\\fs1");
    EXPECT_EQ(del->client, "\\\\10.20.1.7");
    EXPECT_EQ(del->user, "EXAMPLE\\anna");
}

TEST(LabSrvsvcRequests, NullIsNotEmpty) {
    const auto none = lab::decode_session_del(from_hex("000000000000000000000000"));
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->server || none->client || none->user);
    const std::string empty =
        "04000200010000000000000001000000"
        "00000000";
    const auto both = lab::decode_session_del(from_hex("00000000" + empty + empty));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->client, "");
    EXPECT_EQ(both->user, "");
}

TEST(LabSrvsvcRequests, AreWholeOrNothing) {
    for (const auto text : {golden::enum_request_502, golden::enum_request_filtered}) {
        const auto whole = from_hex(text);
        for (std::size_t size = 0; size < whole.size(); ++size)
            EXPECT_FALSE(lab::decode_session_enum(std::span{whole}.first(size))) << size;
    }
    const auto del = from_hex(golden::del_request);
    // The last two bytes only fill up.
    for (std::size_t size = 0; size + 2 < del.size(); ++size)
        EXPECT_FALSE(lab::decode_session_del(std::span{del}.first(size))) << size;
    const auto request = [](const std::string& rest) {
        return lab::decode_session_enum(from_hex("000000000000000000000000" + rest)).has_value();
    };
    const std::string end = "ffffffff00000000";
    EXPECT_TRUE(request("0100000001000000" + std::string("00000000") + end)) << "no container";
    EXPECT_TRUE(request("0100000001000000" + std::string("000002000000000000000000") + end));
    EXPECT_TRUE(request("0100000001000000" + std::string("00000200000000000400020000000000") + end));
    EXPECT_FALSE(request("0100000001000000" + std::string("00000200010000000400020001000000") + end));
    EXPECT_FALSE(request("0100000001000000" + std::string("000002000100000000000000") + end));
    EXPECT_FALSE(request("0100000002000000" + std::string("00000000") + end)) << "two levels";
}

TEST(LabSrvsvcRequests, UnknownLevelsComeWithAPointerOrWithout) {
    for (const std::string container : {"", "00000000", "000002000000000000000000"}) {
        const auto call = lab::decode_session_enum(from_hex(
            "0000000000000000000000000300000003000000" + container + "10000000" + "00000200" + "07000000"));
        ASSERT_TRUE(call) << container;
        EXPECT_EQ(call->level, 3u);
        EXPECT_EQ(call->preferred_maximum_length, 16u);
        EXPECT_EQ(call->resume_handle, 7u);
    }
}

// The sessions of make_golden.py.
std::vector<Session> golden_sessions() {
    Session anna;
    anna.client = "\\\\10.20.1.7";
    anna.user = "EXAMPLE\\anna";
    anna.open_files = 3;
    anna.connected = Seconds{3600};
    anna.idle = Seconds{12};
    anna.flags = 0;
    anna.client_type = "Windows 10";
    anna.transport = "\\Device\\NetBT_Tcpip_{1}";
    Session unknown;  // neither time
    unknown.client = "\\\\[fe80::1]";
    unknown.user = "J\xC3\xBCrgen \xCE\xA9mega";
    unknown.flags = 1;
    unknown.client_type = "";
    unknown.transport = "\\Device\\X";
    Session nobody;
    nobody.client = "LAPTOP-\xF0\x9F\x94\x92";
    nobody.open_files = 0;
    nobody.connected = Seconds{0x80000001};
    nobody.idle = Seconds{0x80000000};
    nobody.flags = 2;
    return {anna, unknown, nobody};
}

TEST(LabSrvsvcReplies, AreWhatSambaWrites) {
    const auto sessions = golden_sessions();
    const std::pair<std::uint32_t, std::string_view> whole[] = {{0, golden::enum_reply_0},
                                                                {1, golden::enum_reply_1},
                                                                {2, golden::enum_reply_2},
                                                                {10, golden::enum_reply_10},
                                                                {502, golden::enum_reply_502}};
    for (const auto& [level, text] : whole)
        EXPECT_EQ(without_referents(lab::encode_session_enum_reply(level, sessions, 3, 0, 0)),
                  without_referents(from_hex(text)))
            << level;
    const auto one = std::span{sessions}.first(1);
    EXPECT_EQ(without_referents(lab::encode_session_enum_reply(10, one, 3, 0xCAFE, 234)),
              without_referents(from_hex(golden::enum_reply_more)));
    EXPECT_EQ(without_referents(lab::encode_session_enum_reply(1, one, 1, std::nullopt, 0)),
              without_referents(from_hex(golden::enum_reply_without_handle)));
    EXPECT_EQ(without_referents(lab::encode_session_enum_reply(1, {}, 0, 0, 0)),
              without_referents(from_hex(golden::enum_reply_empty)));
    EXPECT_EQ(without_referents(lab::encode_session_enum_reply(502, {}, 0, 0, 5)),
              without_referents(from_hex(golden::enum_reply_denied)));
    EXPECT_EQ(hex(lab::encode_session_del_reply(2312)), golden::del_reply_not_found);
}

TEST(LabSrvsvcReplies, AreReadBackByTheProduct) {
    for (const auto level : core::all_levels) {
        const auto stub = lab::encode_session_enum_reply(static_cast<std::uint32_t>(level), golden_sessions(),
                                                         9, 0xCAFE, 234);
        const auto reply = rpc::decode_session_enum_reply(stub, level);
        ASSERT_TRUE(reply) << describe(reply.error());
        EXPECT_EQ(reply->total, 9u);
        EXPECT_EQ(reply->resume_handle, 0xCAFEu);
        EXPECT_EQ(reply->status, 234u);
        ASSERT_EQ(reply->sessions.size(), 3u);
        EXPECT_EQ(reply->sessions[0].client, "10.20.1.7");
        if (level == Level::names) continue;
        EXPECT_EQ(reply->sessions[1].connected, std::nullopt) << "0xFFFFFFFF";
        EXPECT_EQ(reply->sessions[1].idle, Seconds{0});
        EXPECT_EQ(reply->sessions[2].user, "");
    }
}

TEST(LabSrvsvcReplies, AnUnknownLevelHasNothingInIt) {
    EXPECT_EQ(hex(lab::encode_session_enum_reply(7, golden_sessions(), 0, std::nullopt, 124)),
              "0700000007000000"
              "00000000"
              "00000000"
              "7c000000")
        << "as smbd writes it";
}

TEST(LabSrvsvcReplies, TimesThatDoNotFitAreCutOff) {
    Session session;
    session.client = "a";
    session.connected = Seconds{-5};
    session.idle = Seconds{0x1'0000'0000};
    const auto stub = lab::encode_session_enum_reply(10, {&session, 1}, 1, std::nullopt, 0);
    EXPECT_EQ(hex(std::span{stub}.subspan(32, 8)), "00000000ffffffff");
}

TEST(LabSrvsvcReplies, FiftyThousandSessionsAreWritten) {
    std::vector<Session> sessions(50'000, golden_sessions()[0]);
    const auto stub = lab::encode_session_enum_reply(502, sessions, 50'000, 0, 0);
    const auto reply = rpc::decode_session_enum_reply(stub, Level::transports);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->sessions.size(), 50'000u);
}

}  // namespace
}  // namespace curfew::testing
