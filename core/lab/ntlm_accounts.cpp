#include "core/lab/ntlm_accounts.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/provider.h>

#include "core/text/utf.hpp"

namespace curfew::core::lab {
namespace {

template <auto free> struct Freed {
    template <class T> void operator()(T* what) const { free(what); }
};
using Library = std::unique_ptr<OSSL_LIB_CTX, Freed<OSSL_LIB_CTX_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Freed<OSSL_PROVIDER_unload>>;
using Digest = std::unique_ptr<EVP_MD, Freed<EVP_MD_free>>;

using NtHash = std::array<std::uint8_t, 16>;

// MD4 is in the legacy provider, which is loaded here alone and not for the whole process.
class Md4 {
  public:
    Md4()
        : library_(OSSL_LIB_CTX_new()),
          provider_(OSSL_PROVIDER_load(library_.get(), "legacy")),
          digest_(provider_ ? EVP_MD_fetch(library_.get(), "MD4", nullptr) : nullptr) {}

    bool there() const { return digest_ != nullptr; }
    std::optional<NtHash> of(std::u16string_view text) const {
        std::string bytes;
        for (const char16_t unit : text) {
            bytes += static_cast<char>(unit & 0xFF);
            bytes += static_cast<char>(unit >> 8);
        }
        NtHash hash{};
        unsigned size = 0;
        if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, digest_.get(), nullptr) != 1)
            return std::nullopt;
        return hash;
    }

  private:
    Library library_;
    Provider provider_;
    Digest digest_;
};

void append_hex(const NtHash& hash, std::string& out) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const auto byte : hash) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
}

}  // namespace

Result<std::string> ntlm_account_lines(const std::string& domain, const std::vector<Account>& accounts) {
    if (accounts.empty()) return std::string{};
    const Md4 md4;
    if (!md4.there())
        return Error{make_error_code(boost::system::errc::function_not_supported),
                     "NTLM needs MD4, which is in OpenSSL's legacy provider: install that"};
    std::string lines;
    for (const auto& account : accounts) {
        const auto password = utf16_from_utf8(account.password);
        const auto hash = password ? md4.of(*password) : std::nullopt;
        if (!hash)
            return Error{make_error_code(boost::system::errc::invalid_argument),
                         "the password of the account " + account.name + " is not UTF-8"};
        // User id, LAN Manager hash (none), hash, flags, time of the last change.
        lines += domain + "\\" + account.name + ":0:" + std::string(32, 'X') + ":";
        append_hex(*hash, lines);
        lines += ":[U          ]:LCT-00000000:\n";
    }
    return lines;
}

}  // namespace curfew::core::lab
