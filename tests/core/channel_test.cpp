#include "core/smb/channel.hpp"

#include <gtest/gtest.h>

#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "tests/core/bytes_of.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;
using core::NtStatus;
using core::SmbError;

constexpr Key signing_key{1, 2, 3}, client_key{4, 5, 6}, server_key{7, 8, 9};
constexpr std::uint64_t session = 0x1122334455667788;

// A channel, and the server's hand that writes what it receives.
struct Line {
    Channel channel;
    Signer signer{Signing::aes_cmac, signing_key};
    Sealer sealer{Cipher::aes128_gcm, server_key, client_key};
    Header last;

    Bytes request(Command command = Command::read) {
        const auto frame = channel.request(command, [](ByteWriter& out) { out.u32(0xAABBCCDD); });
        last.command = command;
        return {frame.begin(), frame.end()};
    }
    Header reply_header(NtStatus status = NtStatus::success) const {
        Header header;
        header.command = last.command;
        header.status = static_cast<std::uint32_t>(status);
        header.flags = flag_response;
        header.credits = 1;
        header.message_id = next_id - 1;
        header.session_id = channel.session();
        return header;
    }
    static Bytes plain(const Header& header, std::string_view body = "0900000000000000") {
        Bytes message;
        ByteWriter out{message};
        encode(header, out);
        out.bytes(from_hex(body));
        return message;
    }
    Bytes signed_reply(Header header) {
        header.flags |= flag_signed;
        auto message = plain(header);
        const auto signature = signer.sign(message);
        std::copy(signature.begin(), signature.end(), message.begin() + signature_offset);
        return message;
    }
    Bytes sealed(const Bytes& message, std::uint64_t id = session) {
        Bytes out;
        sealer.seal(message, id, out);
        return out;
    }
    void ask(Command command = Command::read) {
        request(command);
        ++next_id;
    }
    void with_keys(bool encrypt) {
        channel.set_session(session);
        channel.sign_with(Signer{Signing::aes_cmac, signing_key});
        if (encrypt) channel.encrypt_with(Sealer{Cipher::aes128_gcm, client_key, server_key});
    }
    std::uint64_t next_id = 0;
};

void expect_error(core::Result<std::optional<Reply>> result, SmbError why) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(why)) << describe(result.error());
}

void expect_reply(core::Result<std::optional<Reply>> result) {
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_TRUE(*result);
}

void expect_nothing(core::Result<std::optional<Reply>> result) {
    ASSERT_TRUE(result) << describe(result.error());
    EXPECT_FALSE(*result);
}

TEST(MessageLength, IsBelievedOnlyInBounds) {
    EXPECT_EQ(message_length(from_hex("00000040")), 64u);
    EXPECT_EQ(message_length(from_hex("00030000")), largest_message);
    EXPECT_EQ(message_length(from_hex("00000000ffff")), 0u);
    EXPECT_FALSE(message_length(from_hex("00030001")));
    EXPECT_FALSE(message_length(from_hex("00ffffff")));
    EXPECT_FALSE(message_length(from_hex("01000040")));
    EXPECT_FALSE(message_length(from_hex("85000000")));  // a NetBIOS keep-alive has no place here
    EXPECT_FALSE(message_length(from_hex("000000")));
}

TEST(Channel, FramesAndNumbersItsRequests) {
    Line line;
    for (std::uint64_t id = 0; id < 5; ++id) {
        const auto frame = line.request(id == 0 ? Command::negotiate : Command::read);
        EXPECT_EQ(message_length(frame), frame.size() - frame_prefix);
        const auto header = decode_header(std::span{frame}.subspan(frame_prefix));
        ASSERT_TRUE(header);
        EXPECT_EQ(header->message_id, id);
        EXPECT_EQ(header->credit_charge, id == 0 ? 0 : 1);
        EXPECT_FALSE(header->flags & flag_signed);
        EXPECT_EQ(hex(line.channel.last_request()), hex(std::span{frame}.subspan(frame_prefix)));
    }
}

