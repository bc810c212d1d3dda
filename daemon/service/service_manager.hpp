#pragma once
// What the service manager is told: that the daemon is ready, reloads, stops, how it is, and that its
// scheduler still comes round. This is sd_notify(3)'s protocol, spoken through one socket that is opened at
// the start and kept: a daemon that is short of descriptors is alive, and must be able to say so.
//
// Where no service manager started the program, every call does nothing.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "core/errors/error.hpp"
#include "core/time.hpp"

namespace curfew::daemon {

// What a service manager puts into the environment of a service, as it stands there.
struct ServiceEnvironment {
    std::optional<std::string> notify_socket;  // NOTIFY_SOCKET: a path, or @ and an abstract name
    std::optional<std::string> watchdog_usec;  // WATCHDOG_USEC: microseconds
    std::optional<std::string> watchdog_pid;   // WATCHDOG_PID: whom the watchdog watches

    // Reads the three and unsets them, so that no child takes them for its own. Before there are threads.
    static ServiceEnvironment take();
};

class ServiceManager {
  public:
    ServiceManager(const ServiceEnvironment& environment, pid_t own_pid);
    ~ServiceManager();
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    // Why nobody is told although somebody waits for it: worth an error in the log. A unit of Type=notify
    // will not come up like this.
    const std::optional<core::Error>& trouble() const { return trouble_; }

    // All of these may be called from any thread. They wait for a second at most, and only while the service
    // manager does not read what it is sent.
    void ready();
    void reloading(core::SteadyTime now);  // always followed by reloaded(), also when nothing came of it
    void reloaded();
    void stopping();

    // One line for `systemctl status`, such as "observe: 412 of 415 servers answer". Names in it are escaped
    // already; control characters become blanks here, since a line break would begin another message.
    void status(std::string_view text);

    // The scheduler's loop came round. Cheap: says so once in watchdog_interval() and never waits.
    void progress(core::SteadyTime now);

    // How often the loop has to come round, a third of the time after which the daemon is taken for dead.
    // Empty: nobody watches.
    std::optional<core::Milliseconds> watchdog_interval() const { return interval_; }

  private:
    enum class Wait { briefly, never };
    bool send(std::string_view message, Wait wait) const;

    int socket_ = -1;
    std::string address_;  // a sockaddr_un's bytes
    std::optional<core::Error> trouble_;
    std::optional<core::Milliseconds> interval_;
    std::mutex progress_;  // guards what follows
    std::optional<core::SteadyTime> said_;
};

}  // namespace curfew::daemon
