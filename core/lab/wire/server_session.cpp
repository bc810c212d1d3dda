#include "core/lab/wire/server_session.hpp"

#include <algorithm>
#include <string_view>

#include <openssl/crypto.h>

namespace curfew::core::lab {
namespace {

std::span<const std::uint8_t> with_nul(std::string_view literal) {
    return {reinterpret_cast<const std::uint8_t*>(literal.data()), literal.size() + 1};
}

}  // namespace

void ServerSession::log_on(smb::Key& key, const Negotiated& negotiated, LabEncryption encryption) {
    using smb::derive_key;
    const bool seals = negotiated.cipher != smb::Cipher::none;
    if (preauth) {
        signer.emplace(negotiated.signing, derive_key(key, "SMBSigningKey", *preauth));
        if (seals) {
            sealer.emplace(negotiated.cipher, derive_key(key, "SMBS2CCipherKey", *preauth),
                           derive_key(key, "SMBC2SCipherKey", *preauth));
        }
    } else if (negotiated.dialect >= static_cast<std::uint16_t>(Dialect::smb300)) {
        signer.emplace(negotiated.signing, derive_key(key, "SMB2AESCMAC", with_nul("SmbSign")));
        if (seals) {
            sealer.emplace(negotiated.cipher, derive_key(key, "SMB2AESCCM", with_nul("ServerOut")),
                           derive_key(key, "SMB2AESCCM", with_nul("ServerIn ")));
        }
    } else {
        signer.emplace(negotiated.signing, key);
    }
    OPENSSL_cleanse(key.data(), key.size());
    preauth.reset();
    must_encrypt = encryption == LabEncryption::required;
    valid = true;
}

Open* ServerSession::find(const smb::FileId& file) const {
    const auto found =
        std::find_if(opens.begin(), opens.end(), [&](const auto& open) { return open->file == file; });
    return found == opens.end() ? nullptr : found->get();
}

bool ServerSession::has_tree(std::uint32_t tree) const {
    return std::find(trees.begin(), trees.end(), tree) != trees.end();
}

void ServerSession::close(const Open& gone) {
    std::erase_if(opens, [&](const auto& open) { return open.get() == &gone; });
}

void ServerSession::disconnect(std::uint32_t tree) {
    std::erase(trees, tree);
    std::erase_if(opens, [&](const auto& open) { return open->tree == tree; });
}

}  // namespace curfew::core::lab
