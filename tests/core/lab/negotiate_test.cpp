// What comes of every offer, and that all of it works: each signing algorithm, each cipher, each dialect.
#include <gtest/gtest.h>

#include "tests/core/bytes_of.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using core::Dialect;
using core::NtStatus;
using core::smb::Cipher;
using core::smb::Signing;
using lab::LabEncryption;
using lab::ServerIdentity;

ServerIdentity server(Dialect least, Dialect most, LabEncryption encryption = LabEncryption::offered) {
    ServerIdentity identity;
    identity.min_dialect = least;
    identity.max_dialect = most;
    identity.encryption = encryption;
    return identity;
}

Answer ask(const ServerIdentity& identity, const Offer& offer) {
    RawClient client{identity};
    return client.send(Command::negotiate, [&](core::ByteWriter& out) { encode(offer, out); });
}

std::uint16_t dialect_of(const Answer& answer) {
    if (answer.headers.empty() || answer.status() != 0) return 0;
    return core::smb::decode_negotiate_reply(answer.messages[0])->dialect;
}

TEST(LabNegotiate, TheHighestDialectThatBothKnow) {
    struct Row {
        Dialect least, most;
        std::vector<std::uint16_t> offered;
        std::uint16_t chosen;  // 0: STATUS_NOT_SUPPORTED
    };
    const Row rows[] = {
        {Dialect::smb210, Dialect::smb311, {0x0202, 0x0210, 0x0300, 0x0302, 0x0311}, 0x0311},
        {Dialect::smb210, Dialect::smb302, {0x0202, 0x0210, 0x0300, 0x0302, 0x0311}, 0x0302},
        {Dialect::smb210, Dialect::smb311, {0x0202, 0x0210, 0x0300}, 0x0300},
        {Dialect::smb210, Dialect::smb311, {0x0300, 0x0210}, 0x0300},
        {Dialect::smb300, Dialect::smb311, {0x0202, 0x0210}, 0},
        {Dialect::smb210, Dialect::smb311, {0x0202}, 0},
        {Dialect::smb210, Dialect::smb210, {0x0300, 0x0311}, 0},
        {Dialect::smb210, Dialect::smb311, {0x02FF, 0x1234}, 0},
    };
    for (const auto& row : rows) {
        const auto answer = ask(server(row.least, row.most), {row.offered});
        EXPECT_EQ(dialect_of(answer), row.chosen);
        EXPECT_EQ(answer.nt(), row.chosen == 0 ? NtStatus::not_supported : NtStatus::success);
    }
}

TEST(LabNegotiate, EverySigningAlgorithmAndCipherInTheClientsOrder) {
    struct Row {
        std::optional<std::vector<std::uint16_t>> ciphers, signings;
        Cipher cipher;
        std::optional<Signing> signing;  // as the reply names it
    };
    const Row rows[] = {
        {{{2, 1}}, {{2, 1, 0}}, Cipher::aes128_gcm, Signing::aes_gmac},
        {{{1, 2}}, {{1, 2}}, Cipher::aes128_ccm, Signing::aes_cmac},
        {{{1}}, {{0}}, Cipher::aes128_ccm, Signing::hmac_sha256},
        {{{4, 3, 2}}, {{9, 1}}, Cipher::aes128_gcm, Signing::aes_cmac},
        {{{4, 3}}, {{9}}, Cipher::none, std::nullopt},
        {std::nullopt, std::nullopt, Cipher::none, std::nullopt},
    };
    for (const auto& row : rows) {
        for (const bool seals : {false, true}) {
            RawClient client;
            client.seal = seals;
            Offer offer;
            offer.ciphers = row.ciphers;
            offer.signings = row.signings;
            const auto reply = client.negotiate(offer);
            EXPECT_EQ(reply.cipher, row.cipher);
            EXPECT_EQ(reply.signing, row.signing);
            EXPECT_EQ(reply.security_mode, 3) << "signing is required";
            client.log_on();
            const auto echo = client.send(Command::echo, core::smb::encode_logoff);
            EXPECT_EQ(echo.nt(), NtStatus::success);
            EXPECT_TRUE(echo.signatures_verify);
            const bool sealed = seals && row.cipher != Cipher::none;
            EXPECT_EQ(echo.sealed, sealed);
            EXPECT_EQ((echo.headers[0].flags & core::smb::flag_signed) != 0, !sealed);
            EXPECT_EQ(client.server.connection.encrypted(), sealed);
        }
    }
}

