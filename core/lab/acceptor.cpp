#include "core/lab/acceptor.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/auth/gss_handles.hpp"
#include "core/auth/gss_status.hpp"
#include "core/lab/ntlm_accounts.hpp"

namespace curfew::core::lab {
namespace {

gss_OID_desc spnego_oid{6, const_cast<char*>("\x2b\x06\x01\x05\x05\x02")};
gss_OID_desc session_key_oid{11, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05")};

Error failed(const std::string& doing) {
    return {{errno, boost::system::system_category()}, doing};
}

Result<void> write_accounts(const std::string& path, const std::string& domain,
                            const std::vector<Account>& accounts) {
    const auto lines = ntlm_account_lines(domain, accounts);
    if (!lines) return lines.error();
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return failed("creating " + path);
    const auto written = ::write(file, lines->data(), lines->size());
    ::close(file);
    if (written != static_cast<ssize_t>(lines->size())) return failed("writing " + path);
    return {};
}

Result<gss_cred_id_t> acquire(gss_OID mechanism) {
    gss_OID_set_desc mechanisms{1, mechanism};
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor = 0;
    const auto major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT,
                                        &credential, nullptr, nullptr);
    if (GSS_ERROR(major)) return gss_error(major, minor, mechanism, "credentials to accept logons with");
    return credential;
}

// The keytab of every acceptor in this process; none: the system's. A credential store would be neater, but
// gss-ntlmssp takes any store for a user's, and what SPNEGO acquires of it with one accepts nobody.
Result<void> use_keytab(const std::optional<std::string>& keytab) {
    // No replay cache on disk: a lab is asked by many at once, and has nothing to lose.
    if (keytab) ::setenv("KRB5RCACHENAME", "none:", 1);
    const auto major = krb5_gss_register_acceptor_identity(keytab ? keytab->c_str() : nullptr);
    if (GSS_ERROR(major))
        return gss_error(major, 0, kerberos_mechanism(), "the keytab to accept logons with");
    return {};
}

// The client's name as an account: neither DOMAIN\ in front nor @REALM behind.
std::string account_of(gss_name_t name) {
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    if (GSS_ERROR(gss_display_name(&minor, name, &text, nullptr))) return {};
    std::string account{static_cast<const char*>(text.value), text.length};
    gss_release_buffer(&minor, &text);
    account.resize(std::strlen(account.c_str()));  // gss-ntlmssp counts the NUL behind it
    if (const auto at = account.find('\\'); at != std::string::npos) account.erase(0, at + 1);
    if (const auto at = account.find('@'); at != std::string::npos) account.erase(at);
    return account;
}

}  // namespace

struct AcceptorCredentials::Handles {
    gss_cred_id_t ntlm = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t kerberos = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t spnego = GSS_C_NO_CREDENTIAL;

