// Signatures, encryption and credits: who is taken for whom, and who may go on.
#include <gtest/gtest.h>

#include "core/lab/wire/credit_window.hpp"
#include "core/lab/wire/server_session.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;
using core::ByteWriter;
using core::NtStatus;
using lab::LabEncryption;
using lab::ServerIdentity;

TEST(LabSigning, WhatIsNotSignedIsDenied) {
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0302, 0x0311}) {
        RawClient client;
        client.get_ready({{dialect}});
        client.sign = false;
        const auto denied = client.send(Command::echo, encode_logoff);
        EXPECT_EQ(denied.nt(), NtStatus::access_denied);
        EXPECT_TRUE(denied.signatures_verify);
        EXPECT_EQ(client.send(Command::logoff, encode_logoff).nt(), NtStatus::access_denied);
        client.sign = true;
        EXPECT_EQ(client.send(Command::echo, encode_logoff).nt(), NtStatus::success)
            << "and nothing was done";
    }
}

TEST(LabSigning, EveryBitOfARequestCounts) {
    for (const auto signing : {0, 1, 2}) {
        Offer offer;
        offer.signings = {{static_cast<std::uint16_t>(signing)}};
        RawClient client;
        client.get_ready(offer);
        const auto size = client.message(Command::echo, encode_logoff).size();
        --client.next_id;
        for (std::size_t bit = 16 * 8; bit < size * 8; ++bit) {
            auto message = client.message(Command::echo, encode_logoff);
            // What says which request it is, how long and whose is checked before the signature.
            const bool earlier = bit / 8 < 48 && bit / 8 != 36;
            if (earlier) {
                --client.next_id;
                continue;
            }
            message[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
            ASSERT_EQ(client.send(message).nt(), NtStatus::access_denied) << "bit " << bit;
        }
    }
}

TEST(LabSigning, AnUnknownSessionHasNoKey) {
    LoggedOn client;
    client.session ^= 2;
    const auto answer = client.send(Command::echo, encode_logoff);
    EXPECT_EQ(answer.nt(), NtStatus::user_session_deleted);
    EXPECT_FALSE(answer.headers[0].flags & flag_signed);
}

TEST(LabSigning, NothingOfTheLogonIsKept) {
    lab::ServerSession session;
    session.preauth = std::make_unique<PreauthHash>();
    auto key = logon_key;
    lab::Negotiated negotiated;
    negotiated.dialect = 0x0311;
    session.log_on(key, negotiated, LabEncryption::offered);
    EXPECT_TRUE(session.valid && session.signer);
    EXPECT_FALSE(session.preauth);
    EXPECT_EQ(key, Key{});
}

TEST(LabEncryptionTest, WhereItIsRequiredNothingElseIsTaken) {
    for (const std::uint16_t dialect : {0x0300, 0x0302, 0x0311}) {
        ServerIdentity identity;
        identity.encryption = LabEncryption::required;
        RawClient client{identity};
        client.negotiate({{dialect}});
        client.log_on();
        EXPECT_EQ(client.send(Command::echo, encode_logoff).nt(), NtStatus::access_denied);
        client.seal = true;
        const auto echo = client.send(Command::echo, encode_logoff);
        EXPECT_EQ(echo.nt(), NtStatus::success);
        EXPECT_TRUE(echo.sealed);
    }
}

TEST(LabEncryptionTest, WhereItIsOfferedTheClientChoosesEachTime) {
    LoggedOn client;
    for (const bool seal : {true, false, true}) {
        client.seal = seal;
        const auto echo = client.send(Command::echo, encode_logoff);
        EXPECT_EQ(echo.nt(), NtStatus::success);
        EXPECT_EQ(echo.sealed, seal);
    }
}

TEST(LabEncryptionTest, WhatDoesNotDecryptEndsTheConnection) {
    LoggedOn sample;
    sample.seal = true;
    const auto size = sample.message(Command::echo, encode_logoff).size();
    for (std::size_t at = 4; at < size; ++at) {
        LoggedOn client;
        client.seal = true;
        auto message = client.message(Command::echo, encode_logoff);
        message[at] ^= 1;
        EXPECT_TRUE(client.send(message).closed()) << at;
        EXPECT_TRUE(client.send(Command::echo, encode_logoff).closed()) << "for good";
    }
    LoggedOn other;
    other.seal = true;
    const auto session = std::exchange(other.session, 0);
    const auto header = other.next_header(Command::echo);
    other.session = session;
    EXPECT_TRUE(other.send(other.finished(header, Bytes{4, 0, 0, 0})).closed()) << "two sessions named";
    LoggedOn none{ServerIdentity{.encryption = LabEncryption::off}};
    none.sealer.emplace(Cipher::aes128_gcm, logon_key, logon_key);
    none.seal = true;
    EXPECT_TRUE(none.send(Command::echo, encode_logoff).closed()) << "no cipher was agreed on";
}

// --- credits ----------------------------------------------------------------------------------------------

TEST(LabCredits, AreGrantedAsAskedAndNotOverdrawn) {
    RawClient client;
    client.credits_to_ask_for = 3;
    const auto answer = client.send(Command::negotiate, [](ByteWriter& out) { encode(Offer{}, out); });
    EXPECT_EQ(answer.headers[0].credits, 3);
    client.next_id = 3;
    const auto third = client.send(Command::echo, encode_logoff);
    EXPECT_EQ(third.nt(), NtStatus::success) << "1, 2 and 3 were granted, in any order";
    client.next_id = 3;
    EXPECT_TRUE(client.send(Command::echo, encode_logoff).closed()) << "used before";

    RawClient greedy;
    greedy.credits_to_ask_for = 1;
    greedy.negotiate();
    greedy.next_id = 2;
    EXPECT_TRUE(greedy.send(Command::echo, encode_logoff).closed());

    RawClient first;
    first.next_id = 1;
    EXPECT_TRUE(first.send(Command::negotiate, [](ByteWriter& out) { encode(Offer{}, out); }).closed());

    RawClient dear;
    dear.credits_to_ask_for = 4;
    dear.negotiate();
    auto header = dear.next_header(Command::echo);
    header.credit_charge = 5;
    EXPECT_TRUE(dear.send(dear.finished(header, Bytes{4, 0, 0, 0})).closed()) << "charged for five, has four";
}

TEST(LabCredits, AChargeTakesSeveral) {
    lab::CreditWindow window;
    EXPECT_FALSE(window.take(0, 2));
    EXPECT_TRUE(window.take(0, 0));
    EXPECT_FALSE(window.take(0, 1));
    EXPECT_FALSE(window.take(1, 1));
    EXPECT_EQ(window.grant(0), 1);
    EXPECT_EQ(window.grant(3), 3);
    EXPECT_TRUE(window.take(2, 2));
    EXPECT_FALSE(window.take(1, 2)) << "the second of the two is used";
    EXPECT_TRUE(window.take(1, 1));
    EXPECT_TRUE(window.take(4, 1));
    EXPECT_FALSE(window.take(5, 1));
    EXPECT_FALSE(window.take(0xFFFF'FFFF'FFFF'FFFF, 0xFFFF));
}

TEST(LabCredits, TheWindowIsBounded) {
    lab::CreditWindow window;
    std::size_t granted = 1;
    for (int i = 0; i < 100; ++i) granted += window.grant(0xFFFF);
    EXPECT_EQ(granted, 512u);
    for (std::uint64_t id = 0; id < 100'000; ++id) {
        ASSERT_TRUE(window.take(id, 1)) << id;
        ASSERT_EQ(window.grant(16), 1);
    }
}

}  // namespace
}  // namespace curfew::testing
