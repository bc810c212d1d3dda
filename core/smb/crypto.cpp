#include "core/smb/crypto.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "core/smb/header.hpp"

namespace curfew::core::smb {
namespace {

// OpenSSL fails here only where it is broken or out of memory; there is no sensible way to go on without it.
void must(bool good, const char* what) {
    if (!good) throw std::runtime_error{std::string{"OpenSSL: "} + what};
}

void* unconst(const void* pointer) {
    return const_cast<void*>(pointer);
}

OSSL_PARAM text(const char* key, const char* value) {
    return OSSL_PARAM_construct_utf8_string(key, const_cast<char*>(value), 0);
}

OSSL_PARAM octets(const char* key, std::span<const std::uint8_t> value) {
    return OSSL_PARAM_construct_octet_string(key, unconst(value.data()), value.size());
}

// Looked up once: fetching an algorithm costs more than a signature.
EVP_MAC* mac_named(const char* name) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, name, nullptr);
    must(mac != nullptr, name);
    return mac;
}

EVP_MAC* mac_for(Signing algorithm) {
    static EVP_MAC* const hmac = mac_named("HMAC");
    static EVP_MAC* const cmac = mac_named("CMAC");
    static EVP_MAC* const gmac = mac_named("GMAC");
    switch (algorithm) {
        case Signing::hmac_sha256: return hmac;
        case Signing::aes_cmac: return cmac;
        case Signing::aes_gmac: return gmac;
    }
    return hmac;
}

const EVP_CIPHER* cipher_for(Cipher cipher) {
    static EVP_CIPHER* const ccm = EVP_CIPHER_fetch(nullptr, "AES-128-CCM", nullptr);
    static EVP_CIPHER* const gcm = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    return cipher == Cipher::aes128_ccm ? ccm : gcm;
}

constexpr std::size_t aad_offset = 20;  // from the nonce to the end of the transform header

}  // namespace

Key derive_key(const Key& session_key, std::string_view label, std::span<const std::uint8_t> context) {
    static EVP_KDF* const kbkdf = EVP_KDF_fetch(nullptr, "KBKDF", nullptr);
    std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> kdf{EVP_KDF_CTX_new(kbkdf), &EVP_KDF_CTX_free};
    // The label's own NUL is part of it; the NUL that separates label and context is OpenSSL's to add.
    const std::string label_with_nul{std::string{label} + '\0'};
    const std::span label_bytes{reinterpret_cast<const std::uint8_t*>(label_with_nul.data()),
                                label_with_nul.size()};
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_MODE, "counter"),
                                     text(OSSL_KDF_PARAM_MAC, "HMAC"),
                                     text(OSSL_KDF_PARAM_DIGEST, "SHA256"),
                                     octets(OSSL_KDF_PARAM_KEY, session_key),
                                     octets(OSSL_KDF_PARAM_SALT, label_bytes),
                                     octets(OSSL_KDF_PARAM_INFO, context),
                                     OSSL_PARAM_construct_end()};
    Key key{};
    must(kdf && EVP_KDF_derive(kdf.get(), key.data(), key.size(), parameters) == 1, "KBKDF");
    return key;
}

void extend(PreauthHash& hash, std::span<const std::uint8_t> message) {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    must(digest && EVP_DigestInit_ex2(digest.get(), EVP_sha512(), nullptr) == 1 &&
             EVP_DigestUpdate(digest.get(), hash.data(), hash.size()) == 1 &&
             EVP_DigestUpdate(digest.get(), message.data(), message.size()) == 1 &&
             EVP_DigestFinal_ex(digest.get(), hash.data(), nullptr) == 1,
         "SHA-512");
}

void random_bytes(std::span<std::uint8_t> out) {
    must(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "RAND_bytes");
}

void Signer::Free::operator()(evp_mac_ctx_st* context) const {
    EVP_MAC_CTX_free(context);
}
Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

Signer::Signer(Signing algorithm, const Key& key)
    : algorithm_(algorithm), context_(EVP_MAC_CTX_new(mac_for(algorithm))) {
    const char* name = algorithm == Signing::hmac_sha256 ? OSSL_MAC_PARAM_DIGEST : OSSL_MAC_PARAM_CIPHER;
    const char* value = algorithm == Signing::hmac_sha256 ? "SHA256"
                        : algorithm == Signing::aes_cmac  ? "AES-128-CBC"
                                                          : "AES-128-GCM";
    const OSSL_PARAM parameters[] = {text(name, value), OSSL_PARAM_construct_end()};
    must(context_ && EVP_MAC_init(context_.get(), key.data(), key.size(), parameters) == 1, "EVP_MAC_init");
}

