#include "daemon/commands/runtime.hpp"

#include <algorithm>
#include <thread>

namespace curfew::daemon {
namespace asio = boost::asio;

Runtime::Runtime(std::shared_ptr<const config::Config> configuration, Outside given)
    : config(std::move(configuration)),
      outside(std::move(given)),
      clock(outside.clock ? *outside.clock : system_clock),
      log(outside.log ? Log{config->log, outside.log} : Log{config->log}),
      backends(*config),
      threads(std::max(2u, std::thread::hardware_concurrency())),
      fleet(std::make_shared<const Edition>(config, client_names_for(*config, clock, log))),
      log_audit(log),
      store_audit(outside.store ? std::optional<StoreAudit>{std::in_place, *outside.store, log_audit}
                                : std::nullopt),
      audit(store_audit ? static_cast<Audit&>(*store_audit) : log_audit),
      gate(fleet, audit, clock),
      others(members, fleet, clock) {
    gate.asks(others);
}

Runtime::~Runtime() {
    threads.join();
}

std::shared_ptr<Member> Runtime::member_for(const config::Server& server) {
    const asio::any_io_executor strand = threads.next();
    auto api = backends.open(server, strand);
    if (outside.around) api = outside.around(std::move(api));
    return std::make_shared<Member>(server.traits.name, strand, std::move(api));
}

void Runtime::add(const config::Server& server) {
    members.add(member_for(server));
    fleet.added(server.traits.name);
}

void Runtime::add_all() {
    for (const auto& server : config->servers) add(server);
}

std::size_t Runtime::abandoned() const {
    const auto names = fleet.edition()->names();
    return backends.abandoned() + (names ? names->under_way() : 0);
}

void Runtime::close() {
    constexpr core::Milliseconds farewell{1000};
    const auto deadline = clock.now().steady + farewell;
    std::vector<std::future<void>> closing;
    for (auto& member : members.all()) {
        closing.push_back(asio::co_spawn(member->strand, member->api->close(deadline), asio::use_future));
    }
    for (auto& one : closing) one.wait();
    if (const auto names = fleet.edition()->names()) names->stop();
}

}  // namespace curfew::daemon