TEST(Channel, SpendsCreditsAndWaitsForMore) {
    Line line;
    EXPECT_TRUE(line.channel.can_send());
    line.ask(Command::negotiate);
    EXPECT_FALSE(line.channel.can_send());
    auto header = line.reply_header();
    header.credits = 2;
    auto message = Line::plain(header);
    expect_reply(line.channel.receive(message));
    line.ask();
    EXPECT_TRUE(line.channel.can_send());
    line.ask();
    EXPECT_FALSE(line.channel.can_send());
}

TEST(Channel, AnInterimReplyOnlyBringsCredits) {
    Line line;
    line.with_keys(false);
    line.ask();
    auto header = line.reply_header(NtStatus::pending);
    header.flags |= flag_async;
    header.credits = 3;
    auto message = Line::plain(header);
    expect_nothing(line.channel.receive(message));
    EXPECT_TRUE(line.channel.can_send());
    auto final_reply = line.reply_header();
    final_reply.flags |= flag_async;
    auto last = line.signed_reply(final_reply);
    expect_reply(line.channel.receive(last));
}

TEST(Channel, OplockBreaksAreNobodysReply) {
    Line line;
    line.with_keys(false);
    line.ask();
    auto header = line.reply_header();
    header.message_id = 0xFFFF'FFFF'FFFF'FFFF;
    header.command = static_cast<Command>(18);
    auto message = Line::plain(header);
    expect_nothing(line.channel.receive(message));
}

TEST(Channel, RefusesRepliesToOtherRequests) {
    Line line;
    line.ask(Command::negotiate);
    line.ask();
    for (const std::uint64_t id : {0, 2, 1000}) {
        auto header = line.reply_header();
        header.message_id = id;
        auto message = Line::plain(header);
        expect_error(line.channel.receive(message), SmbError::malformed);
    }
    auto header = line.reply_header();
    header.command = Command::write;
    auto message = Line::plain(header);
    expect_error(line.channel.receive(message), SmbError::malformed);
}

TEST(Channel, RefusesRequestsAndCompoundedReplies) {
    Line line;
    line.ask(Command::negotiate);
    auto header = line.reply_header();
    header.flags = 0;  // our own request, sent back
    auto request = Line::plain(header);
    expect_error(line.channel.receive(request), SmbError::malformed);
    header = line.reply_header();
    header.next_command = 72;
    auto compounded = Line::plain(header);
    expect_error(line.channel.receive(compounded), SmbError::malformed);
    Bytes nothing;
    expect_error(line.channel.receive(nothing), SmbError::malformed);
    auto smb1 = from_hex("ff534d4272000000");
    expect_error(line.channel.receive(smb1), SmbError::malformed);
}

TEST(Channel, WantsASignatureOnceThereAreKeys) {
    Line line;
    line.ask(Command::negotiate);
    auto before = Line::plain(line.reply_header());
    expect_reply(line.channel.receive(before));

    line.with_keys(false);
    line.ask();
    auto unsigned_reply = Line::plain(line.reply_header());
    expect_error(line.channel.receive(unsigned_reply), SmbError::unsigned_reply);

    auto claimed = line.reply_header();
    claimed.flags |= flag_signed;
    auto zeroes = Line::plain(claimed);
    expect_error(line.channel.receive(zeroes), SmbError::bad_signature);

    auto good = line.signed_reply(line.reply_header());
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto changed = good;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        const auto result = line.channel.receive(changed);
        EXPECT_TRUE(!result || !*result) << "bit " << bit;
    }
    expect_reply(line.channel.receive(good));
}

TEST(Channel, SignsItsRequests) {
    Line line;
    line.with_keys(false);
    const auto frame = line.request();
    const auto message = std::span{frame}.subspan(frame_prefix);
    EXPECT_TRUE(decode_header(message)->flags & flag_signed);
    EXPECT_TRUE(equal_in_constant_time(line.signer.sign(message), message.subspan(signature_offset, 16)));
    EXPECT_EQ(decode_header(message)->session_id, session);
}

