#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/integration/process.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {

// Listens on 127.0.0.1:port() and reaches the server from the given loopback address, so that the server sees
// that address as the client's. Real clients cannot choose; many clients on one machine would look like one.
class Forwarder {
  public:
    Forwarder(const std::string& client_address, std::uint16_t server_port);

    std::uint16_t port() const { return port_; }
    const std::string& client_address() const { return client_address_; }
    void stop() { socat_.stop(); }  // cuts its connections: the client's network is gone

  private:
    std::string client_address_;
    std::uint16_t port_ = 0;
    ChildProcess socat_;
};

// With Kerberos, `host` must be a name that the server's keytab has as cifs/HOST, and be neither an address
// nor localhost: smbclient refuses Kerberos for those. It need not resolve.
struct HeldOptions {
    std::string user = "anna";
    std::string client_address = "127.0.0.1";  // any address in 127/8
    std::string max_protocol = "SMB3_11";      // SMB2_02 .. SMB3_11
    bool encrypt = false;                      // ask for SMB3 encryption
    bool open_file = false;                    // hold a file open: num_opens is 1
    std::optional<std::string> second_user;    // logs on over the same connection, after the file is open
    std::string kerberos_ccache;               // log on with this ticket instead of a password
    std::vector<std::string> env;              // KRB5_CONFIG and the like
    std::string host = "127.0.0.1";            // the name connected to; see above
};

// A real smbclient with a session on `share`, held open until it is closed, destroyed or cut off by the
// server. The constructor returns when the server has accepted the session (and the open file, and the second
// user), and throws with smbclient's words when it has not. It is to be destroyed before the server.
class HeldSession {
  public:
    HeldSession(const SambaServer& server, HeldOptions options);

    const std::string& user() const { return options_.user; }
    const std::string& client_address() const { return options_.client_address; }

    // Whether the session still works: one round trip to the server. False once it was cut; smbclient does
    // not come back by itself, unlike Windows.
    bool alive(Milliseconds limit = std::chrono::seconds(5));
    void close();  // logs off, as a user who leaves
    void cut_network() { forwarder_.stop(); }
    std::string output() const;  // what smbclient said

  private:
    void open_file(const SambaServer& server);
    void log_on_second(const SambaUser& user);
    bool ask(const std::string& command, const std::string& good, const std::string& bad, Milliseconds limit);

    HeldOptions options_;
    TempDir dir_;
    Forwarder forwarder_;
    ChildProcess client_;
    int asked_ = 0;
};

}  // namespace curfew::testing
