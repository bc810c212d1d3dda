#include "core/lab/lab_server.hpp"

#include <algorithm>

#include "core/errors/net_api_status.hpp"
#include "core/lab/lab_connection.hpp"
#include "core/text/utf.hpp"

namespace curfew::core::lab {

RunningServer::RunningServer(LabServer server, std::string address, std::uint64_t seed, ServerGuid guid,
                             Bytes hint, const Scenario& scenario, const LabClock& clock, Journal& journal)
    : name_(std::move(server.name)),
      address_(std::move(address)),
      tags_(std::move(server.tags)),
      timed_(std::move(server.faults)),
      identity_{guid,           server.min_dialect, server.max_dialect, server.encryption, server.personality,
                std::move(hint)},
      scenario_(scenario),
      clock_(clock),
      journal_(journal),
      life_(each_session(server), seed, clock.begin()) {}

std::vector<Present> RunningServer::present() {
    const std::lock_guard lock{mutex_};
    return life_.present(clock_.now());
}

void RunningServer::wake_all() {
    const std::lock_guard lock{mutex_};
    life_.wake_all(clock_.now());
}

// Kerberos accounts need not be among the scenario's: whoever has a ticket and is not known to be less is an
// administrator.
Rights RunningServer::rights_of(const std::string& account) const {
    const auto known =
        std::find_if(scenario_.accounts.begin(), scenario_.accounts.end(),
                     [&](const Account& one) { return fold_case(one.name) == fold_case(account); });
    return known == scenario_.accounts.end() ? Rights::administrator : known->rights;
}

Caller RunningServer::arrived(const std::string& account, const std::string& from,
                              std::weak_ptr<LabConnection> over) {
    note(Call::session_setup, account, from, 0, std::nullopt);
    const std::lock_guard lock{mutex_};
    const Caller caller{account, rights_of(account), life_.caller_arrived(from, account, clock_.now())};
    callers_.emplace(caller.session, std::move(over));
    return caller;
}

void RunningServer::left(SessionId id) {
    const std::lock_guard lock{mutex_};
    life_.caller_left(id);
    callers_.erase(id);
}

JournalEntry RunningServer::entry(Call call, const std::string& caller, const std::string& from,
                                  const std::optional<Fault>& fault) const {
    JournalEntry entry;
    entry.at = clock_.now();
    entry.server = name_;
    entry.call = call;
    entry.caller = caller;
    entry.address = from;
    if (fault) entry.fault = fault->kind;
    return entry;
}

void RunningServer::note(Call call, const std::string& caller, const std::string& from, std::uint32_t status,
                         const std::optional<Fault>& fault) {
    auto noted = entry(call, caller, from, fault);
    noted.status = status;
    journal_.add(std::move(noted));
}

EnumAnswer RunningServer::session_enum(const EnumCall& call, const Caller& caller, const std::string& from,
                                       const std::optional<Fault>& fault) {
    auto noted = entry(Call::session_enum, caller.account, from, fault);
    noted.client = call.client;
    noted.user = call.user;
    noted.level = call.level;
    noted.preferred_maximum_length = call.preferred_maximum_length;
    noted.resume_handle = call.resume_handle;
    EnumAnswer answer;
    {
        const std::lock_guard lock{mutex_};
        const auto now = clock_.now();
        life_.caller_active(caller.session, now);
        noted.at = now;
        if (journal_.keeps_present()) {
            for (auto& one : life_.present(now)) noted.present.push_back(std::move(one.session));
        }
        answer = lab::session_enum(identity_.personality, life_, call, caller, now);
    }
    if (fault && fault->kind == FaultKind::access_denied) {
        answer = {};
        answer.status = static_cast<std::uint32_t>(NetApiStatus::access_denied);
        answer.resume_handle = call.resume_handle;
    }
    noted.status = answer.status;
    noted.listed = answer.sessions.size();
    journal_.add(std::move(noted));
    return answer;
}

DelAnswer RunningServer::session_del(const DelCall& call, const Caller& caller, const std::string& from,
                                     const std::optional<Fault>& fault) {
    auto noted = entry(Call::session_del, caller.account, from, fault);
    noted.client = call.client;
    noted.user = call.user;
    DelAnswer answer;
    std::vector<std::shared_ptr<LabConnection>> closing;
    if (fault && fault->kind == FaultKind::access_denied) {
        answer.status = static_cast<std::uint32_t>(NetApiStatus::access_denied);
    } else {
        const std::lock_guard lock{mutex_};
        const auto now = clock_.now();
        noted.at = now;
        life_.caller_active(caller.session, now);
        answer = lab::session_del(identity_.personality, life_, call, caller, now);
        for (const auto id : answer.callers) {
            const auto found = callers_.find(id);
            if (found == callers_.end()) continue;
            if (auto connection = found->second.lock()) closing.push_back(std::move(connection));
        }
    }
    for (const auto& connection : closing) connection->close();
    noted.status = answer.status;
    noted.ended = answer.ended;
    journal_.add(std::move(noted));
    return answer;
}

}  // namespace curfew::core::lab