TEST(Channel, RefusesAnotherSession) {
    Line line;
    line.with_keys(false);
    line.ask();
    auto header = line.reply_header();
    header.session_id = session + 1;
    auto message = line.signed_reply(header);
    expect_error(line.channel.receive(message), SmbError::malformed);
}

TEST(Channel, EncryptsWhatItSendsAndOpensWhatItGets) {
    Line line;
    line.with_keys(true);
    auto frame = line.request();
    ++line.next_id;
    EXPECT_TRUE(is_encrypted(std::span{frame}.subspan(frame_prefix)));
    EXPECT_EQ(message_length(frame), frame.size() - frame_prefix);
    const auto plain = line.sealer.open(std::span{frame}.subspan(frame_prefix));
    ASSERT_FALSE(plain.empty());
    EXPECT_EQ(hex(plain.subspan(header_size)), "ddccbbaa");
    auto sealed = line.sealed(Line::plain(line.reply_header()));
    expect_reply(line.channel.receive(sealed));
}

TEST(Channel, InAnEncryptedSessionNothingInClearIsBelieved) {
    Line line;
    line.with_keys(true);
    line.ask();
    auto in_clear = Line::plain(line.reply_header());
    expect_error(line.channel.receive(in_clear), SmbError::unsigned_reply);
    auto only_signed = line.signed_reply(line.reply_header());
    expect_error(line.channel.receive(only_signed), SmbError::unsigned_reply);
    // Not even that the server is busy, nor credits: whoever is on the way could keep us waiting with it.
    auto header = line.reply_header(NtStatus::pending);
    header.flags |= flag_async;
    auto interim = Line::plain(header);
    expect_error(line.channel.receive(interim), SmbError::unsigned_reply);
    auto sealed_interim = line.sealed(interim);
    expect_nothing(line.channel.receive(sealed_interim));
}

TEST(Channel, RefusesEncryptedRepliesThatAreNotForIt) {
    Line before_keys;
    before_keys.ask();
    auto early = before_keys.sealed(Line::plain(before_keys.reply_header()));
    expect_error(before_keys.channel.receive(early), SmbError::malformed);

    Line line;
    line.with_keys(true);
    line.ask();
    auto other = line.sealed(Line::plain(line.reply_header()), session + 1);
    expect_error(line.channel.receive(other), SmbError::malformed);
    auto inner = line.reply_header();
    inner.session_id = session + 1;
    auto other_inside = line.sealed(Line::plain(inner));
    expect_error(line.channel.receive(other_inside), SmbError::malformed);
    auto twice = line.sealed(line.sealed(Line::plain(line.reply_header())));
    expect_error(line.channel.receive(twice), SmbError::malformed);
    auto good = line.sealed(Line::plain(line.reply_header()));
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto changed = good;
        changed[at] ^= 0x20;
        EXPECT_FALSE(line.channel.receive(changed)) << at;
    }
    for (std::size_t length = 0; length < good.size(); ++length) {
        auto cut = good;
        cut.resize(length);
        EXPECT_FALSE(line.channel.receive(cut)) << length;
    }
}

// A server that has lost the session has no key either: its word is taken, for it costs a logon and no more.
TEST(Channel, BelievesWithoutProofOnlyThatTheSessionIsGone) {
    for (const bool encrypted : {false, true}) {
        for (const auto status : {NtStatus::user_session_deleted, NtStatus::network_session_expired}) {
            Line line;
            line.with_keys(encrypted);
            line.ask();
            auto message = Line::plain(line.reply_header(status));
            const auto result = line.channel.receive(message);
            ASSERT_FALSE(result);
            EXPECT_EQ(result.error().code, make_error_code(status));
        }
        Line line;
        line.with_keys(encrypted);
        line.ask();
        auto message = Line::plain(line.reply_header(NtStatus::access_denied));
        expect_error(line.channel.receive(message), SmbError::unsigned_reply);
    }
}

TEST(Channel, IsSmallAtRest) {
    Line line;
    line.channel.request(Command::write, [](ByteWriter& out) { out.zeros(100'000); });
    line.channel.rest();
    EXPECT_TRUE(line.request().size() > header_size) << "and still works";
}

}  // namespace
}  // namespace curfew::testing
