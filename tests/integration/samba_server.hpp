#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/crash_guard.hpp"
#include "tests/integration/free_port.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {

// What NetSessionEnum and NetSessionDel ask for, as Samba 4.17 does it (measured): membership in a Unix group
// that `net groupmap add` maps to the Windows group. A Unix group can be mapped once only, so there are two.
// Each call looks at its own group: Domain Admins alone (or `admin users`) may end sessions but not list
// them.
enum class Rights {
    none,        // may log on; NetSessionEnum and NetSessionDel are denied
    enumerate,   // BUILTIN\Administrators: may enumerate, may not end sessions
    administer,  // also Domain Admins: may do both
};

struct SambaUser {
    std::string name;
    std::string password;
    Rights rights = Rights::none;
};

struct SambaKerberos {
    std::string realm;
    std::filesystem::path keytab;  // with cifs/HOST@REALM for every name clients use
    std::filesystem::path config;  // the krb5.conf smbd runs with
};

struct SambaOptions {
    std::vector<SambaUser> users = {{"svc-curfew", "secret-curfew", Rights::administer},
                                    {"anna", "secret-anna"},
                                    {"bob", "secret-bob"},
                                    {"carol", "secret-carol"}};
    std::string min_protocol = "SMB2_02";  // SMB2_02, SMB2_10, SMB3_00, SMB3_02, SMB3_11
    std::string max_protocol = "SMB3_11";
    std::string encrypt = "default";  // off, default (when the client asks), desired, required
    std::string signing = "default";  // default, mandatory
    std::optional<SambaKerberos> kerberos;
    std::vector<std::string> global;  // more lines of [global]
};

// One line of smbstatus.
struct SambaSession {
    std::string user;
    std::string machine;  // the client's address
    std::uint16_t client_port = 0;
    pid_t pid = -1;  // the smbd behind the connection
    std::string dialect;
    std::string encryption;  // AES-128-GCM, AES-128-CCM; empty when not encrypted
    std::string signing;     // AES-128-GMAC, AES-128-CMAC, HMAC-SHA256; empty as long as nothing was signed
};

// A real smbd on 127.0.0.1 with a directory, a port and users of its own, and the share `share` on which
// every user may read and write. The accounts exist through nss_wrapper in smbd's environment only, never on
// the system. Run by an ordinary user, smbd believes itself root through uid_wrapper: sessions, rights,
// NetSessionDel and Kerberos are the same, but on disk every file is that one user's.
// With Kerberos (and no PAC) anna@REALM is the account anna, with that account's rights.
class SambaServer {
  public:
    explicit SambaServer(SambaOptions options = {});
    ~SambaServer();
    SambaServer(const SambaServer&) = delete;
    SambaServer& operator=(const SambaServer&) = delete;

    std::uint16_t port() const { return port_.number(); }
    pid_t pid() const { return smbd_.pid(); }
    const std::filesystem::path& dir() const { return dir_.path(); }
    std::filesystem::path conf_path() const { return dir_ / "smb.conf"; }
    std::filesystem::path share_path() const { return dir_ / "share"; }
    const SambaUser& user(std::string_view name) const;  // throws when there is none

    // What Samba's own tools (net, smbstatus, pdbedit) need to see the accounts.
    const std::vector<std::string>& env() const { return env_; }

    std::vector<SambaSession> smbstatus() const;
    int open_files() const;  // on the whole server
    bool wait_for_sessions(std::size_t count, Milliseconds limit = std::chrono::seconds(10)) const;

    // smbd, one process per connection, and the RPC helpers.
    std::vector<pid_t> processes() const;

    // The process behind one session (or smbd itself) is there but does not answer.
    void pause(pid_t pid);
    void resume(pid_t pid);

    // Ends smbd and every process it brought up, and waits for them. smbd does not take its RPC helpers
    // (samba-dcerpcd, rpcd_classic) along: they are found by their environment.
    void stop();

    std::string log() const;  // for a failed test's message

  private:
    void write_files();
    void add_users();
    void start();

    SambaOptions options_;
    TempDir dir_;
    ReservedPort port_;
    std::vector<std::string> env_;
    CrashGuard guard_;
    ChildProcess smbd_;
    std::vector<pid_t> paused_;
};

}  // namespace curfew::testing
