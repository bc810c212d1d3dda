#pragma once
// How to reach one server and how to prove who we are: plain values, filled by config/, used by the backends.

#include <cstdint>
#include <string>
#include <variant>

namespace curfew::core {

enum class Dialect : std::uint16_t { smb210 = 0x0210, smb300 = 0x0300, smb302 = 0x0302, smb311 = 0x0311 };

enum class Encryption {
    offered,   // when the server asks for it
    required,  // always, and a server that cannot is refused
};

struct Security {
    Dialect min_dialect = Dialect::smb210;
    Encryption encryption = Encryption::offered;
    bool operator==(const Security&) const = default;
};

struct ServerSpec {
    std::string name;  // for Kerberos (cifs/NAME), logs and errors
    std::string host;  // what to connect to: a host name or an address
    std::uint16_t port = 445;
    Security security;
    bool operator==(const ServerSpec&) const = default;
};

struct KerberosKeytab {
    std::string path;
    bool operator==(const KerberosKeytab&) const = default;
};
struct KerberosCcache {
    std::string path;
    bool operator==(const KerberosCcache&) const = default;
};
struct PasswordFile {
    std::string path;
    bool operator==(const PasswordFile&) const = default;
};

struct KerberosCredential {
    std::string principal;
    std::variant<KerberosKeytab, KerberosCcache, PasswordFile> source;
    bool operator==(const KerberosCredential&) const = default;
};

struct NtlmCredential {
    std::string username;  // "DOMAIN\user" or "user"
    PasswordFile password;
    bool operator==(const NtlmCredential&) const = default;
};

// The mechanism is named, never negotiated: a missing SPN must not fall back to NTLM silently, and a wrong
// password must not be tried twice.
using CredentialSpec = std::variant<KerberosCredential, NtlmCredential>;

}  // namespace curfew::core
