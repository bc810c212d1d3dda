#pragma once
// One server of the lab at run time: its life, what goes wrong with it, and who is connected. Its connections
// may be on different threads; one lock around what they share.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/lab/journal.hpp"
#include "core/lab/lab_clock.hpp"
#include "core/lab/life.hpp"
#include "core/lab/service.hpp"
#include "core/lab/wire/server_connection.hpp"

namespace curfew::core::lab {

class LabConnection;

class RunningServer {
  public:
    RunningServer(LabServer server, std::string address, std::uint64_t seed, ServerGuid guid, Bytes hint,
                  const Scenario& scenario, const LabClock& clock, Journal& journal);

    const std::string& name() const { return name_; }
    const std::string& address() const { return address_; }
    Personality personality() const { return identity_.personality; }
    const std::vector<std::string>& tags() const { return tags_; }
    const std::vector<TimedFault>& timed_faults() const { return timed_; }
    const ServerIdentity& identity() const { return identity_; }
    Faults& faults() { return faults_; }
    const LabClock& clock() const { return clock_; }
    Journal& journal() { return journal_; }

    std::vector<Present> present();  // now
    void wake_all();

    // For connections.
    Caller arrived(const std::string& account, const std::string& from, std::weak_ptr<LabConnection> over);
    void left(SessionId id);
    EnumAnswer session_enum(const EnumCall& call, const Caller& caller, const std::string& from,
                            const std::optional<Fault>& fault);
    // Closes the connections of other callers that were ended.
    DelAnswer session_del(const DelCall& call, const Caller& caller, const std::string& from,
                          const std::optional<Fault>& fault);
    void note(Call call, const std::string& caller, const std::string& from, std::uint32_t status,
              const std::optional<Fault>& fault);

  private:
    JournalEntry entry(Call call, const std::string& caller, const std::string& from,
                       const std::optional<Fault>& fault) const;
    Rights rights_of(const std::string& account) const;

    std::string name_;
    std::string address_;
    std::vector<std::string> tags_;
    std::vector<TimedFault> timed_;
    ServerIdentity identity_;
    const Scenario& scenario_;
    const LabClock& clock_;
    Journal& journal_;
    Faults faults_;
    std::mutex mutex_;
    ServerLife life_;
    std::map<SessionId, std::weak_ptr<LabConnection>> callers_;
};

}  // namespace curfew::core::lab
