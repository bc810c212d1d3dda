#include "daemon/commands/borrow.hpp"

#include <cstdio>

#include "daemon/commands/reach.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/running/lent.hpp"
#include "daemon/running/requests.hpp"
#include "daemon/running/restart.hpp"

namespace curfew::daemon {
namespace {

core::Result<Lent> ask_for_it(ControlClient& client, core::Now now) {
    std::string text;
    const auto answer = client.ask(lend_request_json(), [&](const std::string& line) { text = line; });
    if (!answer) return answer.error();
    if (!answer->error.empty())
        return core::Error{boost::system::error_code{EIO, boost::system::generic_category()}, answer->error};
    return read_lent(text, boot_id(), now);
}

void say(const std::string& what) {
    std::fprintf(stderr, "%s\n", for_people(what).c_str());
}

}  // namespace

BorrowedMemory borrow(Runtime& runtime, bool enforces) {
    auto client = reach(*runtime.config);
    if (client && !*client) return {};
    auto lent = client ? ask_for_it(**client, runtime.clock.now()) : core::Result<Lent>{client.error()};
    if (!lent) {
        const auto why = core::describe(lent.error());
        if (enforces) runtime.fleet.holds_unknown("the running daemon cannot be asked what is held: " + why);
        say("without the memory of a running daemon: " + why);
        return {};
    }
    for (auto& hold : lent->holds) runtime.fleet.restore(std::move(hold));
    if (lent->digest != runtime.config->digest) {
        say("without the memory of the running daemon: another configuration is in force there");
        return {};
    }
    runtime.fleet.restore(lent->trips);
    restore_spent(lent->spent, runtime);
    return std::move(lent->memory);
}

}  // namespace curfew::daemon