Signature Signer::mac(std::span<const std::uint8_t> message, std::span<const std::uint8_t> nonce) {
    const OSSL_PARAM with_nonce[] = {octets(OSSL_MAC_PARAM_IV, nonce), OSSL_PARAM_construct_end()};
    const OSSL_PARAM* parameters = nonce.empty() ? nullptr : with_nonce;
    constexpr Signature no_signature{};
    std::array<std::uint8_t, 32> out{};
    std::size_t size = 0;
    // The signature field counts as zeroes: the message is fed around it instead of being changed.
    must(
        EVP_MAC_init(context_.get(), nullptr, 0, parameters) == 1 &&
            EVP_MAC_update(context_.get(), message.data(), signature_offset) == 1 &&
            EVP_MAC_update(context_.get(), no_signature.data(), no_signature.size()) == 1 &&
            EVP_MAC_update(context_.get(), message.data() + header_size, message.size() - header_size) == 1 &&
            EVP_MAC_final(context_.get(), out.data(), &size, out.size()) == 1,
        "EVP_MAC");
    Signature signature{};
    std::copy_n(out.begin(), signature.size(), signature.begin());
    return signature;
}

Signature Signer::sign(std::span<const std::uint8_t> message) {
    if (algorithm_ != Signing::aes_gmac) return mac(message, {});
    // MS-SMB2 3.1.4.1: the message id, then one bit for a reply and one for CANCEL (which is never sent
    // here).
    std::array<std::uint8_t, 12> nonce{};
    std::copy_n(message.begin() + 24, 8, nonce.begin());
    nonce[8] = message[16] & flag_response;
    return mac(message, nonce);
}

bool equal_in_constant_time(const Signature& a, std::span<const std::uint8_t> b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void Sealer::Free::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() {
    OPENSSL_cleanse(encrypting_.data(), encrypting_.size());
    OPENSSL_cleanse(decrypting_.data(), decrypting_.size());
}

Sealer::Sealer(Cipher cipher, const Key& encrypting, const Key& decrypting)
    : cipher_(cipher), encrypting_(encrypting), decrypting_(decrypting), context_(EVP_CIPHER_CTX_new()) {
    must(context_ != nullptr, "EVP_CIPHER_CTX_new");
}

void Sealer::seal(std::span<const std::uint8_t> message, std::uint64_t session_id, Bytes& out) {
    TransformHeader header;
    header.original_size = static_cast<std::uint32_t>(message.size());
    header.session_id = session_id;
    for (std::size_t i = 0; i < 8; ++i) header.nonce[i] = static_cast<std::uint8_t>(next_nonce_ >> (8 * i));
    ++next_nonce_;

    const std::size_t start = out.size();
    ByteWriter writer{out};
    encode(header, writer);
    out.resize(start + transform_size + message.size());
    std::uint8_t* const sealed = out.data() + start;
    auto* c = context_.get();
    int written = 0;
    const int size = static_cast<int>(message.size());
    must(EVP_CIPHER_CTX_reset(c) == 1 &&
             EVP_EncryptInit_ex2(c, cipher_for(cipher_), nullptr, nullptr, nullptr) == 1 &&
             EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce_size()), nullptr) == 1 &&
             (cipher_ != Cipher::aes128_ccm ||
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, 16, nullptr) == 1) &&
             EVP_EncryptInit_ex2(c, nullptr, encrypting_.data(), header.nonce.data(), nullptr) == 1 &&
             (cipher_ != Cipher::aes128_ccm || EVP_EncryptUpdate(c, nullptr, &written, nullptr, size) == 1) &&
             EVP_EncryptUpdate(c, nullptr, &written, sealed + aad_offset, transform_size - aad_offset) == 1 &&
             EVP_EncryptUpdate(c, sealed + transform_size, &written, message.data(), size) == 1 &&
             EVP_EncryptFinal_ex(c, sealed + transform_size + written, &written) == 1 &&
             EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, sealed + 4) == 1,
         "encryption");
}

std::span<std::uint8_t> Sealer::open(std::span<std::uint8_t> sealed) {
    const auto header = decode_transform(sealed);
    if (!header || sealed.size() - transform_size != header->original_size) return {};
    const auto message = sealed.subspan(transform_size);
    auto* c = context_.get();
    int written = 0;
    const int size = static_cast<int>(message.size());
    const bool good =
        EVP_CIPHER_CTX_reset(c) == 1 &&
        EVP_DecryptInit_ex2(c, cipher_for(cipher_), nullptr, nullptr, nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce_size()), nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, 16, unconst(header->signature.data())) == 1 &&
        EVP_DecryptInit_ex2(c, nullptr, decrypting_.data(), header->nonce.data(), nullptr) == 1 &&
        (cipher_ != Cipher::aes128_ccm || EVP_DecryptUpdate(c, nullptr, &written, nullptr, size) == 1) &&
        EVP_DecryptUpdate(c, nullptr, &written, sealed.data() + aad_offset, transform_size - aad_offset) ==
            1 &&
        EVP_DecryptUpdate(c, message.data(), &written, message.data(), size) == 1 &&
        (cipher_ == Cipher::aes128_ccm || EVP_DecryptFinal_ex(c, message.data() + written, &written) == 1);
    if (!good) return {};
    return message;
}

}  // namespace curfew::core::smb
