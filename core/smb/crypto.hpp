#pragma once
// SMB's uses of cryptography, all of it OpenSSL's: message signatures (MS-SMB2 3.1.4.1), encryption
// (3.1.4.3), key derivation (3.1.4.2, SP 800-108 in counter mode) and the pre-authentication hash
// (3.1.4.4.1). Contexts are made once per key and used again for every message.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/bytes/writer.hpp"
#include "core/smb/messages.hpp"

struct evp_mac_ctx_st;
struct evp_cipher_ctx_st;

namespace curfew::core::smb {

using Key = std::array<std::uint8_t, 16>;
using Signature = std::array<std::uint8_t, 16>;
using PreauthHash = std::array<std::uint8_t, 64>;

// `label` without its NUL, which is added; `context` exactly as it counts: the texts of 3.0 with their NUL,
// the pre-authentication hash of 3.1.1 as it is.
Key derive_key(const Key& session_key, std::string_view label, std::span<const std::uint8_t> context);

void extend(PreauthHash& hash, std::span<const std::uint8_t> message);

void random_bytes(std::span<std::uint8_t> out);

class Signer {
  public:
    Signer(Signing algorithm, const Key& key);
    ~Signer();
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;

    // Over a message whose signature field is taken as zeroes, whatever is in it.
    Signature sign(std::span<const std::uint8_t> message);

  private:
    Signature mac(std::span<const std::uint8_t> message, std::span<const std::uint8_t> nonce);
    struct Free {
        void operator()(evp_mac_ctx_st*) const;
    };
    Signing algorithm_;
    std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

bool equal_in_constant_time(const Signature& a, std::span<const std::uint8_t> b);

class Sealer {
  public:
    Sealer(Cipher cipher, const Key& encrypting, const Key& decrypting);
    ~Sealer();
    Sealer(Sealer&&) noexcept;
    Sealer& operator=(Sealer&&) noexcept;

    // Appends the transform header and the encrypted message.
    void seal(std::span<const std::uint8_t> message, std::uint64_t session_id, Bytes& out);

    // Decrypts in place behind the transform header; empty where the tag does not verify.
    std::span<std::uint8_t> open(std::span<std::uint8_t> sealed);

  private:
    struct Free {
        void operator()(evp_cipher_ctx_st*) const;
    };
    std::size_t nonce_size() const { return cipher_ == Cipher::aes128_ccm ? 11 : 12; }
    Cipher cipher_;
    Key encrypting_;
    Key decrypting_;
    std::uint64_t next_nonce_ = 1;  // a nonce is never used twice with one key; a counter cannot repeat
    std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace curfew::core::smb
