#include "daemon/commands/borrow.hpp"

#include <cstdio>

#include "daemon/bans/ban_orders.hpp"
#include "daemon/commands/reach.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/running/lent.hpp"
#include "daemon/running/recorder.hpp"
#include "daemon/running/requests.hpp"
#include "daemon/running/restart.hpp"
#include "daemon/store/queries.hpp"
#include "daemon/store/schema.hpp"

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

// Where nobody runs, what was asked for before still holds.
void show_what_the_books_say(Runtime& runtime) {
    const auto& audit = runtime.config->audit;
    if (!audit) return;
    const auto books = open_books_to_read(audit->path);
    const auto read = [&](const char* kind) {
        return books ? notes_in(**books, kind) : core::Result<std::vector<Note>>{books.error()};
    };
    const auto holds = read(hold_notes);
    const auto bans = holds ? read(ban_notes) : holds;
    if (!bans) {
        if (bans.error().code != boost::system::errc::no_such_file_or_directory)
            say("without the holds and bans in the audit: " + core::describe(bans.error()));
        return;
    }
    const auto now = runtime.clock.now();
    for (const auto& note : *holds) {
        if (auto hold = HoldBook::read(note.value, boot_id(), now)) runtime.fleet.restore(std::move(*hold));
    }
    for (const auto& note : *bans) {
        if (auto ban = BanBook::read(note.value, boot_id(), now)) runtime.fleet.restore(std::move(*ban));
    }
}

// Who enforces has read the holds from the books already.
void restore_from_the_books(Runtime& runtime, bool enforces) {
    auto* store = runtime.outside.store;
    if (!enforces) return show_what_the_books_say(runtime);
    if (store) restore_bans({store, runtime.fleet, runtime.clock, runtime.log});
}

}  // namespace

BorrowedMemory borrow(Runtime& runtime, bool enforces) {
    auto client = reach(*runtime.config);
    if (client && !*client) {
        restore_from_the_books(runtime, enforces);
        return {};
    }
    auto lent = client ? ask_for_it(**client, runtime.clock.now()) : core::Result<Lent>{client.error()};
    if (!lent) {
        const auto why = core::describe(lent.error());
        if (enforces) runtime.fleet.holds_unknown("the running daemon cannot be asked what is held: " + why);
        say("without the memory of a running daemon: " + why);
        return {};
    }
    for (auto& hold : lent->holds) runtime.fleet.restore(std::move(hold));
    for (auto& ban : lent->bans) runtime.fleet.restore(std::move(ban));
    if (lent->digest != runtime.config->digest) {
        say("without the memory of the running daemon: another configuration is in force there");
        return {};
    }
    runtime.fleet.restore(lent->trips);
    restore_spent(lent->spent, runtime);
    return std::move(lent->memory);
}

}  // namespace curfew::daemon
