#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/integration/crash_guard.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {

// An MIT KDC on a free loopback port, with a realm and a database of its own and no domain behind it.
class Kdc {
  public:
    explicit Kdc(std::string realm = "CURFEW.TEST");
    ~Kdc();

    const std::string& realm() const { return realm_; }
    std::uint16_t port() const { return port_; }
    std::filesystem::path config_path() const { return dir_ / "krb5.conf"; }

    // A user who logs on with a password; the realm is added to the name.
    void add_principal(const std::string& name, const std::string& password);
    // Principals with random keys (cifs/localhost), and the keytab that holds them all.
    std::filesystem::path make_keytab(const std::string& file, const std::vector<std::string>& principals);
    // A fresh credential cache with a ticket-granting ticket; its path.
    std::filesystem::path kinit(const std::string& name, const std::string& password);
    // The same from a keytab.
    std::filesystem::path kinit_keytab(const std::string& name, const std::filesystem::path& keytab);
    // Puts a ticket for a service (cifs/localhost) into the cache, for clients that cannot be relied on to
    // get it.
    void fetch_ticket(const std::filesystem::path& cache, const std::string& service);

    // KRB5_CONFIG and KRB5RCACHENAME, and away with inherited caches and keytabs, for every process that
    // talks to this KDC.
    std::vector<std::string> env() const;

    void pause();  // takes connections, never answers
    void resume();
    void stop();

  private:
    std::vector<std::string> admin_env() const;
    void administer(const std::string& commands);
    std::filesystem::path new_cache();

    std::string realm_;
    TempDir dir_;
    std::uint16_t port_ = 0;
    int caches_ = 0;
    CrashGuard guard_;
    ChildProcess krb5kdc_;
};

}  // namespace curfew::testing
