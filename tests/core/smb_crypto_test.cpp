// Key derivation, signatures and encryption against what others computed: Microsoft's published examples
// ("Encryption in SMB 3.0: A protocol perspective", "SMB 3.1.1 Encryption in Windows 10", "SMB 2 and SMB 3
// security in Windows 10: the anatomy of signing and cryptographic keys"), and pycryptodome (golden.hpp).
#include <gtest/gtest.h>

#include "core/smb/crypto.hpp"
#include "core/smb/header.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/golden/golden.hpp"

namespace curfew::testing {
namespace {

using namespace core::smb;

Key key(std::string_view text) {
    return array_from_hex<16>(text);
}

std::string derived(std::string_view session_key, std::string_view label, std::string_view context) {
    // The contexts of 3.0 count with their NUL.
    const Bytes bytes{context.begin(), context.end()};
    auto with_nul = bytes;
    with_nul.push_back(0);
    return hex(derive_key(key(session_key), label, with_nul));
}

TEST(DeriveKey, GivesThePublishedKeysOf300) {
    constexpr auto first = "7cd451825d0450d235424e44ba6e78cc";
    EXPECT_EQ(derived(first, "SMB2AESCMAC", "SmbSign"), "0b7e9c5cac36c0f6ea9ab275298cedce");
    EXPECT_EQ(derived(first, "SMB2AESCCM", "ServerIn "), "fad27796665b313ebb578f388632b4f7");
    EXPECT_EQ(derived(first, "SMB2AESCCM", "ServerOut"), "b0f0427f7ceb416d1d9dcc0cd4f99447");
    constexpr auto second = "b4546771b515f766a86735532dd6c4f0";
    EXPECT_EQ(derived(second, "SMB2AESCMAC", "SmbSign"), "f773cd23c18fd1e08ee510cada7cf852");
    EXPECT_EQ(derived(second, "SMB2AESCCM", "ServerIn "), "261b72350558f2e9dcf613070383edbf");
    EXPECT_EQ(derived(second, "SMB2AESCCM", "ServerOut"), "8fe2b57ec34d2db5b1a9727f526bbdb5");
}

TEST(DeriveKey, GivesThePublishedKeysOf311) {
    const auto hash = from_hex(
        "0dd13628cc3ed218ef9df9772d436d0887ab9814bfae63a80aa845f36909db79"
        "28622dddad522d9751640a459762c5a9d6bb084cbb3ce6bdadef5d5bce3c6c01");
    const auto session = key("270e1ba896585eeb7af3472d3b4c75a7");
    EXPECT_EQ(hex(derive_key(session, "SMBSigningKey", hash)), "73fe7a9a77bef0bde49c650d8ccb5f76");
    EXPECT_EQ(hex(derive_key(session, "SMBC2SCipherKey", hash)), "629bcbc54422a0f572b97f45989b6073");
    EXPECT_EQ(hex(derive_key(session, "SMBS2CCipherKey", hash)), "e2af0dcefac68da71a0dfbd0d1350d74");
}

// Windows' whole logon, as published: NEGOTIATE, two SESSION_SETUPs, and the signed reply at the end.
constexpr std::string_view logon[] = {
    "FE534D4240000100000000000000800000000000000000000100000000000000FFFE000000000000"
    "00000000000000000000000000000000000000000000000024000500000000003F000000ECD86F32"
    "6276024F9F7752B89BB33F3A70000000020000000202100200030203110300000100260000000000"
    "010020000100FA49E6578F1F3A9F4CD3E9CC14A67AA884B3D05844E0E5A118225C15887F32FF0000"
    "0200060000000000020002000100",
    "FE534D4240000100000000000000010001000000000000000100000000000000FFFE000000000000"
    "000000000000000000000000000000000000000000000000410001001103020039CBCAF329714942"
    "BDCE5D60F09AB3FB2F000000000080000000800000008000D8DAE5ADCBAED00109094AB095AED001"
    "80004001C00100006082013C06062B0601050502A08201303082012CA01A3018060A2B0601040182"
    "3702021E060A2B06010401823702020AA282010C048201084E45474F455854530100000000000000"
    "60000000700000007C7CC0FD06D6362D02DDE1CF343BFE292900F49750B4AA97934D9C4296B26E51"
    "FD370471B235E15A50DAE15BD5489C87000000000000000060000000010000000000000000000000"
    "5C33530DEAF90D4DB2EC4AE3786EC3084E45474F4558545303000000010000004000000098000000"
    "7C7CC0FD06D6362D02DDE1CF343BFE295C33530DEAF90D4DB2EC4AE3786EC3084000000058000000"
    "3056A05430523027802530233121301F06035504031318546F6B656E205369676E696E6720507562"
    "6C6963204B65793027802530233121301F06035504031318546F6B656E205369676E696E67205075"
    "626C6963204B6579010026000000000001002000010060A3C3B95C3C7CCD51EC536648D9B3AC74C4"
    "83CA5B65385A251117BEB30712E50000020004000000000001000200",
    "FE534D4240000100000000000100800000000000000000000200000000000000FFFE000000000000"
    "00000000000000000000000000000000000000000000000019000001010000000000000058004A00"
    "0000000000000000604806062B0601050502A03E303CA00E300C060A2B06010401823702020AA22A"
    "04284E544C4D5353500001000000978208E200000000000000000000000000000000060380250000"
    "000F",
    "FE534D4240000100160000C00100010001000000000000000200000000000000FFFE000000000000"
    "190000000010000000000000000000000000000000000000090000004800B300A181B03081ADA003"
    "0A0101A10C060A2B06010401823702020AA281970481944E544C4D53535000020000000C000C0038"
    "00000015828AE20D1D8BA31179D008000000000000000050005000440000000A0092270000000F53"
    "005500540033003100310002000C0053005500540033003100310001000C00530055005400330031"
    "00310004000C0053005500540033003100310003000C0053005500540033003100310007000800A1"
    "A1F5ADCBAED00100000000",
    "FE534D4240000100000000000100800000000000000000000300000000000000FFFE000000000000"
    "1900000000100000000000000000000000000000000000001900000101000000000000005800CF01"
    "0000000000000000A18201CB308201C7A0030A0101A28201AA048201A64E544C4D53535000030000"
    "001800180090000000EE00EE00A80000000C000C00580000001A001A0064000000120012007E0000"
    "001000100096010000158288E2060380250000000FECAC77A5F385A8BF9C38C706EEEDDCD3530055"
    "005400330031003100610064006D0069006E006900730074007200610074006F0072004400520049"
    "0056004500520033003100310000000000000000000000000000000000000000000000000063078E"
    "B639FE03E20A231C3AE3BF23080101000000000000A1A1F5ADCBAED001BC4AD05F223CC90F000000"
    "0002000C0053005500540033003100310001000C0053005500540033003100310004000C00530055"
    "00540033003100310003000C0053005500540033003100310007000800A1A1F5ADCBAED001060004"
    "00020000000800300030000000000000000000000000300000B61FEFCAA857EA57BF1EDCEBF8974B"
    "8E0EBA5A6DFD9D07A31D11B548F8C9D0CC0A00100000000000000000000000000000000000090016"
    "0063006900660073002F005300550054003300310031000000000000000000000000003B9BDFF38F"
    "5EE8F9663F11A0F4C03A78A31204100100000063775A9A5FD97F0600000000"};
constexpr std::string_view last_reply =
    "FE534D4240000100000000000100800009000000000000000300000000000000FFFE000000000000"
    "1900000000100000EBE146DA120BA25FC3376A49DFE31BC10900000048001D00A11B3019A0030A01"
    "00A3120410010000003B453CDC3524164200000000";

TEST(PreauthHash, FollowsAPublishedLogonToItsSignature) {
    constexpr std::string_view expected[] = {
        "dd94efc5321bb618a2e208ba8920d2f422992526947a409b5037de1e0fe8c736"
        "2b8c47122594cde0ce26aa9dfc8bcdbde0621957672623351a7540f1e54a0426",
        "324bfa92a4f3a190e466ebea08d9c110dc88bfed758d9846ecc6f541cc1d02ae"
        "3c94a79f36011e997e13f841b91b50957ad07b19c8e2539c0b23fdae09d2c513",
        "ac0b0f2b9986257700365e416d142a6edc96df03594a19e52a15f6bd0d041cd5"
        "d432f8ed42c55e33197a50c9ec00f1462b50c592211b1471a04b56088fdfd5f9",
        "2729e3440dfddd839e37193f6e8f20c20cefb3469e453a70cd980eec06b88357"
        "40a73760085633364c8989895ece81bf102deeb14d4b7d48afa76901a7a38387",
        "0dd13628cc3ed218ef9df9772d436d0887ab9814bfae63a80aa845f36909db79"
        "28622dddad522d9751640a459762c5a9d6bb084cbb3ce6bdadef5d5bce3c6c01"};
    PreauthHash hash{};
    for (std::size_t i = 0; i < std::size(logon); ++i) {
        extend(hash, from_hex(logon[i]));
        EXPECT_EQ(hex(hash), expected[i]) << "message " << i;
    }
    Signer signer{Signing::aes_cmac,
                  derive_key(key("270e1ba896585eeb7af3472d3b4c75a7"), "SMBSigningKey", hash)};
    EXPECT_EQ(hex(signer.sign(from_hex(last_reply))), "ebe146da120ba25fc3376a49dfe31bc1");
}

TEST(Signer, GivesWhatAnotherImplementationGives) {
    const auto k = key("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    const auto message = from_hex(golden::signed_message);
    EXPECT_EQ(hex((Signer{Signing::hmac_sha256, k}.sign(message))), golden::signature_hmac);
    EXPECT_EQ(hex((Signer{Signing::aes_cmac, k}.sign(message))), golden::signature_cmac);
    EXPECT_EQ(hex((Signer{Signing::aes_gmac, k}.sign(message))), golden::signature_gmac);
    auto reply = message;
    reply[16] |= flag_response;
    EXPECT_EQ(hex((Signer{Signing::aes_gmac, k}.sign(reply))), golden::signature_gmac_reply);
}

TEST(Signer, NoticesEveryBit) {
    for (const auto algorithm : {Signing::hmac_sha256, Signing::aes_cmac, Signing::aes_gmac}) {
        Signer signer{algorithm, key("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")};
        const auto message = from_hex(golden::signed_message);
        const auto signature = signer.sign(message);
        EXPECT_EQ(signer.sign(message), signature) << "a signer remembers nothing of the last message";
        for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
            auto changed = message;
            changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
            const bool in_signature_field = bit / 8 >= signature_offset && bit / 8 < header_size;
            EXPECT_EQ(signer.sign(changed) == signature, in_signature_field) << "bit " << bit;
        }
        auto longer = message;
        longer.push_back(0);
        EXPECT_NE(signer.sign(longer), signature);
        EXPECT_NE((Signer{algorithm, key("a0a1a2a3a4a5a6a7a8a9aaabacadaeae")}.sign(message)), signature);
    }
}

TEST(Sealer, OpensPublishedMessages) {
    // Decrypting keys and messages as published; 3.0 with CCM, 3.1.1 with GCM.
    Sealer ccm{Cipher::aes128_ccm, key("261b72350558f2e9dcf613070383edbf"),
               key("8fe2b57ec34d2db5b1a9727f526bbdb5")};
    auto sealed = from_hex(
        "FD534D42A6015530A18F6D9AFFE22AFAE8E66484860000000000000011000014"
        "00E4080050000000000001001100001400E40800DBF46435C5F14169293CE079"
        "E344479BF670227E49873F458672C3098DAC467DD5809F369D67409166515787"
        "1483E01F7BECD02064EAC3E235F913668BBC2F097980D4B378F1993EFF6E60D1"
        "77309E5B");
    EXPECT_EQ(hex(ccm.open(sealed)),
              "fe534d4240000100000000000900210009000000000000000400000000000000"
              "fffe0000010000001100001400e4080000000000000000000000000000000000"
              "11000000170000000000000000000000");

    Sealer gcm{Cipher::aes128_gcm, key("a2f5e80e5d59103034f32e52f698e5ec"),
               key("748c50868c90f302962a5c35f5f9a8bf")};
    sealed = from_hex(
        "FD534D42ACBE1CB7ED343ADF1725EF144D90D4B0E06831DD2E8EB7B4000000000000000050000000"
        "00000100250000000010000026BBBF949983A6C1C796559D0F2C510CB651D1F7B6AC8DED32A2A0B8"
        "F2D793A815C6F6B848D69767A215841A42D400AE6DDB5F0B44173A014973321FDD7950DA6179159B"
        "82E03C9E18A050FF0EA1C967");
    EXPECT_EQ(hex(gcm.open(sealed)),
              "fe534d4240000100000000000900010001000000000000000500000000000000fffe000001000000"
              "25000000001000000000000000000000000000000000000011000000170000000000000000000000");
}

// What the client sealed, as published: opened with the server's half.
TEST(Sealer, OpensPublishedRequestsWithTheServersKeys) {
    Sealer ccm{Cipher::aes128_ccm, key("8fe2b57ec34d2db5b1a9727f526bbdb5"),
               key("261b72350558f2e9dcf613070383edbf")};
    auto sealed = from_hex(
        "FD534D4281A286535415445DAE393921E44FA42E66E69A111892584FB5ED524A"
        "744DA3EE87000000000001001100001400E4080025C8FEE16605A437832D1CD5"
        "2DA9F4645333482A175FE5384563F45FCDAFAEF38BC62BA4D5C62897996625A4"
        "4C29BE5658DE2E6117585779E7B59FFD971278D08580D7FA899E410E910EABF5"
        "AA1DB43050B33B49182637759AC15D84BFCDF5B6B238993C0F4CF4D6012023F6"
        "C627297075D84B7803912D0A9639634453595EF3E33FFE4E7AC2AB");
    const auto plain = ccm.open(sealed);
    ASSERT_EQ(plain.size(), 0x87u);
    EXPECT_EQ(std::string(plain.end() - 23, plain.end()), "Smb3 encryption testing");
}

class EveryCipher : public ::testing::TestWithParam<Cipher> {};
INSTANTIATE_TEST_SUITE_P(Sealer, EveryCipher, ::testing::Values(Cipher::aes128_ccm, Cipher::aes128_gcm));

constexpr auto one = "261b72350558f2e9dcf613070383edbf", two = "8fe2b57ec34d2db5b1a9727f526bbdb5";

TEST_P(EveryCipher, WhatOneEndSealsTheOtherOpens) {
    Sealer client{GetParam(), key(one), key(two)};
    Sealer server{GetParam(), key(two), key(one)};
    for (const std::size_t size : {1, 15, 16, 17, 64, 70'000}) {
        const Bytes message(size, 0x5A);
        Bytes sealed{1, 2, 3, 4};  // what stands before it in the frame is left alone
        client.seal(message, 0x1122334455667788, sealed);
        EXPECT_EQ(hex(std::span{sealed}.first(4)), "01020304");
        const auto body = std::span{sealed}.subspan(4);
        ASSERT_EQ(body.size(), transform_size + size);
        EXPECT_EQ(decode_transform(body)->session_id, 0x1122334455667788u);
        const auto plain = server.open(body);
        EXPECT_TRUE(std::equal(plain.begin(), plain.end(), message.begin(), message.end()));
        EXPECT_TRUE(client.open(body).empty()) << "a message comes back to its sender";
    }
}

TEST_P(EveryCipher, NoNonceIsUsedTwice) {
    Sealer sealer{GetParam(), key(one), key(two)};
    std::vector<std::string> nonces;
    for (int i = 0; i < 1000; ++i) {
        Bytes sealed;
        sealer.seal(Bytes(64), 1, sealed);
        nonces.push_back(hex(std::span{sealed}.subspan(20, 11)));
    }
    std::sort(nonces.begin(), nonces.end());
    EXPECT_EQ(std::adjacent_find(nonces.begin(), nonces.end()), nonces.end());
}

TEST_P(EveryCipher, NoticesEveryBit) {
    Sealer client{GetParam(), key(one), key(two)};
    Sealer server{GetParam(), key(two), key(one)};
    Bytes sealed;
    client.seal(from_text("a message that is to be kept as it is, and from others"), 77, sealed);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        EXPECT_TRUE(server.open(changed).empty()) << "bit " << bit;
    }
    for (std::size_t length = 0; length < sealed.size(); ++length) {
        auto shorter = sealed;
        shorter.resize(length);
        EXPECT_TRUE(server.open(shorter).empty()) << length;
    }
    auto longer = sealed;
    longer.push_back(0);
    EXPECT_TRUE(server.open(longer).empty());
    EXPECT_FALSE(server.open(sealed).empty()) << "and is still good after all that";
}

TEST(EqualInConstantTime, ComparesAllOfIt) {
    const auto signature = array_from_hex<16>("000102030405060708090a0b0c0d0e0f");
    EXPECT_TRUE(equal_in_constant_time(signature, signature));
    EXPECT_FALSE(equal_in_constant_time(signature, std::span{signature}.first(15)));
    EXPECT_FALSE(equal_in_constant_time(signature, {}));
}

}  // namespace
}  // namespace curfew::testing
