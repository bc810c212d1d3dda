#pragma once
// The other end of a logon: GSSAPI's acceptor for NTLM (accounts of the scenario, through gss-ntlmssp) and
// Kerberos (a keytab), bare or inside SPNEGO. It blocks: it runs on a pool of its own.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "core/lab/scenario.hpp"
#include "core/lab/wire/server_connection.hpp"

namespace curfew::core::lab {

class AcceptorCredentials {
  public:
    // gss-ntlmssp reads the accounts of an acceptor from a file that an environment variable names: made
    // here, readable by nobody else, and gone with this object. One at a time in a process, made before
    // threads are.
    static Result<std::shared_ptr<AcceptorCredentials>> make(const std::string& domain,
                                                             const std::vector<Account>& accounts,
                                                             const std::optional<std::string>& keytab);
    ~AcceptorCredentials();
    AcceptorCredentials(const AcceptorCredentials&) = delete;
    AcceptorCredentials& operator=(const AcceptorCredentials&) = delete;

    // What NEGOTIATE says of the mechanisms (a NegTokenInit2), for clients that want to be told.
    const Bytes& hint() const { return hint_; }

  private:
    friend class AcceptorContext;
    struct Handles;
    AcceptorCredentials();
    std::unique_ptr<Handles> handles_;
    std::string directory_;
    Bytes hint_;
};

// One logon.
class AcceptorContext {
  public:
    explicit AcceptorContext(std::shared_ptr<AcceptorCredentials> credentials);
    ~AcceptorContext();
    AcceptorContext(const AcceptorContext&) = delete;
    AcceptorContext& operator=(const AcceptorContext&) = delete;

    Accepted step(std::span<const std::uint8_t> token);  // blocks
    // Who it was, without domain or realm; there when complete.
    const std::string& account() const { return account_; }

  private:
    struct Handles;
    std::shared_ptr<AcceptorCredentials> credentials_;
    std::unique_ptr<Handles> handles_;
    std::string account_;
};

}  // namespace curfew::core::lab
