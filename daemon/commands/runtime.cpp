#include "daemon/commands/runtime.hpp"

#include <algorithm>
#include <thread>

namespace curfew::daemon {
namespace asio = boost::asio;

Runtime::Runtime(std::shared_ptr<const config::Config> configuration, Outside given)
    : config(std::move(configuration)),
      outside(std::move(given)),
      clock(outside.clock ? *outside.clock : system_clock),
      log(config->log, outside.log),
      names(client_names_for(*config, clock, log)),
      backends(*config),
      threads(std::max(2u, std::thread::hardware_concurrency())),
      fleet(config->policy, 3 * config->polling.interval),
      audit(log),
      gate(fleet, audit, clock, config->digest, names.get()),
      others(members, *config, fleet, clock, names.get()) {
    gate.asks(others);
}

Runtime::~Runtime() {
    threads.join();
}

void Runtime::add(const config::Server& server) {
    const asio::any_io_executor strand = threads.next();
    auto api = backends.open(server, strand);
    if (outside.around) api = outside.around(std::move(api));
    members.push_back(Member{server, strand, std::move(api)});
    fleet.added(server.traits.name);
}

void Runtime::add_all() {
    for (const auto& server : config->servers) add(server);
}

std::size_t Runtime::abandoned() const {
    return backends.abandoned() + (names ? names->under_way() : 0);
}

void Runtime::close() {
    constexpr core::Milliseconds farewell{1000};
    const auto deadline = clock.now().steady + farewell;
    std::vector<std::future<void>> closing;
    for (auto& member : members) {
        closing.push_back(asio::co_spawn(member.strand, member.api->close(deadline), asio::use_future));
    }
    for (auto& one : closing) one.wait();
    if (names) names->stop();
}

}  // namespace curfew::daemon