    ~Handles() {
        OM_uint32 minor = 0;
        for (auto* credential : {&ntlm, &kerberos, &spnego}) {
            if (*credential != GSS_C_NO_CREDENTIAL) gss_release_cred(&minor, credential);
        }
    }
    // By what a first token looks like: NTLM says its name, SPNEGO begins with its identifier, all else is
    // Kerberos.
    gss_cred_id_t for_token(std::span<const std::uint8_t> token) const {
        constexpr std::string_view ntlm_signature{"NTLMSSP\0", 8};
        const std::string_view text{reinterpret_cast<const char*>(token.data()), token.size()};
        if (text.starts_with(ntlm_signature)) return ntlm;
        const std::string_view spnego_id{static_cast<const char*>(spnego_oid.elements), spnego_oid.length};
        const bool is_spnego = text.substr(0, 32).find(spnego_id) != std::string_view::npos ||
                               (!token.empty() && token[0] == 0xA1);
        return is_spnego ? spnego : kerberos;
    }
};

AcceptorCredentials::AcceptorCredentials() : handles_(std::make_unique<Handles>()) {}

AcceptorCredentials::~AcceptorCredentials() {
    if (directory_.empty()) return;
    ::unsetenv("NTLM_USER_FILE");
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

Result<std::shared_ptr<AcceptorCredentials>> AcceptorCredentials::make(
    const std::string& domain, const std::vector<Account>& accounts,
    const std::optional<std::string>& keytab) {
    std::shared_ptr<AcceptorCredentials> made{new AcceptorCredentials};
    auto name = (std::filesystem::temp_directory_path() / "curfew-lab-XXXXXX").string();
    if (!::mkdtemp(name.data())) return failed("creating " + name);
    made->directory_ = name;
    const auto file = name + "/accounts";
    if (auto written = write_accounts(file, domain, accounts); !written) return written.error();
    ::setenv("NTLM_USER_FILE", file.c_str(), 1);

    if (auto used = use_keytab(keytab); !used) return used.error();
    auto& handles = *made->handles_;
    if (!accounts.empty()) {
        auto ntlm = acquire(ntlm_mechanism());
        if (!ntlm) return ntlm.error();
        handles.ntlm = *ntlm;
    }
    if (keytab) {
        auto kerberos = acquire(kerberos_mechanism());
        if (!kerberos) return kerberos.error();
        handles.kerberos = *kerberos;
    }
    auto spnego = acquire(&spnego_oid);
    if (!spnego) return spnego.error();
    handles.spnego = *spnego;
    if (!keytab) {
        // Not by whatever keytab the machine itself may have.
        gss_OID_set_desc only_ntlm{1, ntlm_mechanism()};
        OM_uint32 minor = 0;
        const auto major = gss_set_neg_mechs(&minor, handles.spnego, &only_ntlm);
        if (GSS_ERROR(major)) return gss_error(major, minor, &spnego_oid, "NTLM inside SPNEGO");
    }

    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc nothing = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc hint = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    // MIT's acceptor answers an empty token with what it would offer.
    const auto major =
        gss_accept_sec_context(&minor, &context, handles.spnego, &nothing, GSS_C_NO_CHANNEL_BINDINGS, nullptr,
                               nullptr, &hint, nullptr, nullptr, nullptr);
    if (!GSS_ERROR(major) && hint.length > 0) {
        const auto* bytes = static_cast<const std::uint8_t*>(hint.value);
        made->hint_.assign(bytes, bytes + hint.length);
    }
    gss_release_buffer(&minor, &hint);
    if (context != GSS_C_NO_CONTEXT) gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    return made;
}

struct AcceptorContext::Handles {
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;

    ~Handles() {
        OM_uint32 minor = 0;
        if (context != GSS_C_NO_CONTEXT) gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    }
};

AcceptorContext::AcceptorContext(std::shared_ptr<AcceptorCredentials> credentials)
    : credentials_(std::move(credentials)), handles_(std::make_unique<Handles>()) {}
AcceptorContext::~AcceptorContext() = default;

Accepted AcceptorContext::step(std::span<const std::uint8_t> token) {
    Accepted accepted;
    if (handles_->context == GSS_C_NO_CONTEXT) {
        handles_->credential = credentials_->handles_->for_token(token);
        if (handles_->credential == GSS_C_NO_CREDENTIAL || token.empty()) {
            accepted.refused = true;
            return accepted;
        }
    }
    gss_buffer_desc input{token.size(), const_cast<std::uint8_t*>(token.data())};
    gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
    GssName client;
    OM_uint32 minor = 0;
    const auto major = gss_accept_sec_context(&minor, &handles_->context, handles_->credential, &input,
                                              GSS_C_NO_CHANNEL_BINDINGS, client.out(), nullptr, &output,
                                              nullptr, nullptr, nullptr);
    OM_uint32 ignored = 0;
    const auto* bytes = static_cast<const std::uint8_t*>(output.value);
    accepted.token.assign(bytes, bytes + output.length);
    gss_release_buffer(&ignored, &output);
    if (GSS_ERROR(major)) {
        accepted.refused = true;
        return accepted;
    }
    if (major & GSS_S_CONTINUE_NEEDED) return accepted;

    accepted.complete = true;
    account_ = account_of(client.get());
    gss_buffer_set_t keys = GSS_C_NO_BUFFER_SET;
    const auto got = gss_inquire_sec_context_by_oid(&minor, handles_->context, &session_key_oid, &keys);
    smb::Key key{};
    const bool usable = !GSS_ERROR(got) && keys->count > 0 && keys->elements[0].length >= key.size();
    if (usable) {
        std::memcpy(key.data(), keys->elements[0].value, key.size());
        accepted.session_key = key;
    }
    if (!GSS_ERROR(got)) gss_release_buffer_set(&ignored, &keys);
    accepted.refused = !usable || account_.empty();
    return accepted;
}

}  // namespace curfew::core::lab
