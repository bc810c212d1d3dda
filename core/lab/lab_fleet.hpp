#pragma once
// The embedded fleet: many servers in one process, each with a loopback address of its own. One listener
// tells them apart by the address that was connected to, and refuses what is not loopback; so a server that
// nobody is connected to costs no descriptor, and one that is costs one.

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/auth/blocking_pool.hpp"
#include "core/errors/error.hpp"
#include "core/lab/acceptor.hpp"
#include "core/lab/journal.hpp"
#include "core/lab/lab_clock.hpp"
#include "core/lab/lab_server.hpp"
#include "core/lab/scenario.hpp"

namespace curfew::core::lab {

struct LabOptions {
    std::string first_address = "127.77.0.1";  // the next server has the next one
    std::uint16_t port = 0;                    // the same for all; 0: a free one
    std::optional<std::string> keytab;         // for Kerberos
    std::size_t threads = 1;
    bool with_clients = false;  // who asks is in this process too, and takes as many descriptors
    bool keep_journal = true;   // false: only totals are kept
    bool keep_present = false;  // the journal says with every look who was there
};

class LabFleet {
  public:
    // Errors: no such addresses, the port in use, too few descriptors; each says what helps.
    static Result<std::unique_ptr<LabFleet>> start(Scenario scenario, LabOptions options = {});
    ~LabFleet();  // closes everything
    LabFleet(const LabFleet&) = delete;
    LabFleet& operator=(const LabFleet&) = delete;

    const Scenario& scenario() const { return scenario_; }  // without its servers
    std::deque<RunningServer>& servers() { return servers_; }
    RunningServer& server(const std::string& name);  // throws std::out_of_range
    std::uint16_t port() const { return port_; }
    Journal& journal() { return journal_; }
    const LabClock& clock() const { return clock_; }

  private:
    LabFleet(Scenario scenario, const LabOptions& options);
    Result<void> listen(const LabOptions& options);
    boost::asio::awaitable<void> accept_all();
    boost::asio::awaitable<void> run_fault(RunningServer& server, TimedFault timed);
    void begin();

    Scenario scenario_;
    LabClock clock_;
    Journal journal_;
    std::deque<RunningServer> servers_;
    std::map<std::string, std::size_t> by_name_;
    std::shared_ptr<AcceptorCredentials> credentials_;
    BlockingPool logons_;
    std::uint32_t first_address_ = 0;
    std::uint16_t port_ = 0;
    std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
    std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
    std::vector<std::thread> threads_;
};

}  // namespace curfew::core::lab
