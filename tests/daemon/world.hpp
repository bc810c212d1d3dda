#pragma once
// The daemon's own parts, wired as the program wires them, over fake servers.

#include <deque>
#include <future>
#include <memory>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include "config/config.hpp"
#include "daemon/fleet/enforcer.hpp"
#include "daemon/fleet/fleet_state.hpp"
#include "daemon/fleet/member.hpp"
#include "daemon/fleet/other_servers.hpp"
#include "daemon/gate/gate.hpp"
#include "daemon/log/log.hpp"
#include "tests/daemon/fakes.hpp"
#include "tests/daemon/log_lines.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {

inline void PrintTo(Outcome outcome, std::ostream* out) {
    *out << to_string(outcome);
}

namespace fake {

using Lines = std::vector<std::string>;
using Is = FakeServer::Is;

// For whoever owns a configuration that outlives all that works under it.
inline std::shared_ptr<const config::Config> unowned(const config::Config& config) {
    return {std::shared_ptr<const void>{}, &config};
}

class World {
  public:
    explicit World(policy::Policy policy) {
        config.mode = policy::Mode::enforce;
        config.policy = std::move(policy);
        // Out of the way of every test that is not about them.
        config.policy.limits.per_server = config.policy.limits.fleet =
            config.policy.limits.per_target = {{1000, core::Seconds{60}}};
        config.policy.limits.share_fleet = config.policy.limits.share_server = {};
        config.digest = "d1g357";
        config.log.level = config::LogLevel::debug;
        config.servers.reserve(64);  // members hold references
    }
    ~World() {
        // A coroutine that never came to its end must not outlive what it works on.
        for (const auto& member : members) known_members.remove(member->name);
        members.clear();
    }

    FakeServer& add(const std::string& name, Is is) {
        config::Server& server = config.servers.emplace_back();
        server.spec.name = server.traits.name = name;
        server.traits.kind = is == Is::windows ? policy::Kind::windows : policy::Kind::samba;
        servers.push_back(std::make_shared<FakeServer>(name, is, clock, journal));
        return *servers.back();
    }

    // After this the configuration stays as it is.
    void start(bool observe = false) {
        log = std::make_unique<Log>(config.log, log_lines);
        edition = std::make_shared<const Edition>(unowned(config));
        fleet = std::make_unique<FleetState>(edition);
        gate = std::make_unique<Gate>(*fleet, audit, clock);
        others = std::make_unique<OtherServers>(known_members, *fleet, clock);
        gate->asks(*others);
        enforcer = std::make_unique<Enforcer>(*fleet, *gate, clock, *log, observe);
        for (std::size_t i = 0; i < servers.size(); ++i) {
            const auto& name = config.servers[i].traits.name;
            members.push_back(std::make_shared<Member>(name, boost::asio::make_strand(context), servers[i]));
            known_members.add(members.back());
            fleet->added(name);
        }
    }

    template <class T> T run(boost::asio::awaitable<T> operation) {
        auto result = boost::asio::co_spawn(context, std::move(operation), boost::asio::use_future);
        context.restart();
        context.run();
        if (result.wait_for(std::chrono::seconds{0}) != std::future_status::ready)
            throw std::logic_error{"waits for something that never happens"};
        return result.get();
    }

    bool visit(std::size_t i) { return run(enforcer->visit(members[i])); }
    void visit_all() {
        for (std::size_t i = 0; i < members.size(); ++i) visit(i);
    }
    // All at once, taking turns at every call.
    void visit_together() {
        std::vector<std::future<bool>> visits;
        for (auto& member : members) {
            visits.push_back(
                boost::asio::co_spawn(member->strand, enforcer->visit(member), boost::asio::use_future));
        }
        context.restart();
        context.run();
        for (auto& one : visits) one.get();
    }

    // What the policy proposes for that user on the first server, as of a look made now.
    Proposal propose(const std::string& user) {
        const auto look = look_at(0);
        auto crowd = fleet->crowd_around(look);
        const auto plan = policy::plan_server(config.policy, look, members[0]->memory, crowd);
        for (const auto& wanted : plan.disconnects) {
            if (wanted.user.text() == user) return proposal_of(edition, look, plan, crowd, wanted);
        }
        throw std::logic_error{"the policy does not end " + user};
    }
    policy::ServerLook look_at(std::size_t i) {
        auto operation = servers[i]->enumerate({}, core::SteadyTime::max());
        return policy::facts_of(config.servers[i].traits, run(std::move(operation)).value(), clock.now());
    }
    Verdict pass(Access access, Proposal proposal) {
        journal.lines.clear();
        const GateServer server{config.servers[0].traits, *servers[0], members[0]->memory,
                                config.polling.timeout};
        return run(gate->pass(std::move(access), server, std::move(proposal)));
    }
    Verdict enforce(Proposal proposal) { return pass(licence(), std::move(proposal)); }
    Licence licence() {
        return *Licence::to_enforce(policy::Mode::enforce, policy::Mode::enforce, false, *servers[0]);
    }

    // "withheld server=fs1 ..." without time and level.
    Lines logged(std::string_view event) const { return log_lines->events(event); }

    boost::asio::io_context context{1};
    ManualClock clock;
    Journal journal;
    RecordingAudit audit{journal};
    config::Config config;
    std::shared_ptr<LogLines> log_lines = std::make_shared<LogLines>();
    std::vector<std::shared_ptr<FakeServer>> servers;
    std::unique_ptr<Log> log;
    std::unique_ptr<FleetState> fleet;
    std::unique_ptr<Gate> gate;
    std::unique_ptr<Enforcer> enforcer;
    SharedEdition edition;
    std::vector<Members::Shared> members;
    Members known_members;
    std::unique_ptr<OtherServers> others;
};

}  // namespace fake
}  // namespace curfew::daemon
