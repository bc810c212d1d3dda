#include <algorithm>

#include "config/decode/map_reader.hpp"
#include "config/decode/path.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_credential =
    "a map with `kerberos: {principal, keytab}` or `ntlm: {username, password_file}`";

// The kinds of Kerberos caches and tables are told by a prefix: KEYRING:, KCM:, DIR:.
bool names_a_kind(std::string_view text) {
    const std::size_t colon = text.find(':');
    return colon != std::string_view::npos && colon > 1 &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<std::string> read_table_or_cache(const Value& value, bool other_kinds) {
    if (!value.is_scalar() || !names_a_kind(value.node().text)) return read_secret_path(value);
    auto text = read_name(value, "the path of a file");
    if (!text) return std::nullopt;
    if (text->starts_with("FILE:/")) return text->substr(5);
    if (other_kinds && !text->starts_with("FILE:")) return text;
    value.error(text->starts_with("FILE:") ? "leave `FILE:` out; the path alone is a file"
                                           : "a keytab is a file; give its path");
    return std::nullopt;
}

std::optional<core::CredentialSpec> read_kerberos(const Value& value) {
    MapReader map(value, "a map with `principal` and one of `keytab`, `ccache`, `password_file`");
    constexpr std::array<std::string_view, 3> sources{"keytab", "ccache", "password_file"};
    const auto principal = map.required("principal", "write `principal: name@REALM`");
    const auto source = map.one_of(sources);
    map.finish();
    if (!principal || !source) return std::nullopt;
    core::KerberosCredential kerberos;
    const auto name = read_name(*principal, "a principal such as `svc-curfew@CORP.EXAMPLE`");
    std::optional<std::string> path;
    if (map.has("keytab")) {
        path = read_table_or_cache(*source, false);
        if (path) kerberos.source = core::KerberosKeytab{*path};
    } else if (map.has("ccache")) {
        path = read_table_or_cache(*source, true);
        if (path) kerberos.source = core::KerberosCcache{*path};
    } else {
        path = read_secret_path(*source);
        if (path) kerberos.source = core::PasswordFile{*path};
    }
    if (!name || !path) return std::nullopt;
    kerberos.principal = *name;
    return kerberos;
}

std::optional<core::CredentialSpec> read_ntlm(const Value& value) {
    MapReader map(value, "a map with `username` and `password_file`");
    const auto username = map.required("username", R"(write `username: 'DOMAIN\name'`)");
    const auto file = map.required("password_file", "write `password_file: name.password`");
    map.finish();
    std::optional<std::string> name;
    std::optional<std::string> path;
    if (username) name = read_name(*username, R"(a user name such as `'DOMAIN\name'`)");
    if (file) path = read_secret_path(*file);
    if (!name || !path) return std::nullopt;
    return core::NtlmCredential{*name, {*path}};
}

std::optional<core::CredentialSpec> read_credential(const Value& value) {
    constexpr std::array<std::string_view, 2> mechanisms{"kerberos", "ntlm"};
    MapReader map(value, a_credential);
    const auto mechanism = map.one_of(mechanisms);
    map.finish();
    if (!mechanism) return std::nullopt;
    return map.has("kerberos") ? read_kerberos(*mechanism) : read_ntlm(*mechanism);
}

}  // namespace

void read_credentials(const Value& value, Draft& draft) {
    if (!value.is_map() || value.node().entries.empty()) {
        value.expected("a map of names, each " + std::string(a_credential));
        return;
    }
    for (const yaml::Entry& entry : value.node().entries) {
        const Value child = value.at(entry);
        if (entry.key.empty() || has_control_character(entry.key))
            value.error_at_key(entry, "a credential needs a name without control characters");
        draft.credentials.emplace(entry.key, child);
        if (auto spec = read_credential(child)) draft.config.credentials.emplace(entry.key, std::move(*spec));
    }
}

}  // namespace curfew::config
