// Acquiring credentials. The mechanism is always named outright: SPNEGO with a password would try every
// mechanism in turn, a dead KDC first (25 s), and would count a wrong password twice.
#include <atomic>

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "core/auth/gss.hpp"
#include "core/auth/gss_handles.hpp"
#include "core/auth/gss_status.hpp"
#include "core/auth/secret.hpp"

namespace curfew::core {
namespace {

constexpr std::size_t threads_per_credential = 4;
constexpr std::size_t waiting_logons = 20'000;  // a fleet that starts all at once
constexpr Seconds renew_before_expiry{300};

using Handle = std::shared_ptr<const GssCredentialHandle>;

struct Acquired {
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    OM_uint32 lifetime = GSS_C_INDEFINITE;
};

gss_buffer_desc buffer(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}

Result<GssName> import(const std::string& text, gss_OID type) {
    GssName name;
    OM_uint32 minor = 0;
    auto bytes = buffer(text);
    const auto major = gss_import_name(&minor, &bytes, type, name.out());
    if (GSS_ERROR(major)) return gss_error(major, minor, GSS_C_NO_OID, "the name " + text);
    return name;
}

Result<Acquired> with_password(const GssName& name, gss_OID mechanism, const std::string& file,
                               const std::string& who) {
    const auto secret = read_secret(file);
    if (!secret) return secret.error();
    Acquired got;
    OM_uint32 minor = 0;
    auto password = buffer(secret->expose());
    gss_OID_set_desc mechanisms{1, mechanism};
    const auto major =
        gss_acquire_cred_with_password(&minor, name.get(), &password, GSS_C_INDEFINITE, &mechanisms,
                                       GSS_C_INITIATE, &got.credential, nullptr, &got.lifetime);
    if (GSS_ERROR(major)) return gss_error(major, minor, mechanism, "the password of " + who);
    return got;
}

Result<Acquired> from_store(const GssName& name, std::span<gss_key_value_element_desc> elements,
                            const std::string& who) {
    Acquired got;
    OM_uint32 minor = 0;
    gss_OID_set_desc mechanisms{1, kerberos_mechanism()};
    const gss_key_value_set_desc store{static_cast<OM_uint32>(elements.size()), elements.data()};
    const auto major = gss_acquire_cred_from(&minor, name.get(), GSS_C_INDEFINITE, &mechanisms,
                                             GSS_C_INITIATE, &store, &got.credential, nullptr, &got.lifetime);
    if (GSS_ERROR(major)) return gss_error(major, minor, kerberos_mechanism(), who);
    return got;
}

Result<Acquired> acquire_kerberos(const KerberosCredential& spec) {
    const auto name = import(spec.principal, const_cast<gss_OID>(GSS_KRB5_NT_PRINCIPAL_NAME));
    if (!name) return name.error();
    if (const auto* password = std::get_if<PasswordFile>(&spec.source)) {
        return with_password(*name, kerberos_mechanism(), password->path, spec.principal);
    }
    if (const auto* keytab = std::get_if<KerberosKeytab>(&spec.source)) {
        const auto path = checked_secret_path(keytab->path);
        if (!path) return path.error();
        // A cache of our own, in memory: nobody else's tickets are used, and ours are left to nobody.
        static std::atomic<unsigned> next = 0;
        const std::string cache = "MEMORY:curfew-" + std::to_string(next++);
        gss_key_value_element_desc elements[] = {{"client_keytab", path->c_str()}, {"ccache", cache.c_str()}};
        return from_store(*name, elements, "the keytab " + *path + " for " + spec.principal);
    }
    const auto& cache = std::get<KerberosCcache>(spec.source);
    gss_key_value_element_desc elements[] = {{"ccache", cache.path.c_str()}};
    return from_store(*name, elements, "the credential cache " + cache.path + " for " + spec.principal);
}

Result<Acquired> acquire_ntlm(const NtlmCredential& spec) {
    const auto name = import(spec.username, GSS_C_NT_USER_NAME);
    if (!name) return name.error();
    return with_password(*name, ntlm_mechanism(), spec.password.path, spec.username);
}

}  // namespace

GssCredential::GssCredential(CredentialSpec spec)
    : spec_(std::move(spec)), pool_(threads_per_credential, waiting_logons) {}
GssCredential::~GssCredential() = default;

std::string GssCredential::account() const {
    if (const auto* kerberos = std::get_if<KerberosCredential>(&spec_)) return kerberos->principal;
    return std::get<NtlmCredential>(spec_).username;
}

Result<Handle> GssCredential::acquire(SteadyTime now) {
    const std::lock_guard lock{mutex_};
    if (handle_ && (!renew_at_ || now < *renew_at_)) return handle_;
    const auto* kerberos = std::get_if<KerberosCredential>(&spec_);
    if (!kerberos) password_version_ = secret_version(std::get<NtlmCredential>(spec_).password.path);
    auto got = kerberos ? acquire_kerberos(*kerberos) : acquire_ntlm(std::get<NtlmCredential>(spec_));
    if (!got) return got.error();
    handle_ = std::make_shared<GssCredentialHandle>(got->credential);
    renew_at_.reset();
    if (got->lifetime != GSS_C_INDEFINITE) {
        const Seconds lifetime{got->lifetime};
        renew_at_ = now + std::max(lifetime - renew_before_expiry, lifetime / 2);
    }
    return handle_;
}

void GssCredential::refused() {
    const std::lock_guard lock{mutex_};
    const auto* ntlm = std::get_if<NtlmCredential>(&spec_);
    if (!ntlm || secret_version(ntlm->password.path) != password_version_) handle_.reset();
}

}  // namespace curfew::core
