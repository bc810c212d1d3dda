#pragma once
// Logging on by GSSAPI (RFC 2743; MIT Kerberos, and gss-ntlmssp for NTLM). Everything here blocks, on a KDC
// for as long as it likes: it runs on the pool of its credential, never on a thread that serves connections.
// Each credential has a pool of its own, so that one dead KDC holds up only those who need it.

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "core/auth/blocking_pool.hpp"
#include "core/errors/error.hpp"
#include "core/server_spec.hpp"
#include "core/smb/pipe_machine.hpp"
#include "core/time.hpp"

namespace curfew::core {

struct GssCredentialHandle;  // a gss_cred_id_t that is released with its last user

// One entry of `credentials`: acquired once, shared by every logon, acquired anew before it expires or after
// it was refused (the password may have been changed).
class GssCredential {
  public:
    explicit GssCredential(CredentialSpec spec);
    ~GssCredential();

    const CredentialSpec& spec() const { return spec_; }
    std::string account() const;  // the name that we log on as, as configured
    BlockingPool& pool() { return pool_; }

    Result<std::shared_ptr<const GssCredentialHandle>> acquire(SteadyTime now);  // blocks
    // A logon with it was refused. It is acquired anew if that can help: NTLM only when the password file has
    // changed, because each acquisition leaks 6 KB in gss-ntlmssp and a server may refuse the account for
    // ever.
    void refused();

  private:
    CredentialSpec spec_;
    BlockingPool pool_;
    std::mutex mutex_;
    std::shared_ptr<const GssCredentialHandle> handle_;
    std::optional<SteadyTime> renew_at_;
    std::string password_version_;  // NTLM
};

// One logon to one server. Used by one thread at a time.
class GssContext {
  public:
    GssContext(std::shared_ptr<GssCredential> credential, std::string host);
    ~GssContext();
    GssContext(const GssContext&) = delete;
    GssContext& operator=(const GssContext&) = delete;

    // Blocks. An empty token begins, or tells that the server had none to send back.
    Result<smb::TokenStep> step(std::span<const std::uint8_t> token, SteadyTime now);

  private:
    struct Handles;
    Result<smb::TokenStep> finished(Bytes token);
    std::shared_ptr<GssCredential> credential_;
    std::string host_;
    std::unique_ptr<Handles> handles_;
};

}  // namespace curfew::core