TEST(LabNegotiate, EncryptionAsTheServerHasIt) {
    for (const auto dialect : {0x0300, 0x0302}) {
        for (const bool offered : {false, true}) {
            for (const auto encryption :
                 {LabEncryption::off, LabEncryption::offered, LabEncryption::required}) {
                RawClient client{server(Dialect::smb210, Dialect::smb311, encryption)};
                Offer offer{{static_cast<std::uint16_t>(dialect)}};
                offer.capabilities = offered ? 0x44 : 0x04;
                const auto reply = client.negotiate(offer);
                EXPECT_EQ((reply.capabilities & core::smb::capability_encryption) != 0,
                          offered && encryption != LabEncryption::off);
                const auto setup = client.send(Command::session_setup, [](core::ByteWriter& out) {
                    core::smb::encode_session_setup(words("client 1"), out);
                });
                const bool refused = encryption == LabEncryption::required && !offered;
                EXPECT_EQ(setup.nt(), refused ? NtStatus::access_denied : NtStatus::more_processing_required);
            }
        }
    }
    RawClient off{server(Dialect::smb210, Dialect::smb311, LabEncryption::off)};
    EXPECT_EQ(off.negotiate().cipher, Cipher::none);
}

TEST(LabNegotiate, TheContextsOf311AreAMust) {
    const auto status = [](auto change) {
        Offer offer;
        change(offer);
        return ask({}, offer).nt();
    };
    EXPECT_EQ(status([](Offer&) {}), NtStatus::success);
    EXPECT_EQ(status([](Offer& o) { o.preauths = 0; }), NtStatus::invalid_parameter);
    EXPECT_EQ(status([](Offer& o) { o.preauths = 2; }), NtStatus::invalid_parameter);
    EXPECT_EQ(status([](Offer& o) { o.hash = 2; }), NtStatus::no_preauth_hash_overlap);
    EXPECT_EQ(status([](Offer& o) { o.ciphers->clear(); }), NtStatus::invalid_parameter);
    EXPECT_EQ(status([](Offer& o) { o.dialects.clear(); }), NtStatus::invalid_parameter);
}

TEST(LabNegotiate, ComesOnceAndFirst) {
    RawClient twice;
    twice.negotiate();
    EXPECT_TRUE(twice.send(Command::negotiate, [](core::ByteWriter& out) { encode(Offer{}, out); }).closed());
    RawClient none;
    EXPECT_TRUE(none.send(Command::echo, core::smb::encode_logoff).closed());
}

Bytes smb1_negotiate(std::string_view dialects) {
    Bytes message = from_hex("ff534d4272000000001853c8000000000000000000000000ffff000000000000");
    core::ByteWriter out{message};
    out.u8(0);
    out.u16(static_cast<std::uint16_t>(dialects.size()));
    for (const char c : dialects) out.u8(static_cast<std::uint8_t>(c));
    return message;
}

TEST(LabNegotiate, OldClientsMayBeginInSmb1) {
    using std::string_view_literals::operator""sv;
    RawClient client;
    const auto wildcard = client.send(smb1_negotiate("\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0"sv));
    ASSERT_EQ(wildcard.headers.size(), 1u);
    EXPECT_EQ(dialect_of(wildcard), 0x02FF);
    EXPECT_EQ(wildcard.headers[0].message_id, 0u);
    EXPECT_GE(wildcard.headers[0].credits, 1);
    client.next_id = 1;
    client.get_ready();
    EXPECT_EQ(client.negotiated.dialect, 0x0311);

    for (const auto dialects : {"\x02NT LM 0.12\0"sv, "\x02SMB 2.002\0"sv, ""sv, "SMB 2.???\0"sv}) {
        RawClient other;
        EXPECT_TRUE(other.send(smb1_negotiate(dialects)).closed());
    }
    auto longer = smb1_negotiate("\x02SMB 2.???\0"sv);
    ++longer[33];
    RawClient liar;
    EXPECT_TRUE(liar.send(longer).closed()) << "more bytes announced than sent";
    RawClient late;
    late.negotiate();
    EXPECT_TRUE(late.send(smb1_negotiate("\x02SMB 2.???\0"sv)).closed());
}

