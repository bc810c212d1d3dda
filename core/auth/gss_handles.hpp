#pragma once
// GSSAPI's handles as owners, and the object identifiers of the mechanisms. Only for the files beside this
// one.

#include <utility>

#include <gssapi/gssapi.h>

namespace curfew::core {

class GssName {
  public:
    GssName() = default;
    GssName(GssName&& other) noexcept : name_(std::exchange(other.name_, GSS_C_NO_NAME)) {}
    GssName& operator=(GssName&&) = delete;
    ~GssName() {
        OM_uint32 minor = 0;
        if (name_ != GSS_C_NO_NAME) gss_release_name(&minor, &name_);
    }
    gss_name_t get() const { return name_; }
    gss_name_t* out() { return &name_; }

  private:
    gss_name_t name_ = GSS_C_NO_NAME;
};

struct GssCredentialHandle {
    explicit GssCredentialHandle(gss_cred_id_t taken) : credential(taken) {}
    GssCredentialHandle(const GssCredentialHandle&) = delete;
    GssCredentialHandle& operator=(const GssCredentialHandle&) = delete;
    ~GssCredentialHandle() {
        OM_uint32 minor = 0;
        gss_release_cred(&minor, &credential);
    }
    gss_cred_id_t credential;
};

gss_OID kerberos_mechanism();  // 1.2.840.113554.1.2.2
gss_OID ntlm_mechanism();      // 1.3.6.1.4.1.311.2.2.10

}  // namespace curfew::core
