#include "config/digest.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>

namespace curfew::config {
namespace {

void require(int done) {
    if (done != 1) throw std::runtime_error("SHA-256 is not to be had from OpenSSL");
}

void add_node(Digest& digest, const yaml::Node& node) {
    switch (node.kind) {
        case yaml::Kind::null: digest.add("null"); break;
        case yaml::Kind::scalar:
            digest.add("scalar");
            digest.add(node.text);
            break;
        case yaml::Kind::sequence:
            digest.add("sequence");
            digest.add(std::to_string(node.items.size()));
            for (const yaml::Node& item : node.items) add_node(digest, item);
            break;
        case yaml::Kind::map: {
            std::vector<const yaml::Entry*> entries;
            for (const yaml::Entry& entry : node.entries) entries.push_back(&entry);
            std::sort(entries.begin(), entries.end(),
                      [](const yaml::Entry* a, const yaml::Entry* b) { return a->key < b->key; });
            digest.add("map");
            digest.add(std::to_string(entries.size()));
            for (const yaml::Entry* entry : entries) {
                digest.add(entry->key);
                add_node(digest, entry->value);
            }
            break;
        }
    }
}

}  // namespace

void Digest::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

Digest::Digest() : context_(EVP_MD_CTX_new()) {
    require(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
}

void Digest::add(std::string_view text) {
    const std::string length = std::to_string(text.size()) + ":";
    require(EVP_DigestUpdate(context_.get(), length.data(), length.size()));
    require(EVP_DigestUpdate(context_.get(), text.data(), text.size()));
}

std::string Digest::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (unsigned i = 0; i < size; ++i) {
        out += digits[bytes[i] >> 4U];
        out += digits[bytes[i] & 0xFU];
    }
    return out;
}

std::string digest_of(const yaml::Node& node) {
    Digest digest;
    add_node(digest, node);
    return digest.hex();
}

}  // namespace curfew::config