TEST(LabNegotiate, TheHintIsWhereItIsSaidToBe) {
    for (const std::size_t size : {0, 1, 7, 8, 74}) {
        ServerIdentity identity;
        identity.security_hint = Bytes(size, 0x60);
        RawClient client{identity};
        EXPECT_EQ(client.negotiate().cipher, Cipher::aes128_gcm) << "contexts are found behind the hint";
        const auto answer = ask(identity, {{0x0300}});
        const auto& message = answer.messages[0];
        EXPECT_EQ(message[64 + 56] | message[64 + 57] << 8, 128);
        EXPECT_EQ(message[64 + 58], size);
        EXPECT_EQ(Bytes(message.begin() + 128, message.end()), identity.security_hint);
    }
}

// --- FSCTL_VALIDATE_NEGOTIATE_INFO ------------------------------------------------------------------------

struct Said {
    std::uint32_t capabilities = 0x44;
    std::uint8_t first_of_guid = 0;
    std::uint16_t mode = 1;
    std::vector<std::uint16_t> dialects{0x0210, 0x0300};
    std::uint32_t max_output = 24;
};

Answer validate(RawClient& client, const Said& said) {
    Bytes input;
    core::ByteWriter writer{input};
    writer.u32(said.capabilities);
    writer.u8(said.first_of_guid);
    for (std::uint8_t i = 1; i < 16; ++i) writer.u8(i);
    writer.u16(said.mode);
    writer.u16(static_cast<std::uint16_t>(said.dialects.size()));
    for (const auto dialect : said.dialects) writer.u16(dialect);
    return client.send(Command::ioctl, [&](core::ByteWriter& out) {
        core::smb::encode_ioctl(core::smb::fsctl_validate_negotiate_info, core::smb::no_file, input,
                                said.max_output, out);
    });
}

TEST(LabNegotiate, SaidAgainItMustBeTheSame) {
    const auto asked = [](auto change) {
        RawClient client;
        client.negotiate({{0x0210, 0x0300}});
        client.log_on();
        client.connect_tree();
        Said said;
        change(said);
        return validate(client, said);
    };
    const auto good = asked([](Said&) {});
    ASSERT_EQ(good.nt(), NtStatus::success);
    EXPECT_TRUE(asked([](Said& s) { s.capabilities = 4; }).closed());
    EXPECT_TRUE(asked([](Said& s) { s.first_of_guid = 9; }).closed());
    EXPECT_TRUE(asked([](Said& s) { s.mode = 3; }).closed());
    EXPECT_TRUE(asked([](Said& s) {
                    s.dialects = {0x0210, 0x0300, 0x0302};
                }).closed())
        << "one was taken out";
    EXPECT_TRUE(asked([](Said& s) { s.dialects = {0x0210}; }).closed());
    EXPECT_TRUE(asked([](Said& s) { s.dialects = {}; }).closed());
    EXPECT_TRUE(asked([](Said& s) { s.max_output = 23; }).closed());
    RawClient newest;
    newest.get_ready();
    EXPECT_TRUE(validate(newest, {0x44, 0, 1, {0x0311}, 24}).closed()) << "3.1.1 has no use for it";
}

TEST(LabNegotiate, AServerOfOldDoesNotKnowTheQuestion) {
    for (const auto personality : {lab::Personality::windows, lab::Personality::samba}) {
        auto identity = server(Dialect::smb210, Dialect::smb210);
        identity.personality = personality;
        RawClient client{identity};
        client.negotiate({{0x0210, 0x0300}});
        client.log_on();
        client.connect_tree();
        EXPECT_EQ(validate(client, {}).nt(),
                  personality == lab::Personality::windows ? NtStatus::file_closed : NtStatus::success);
    }
}

}  // namespace
}  // namespace curfew::testing
