#include <algorithm>

#include <gssapi/gssapi_ext.h>

#include "core/auth/gss.hpp"
#include "core/auth/gss_handles.hpp"
#include "core/auth/gss_status.hpp"
#include "core/errors/smb_error.hpp"

namespace curfew::core {
namespace {

gss_OID_desc kerberos_oid{9, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")};
gss_OID_desc ntlm_oid{10, const_cast<char*>("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a")};
gss_OID_desc session_key_oid{11, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05")};

constexpr OM_uint32 wanted = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;

}  // namespace

gss_OID kerberos_mechanism() {
    return &kerberos_oid;
}
gss_OID ntlm_mechanism() {
    return &ntlm_oid;
}

struct GssContext::Handles {
    std::shared_ptr<const GssCredentialHandle> credential;
    GssName target;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_OID mechanism = GSS_C_NO_OID;
    bool complete = false;

    ~Handles() {
        OM_uint32 minor = 0;
        if (context != GSS_C_NO_CONTEXT) gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    }
};

GssContext::GssContext(std::shared_ptr<GssCredential> credential, std::string host)
    : credential_(std::move(credential)), host_(std::move(host)) {}
GssContext::~GssContext() = default;

Result<smb::TokenStep> GssContext::finished(Bytes token) {
    gss_buffer_set_t keys = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor = 0;
    const auto major = gss_inquire_sec_context_by_oid(&minor, handles_->context, &session_key_oid, &keys);
    if (GSS_ERROR(major)) return gss_error(major, minor, handles_->mechanism, "the session key");
    smb::TokenStep step{std::move(token), true, smb::Key{}};
    const bool usable = keys->count > 0 && keys->elements[0].length >= step.session_key->size();
    if (usable) {
        const auto* bytes = static_cast<const std::uint8_t*>(keys->elements[0].value);
        std::copy_n(bytes, step.session_key->size(), step.session_key->begin());
    }
    gss_release_buffer_set(&minor, &keys);
    if (!usable) return Error{make_error_code(SmbError::authentication), "the session key is too short"};
    return step;
}

Result<smb::TokenStep> GssContext::step(std::span<const std::uint8_t> token, SteadyTime now) {
    if (!handles_) {
        auto credential = credential_->acquire(now);
        if (!credential) return credential.error();
        handles_ = std::make_unique<Handles>();
        handles_->credential = std::move(*credential);
        handles_->mechanism = std::holds_alternative<KerberosCredential>(credential_->spec())
                                  ? kerberos_mechanism()
                                  : ntlm_mechanism();
        const std::string target = "cifs@" + host_;
        gss_buffer_desc name{target.size(), const_cast<char*>(target.data())};
        OM_uint32 minor = 0;
        const auto major = gss_import_name(&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, handles_->target.out());
        if (GSS_ERROR(major)) return gss_error(major, minor, GSS_C_NO_OID, "the service name " + target);
    }
    // A mechanism that is satisfied has no use for silence; a token is fed to it even then (mutual
    // authentication).
    if (handles_->complete && token.empty()) return finished({});

    gss_buffer_desc input{token.size(), const_cast<std::uint8_t*>(token.data())};
    gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    const auto major = gss_init_sec_context(
        &minor, handles_->credential->credential, &handles_->context, handles_->target.get(),
        handles_->mechanism, wanted, GSS_C_INDEFINITE, GSS_C_NO_CHANNEL_BINDINGS,
        token.empty() ? GSS_C_NO_BUFFER : &input, nullptr, &output, nullptr, nullptr);
    const auto* bytes = static_cast<const std::uint8_t*>(output.value);
    Bytes reply{bytes, bytes + output.length};
    OM_uint32 ignored = 0;
    gss_release_buffer(&ignored, &output);
    if (GSS_ERROR(major)) return gss_error(major, minor, handles_->mechanism, "logging on to cifs/" + host_);
    if (major & GSS_S_CONTINUE_NEEDED) return smb::TokenStep{std::move(reply), false, std::nullopt};
    handles_->complete = true;
    return finished(std::move(reply));
}

}  // namespace curfew::core
