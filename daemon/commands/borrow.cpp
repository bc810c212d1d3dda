#include "daemon/commands/borrow.hpp"

#include <cstdio>

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
void show_holds_of_the_books(Runtime& runtime) {
    const auto& audit = runtime.config->audit;
    if (!audit) return;
    const auto books = open_books_to_read(audit->path);
    const auto notes = books ? notes_in(**books, hold_notes) : core::Result<std::vector<Note>>{books.error()};
    if (!notes) {
        if (notes.error().code != boost::system::errc::no_such_file_or_directory)
            say("without the holds in the audit: " + core::describe(notes.error()));
        return;
    }
    for (const auto& note : *notes) {
        if (auto hold = HoldBook::read(note.value, boot_id(), runtime.clock.now()))
            runtime.fleet.restore(std::move(*hold));
    }
}

}  // namespace

BorrowedMemory borrow(Runtime& runtime, bool enforces) {
    auto client = reach(*runtime.config);
    if (client && !*client) {
        // Who enforces has read them from the books already.
        if (!enforces) show_holds_of_the_books(runtime);
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
    if (lent->digest != runtime.config->digest) {
        say("without the memory of the running daemon: another configuration is in force there");
        return {};
    }
    runtime.fleet.restore(lent->trips);
    restore_spent(lent->spent, runtime);
    return std::move(lent->memory);
}

}  // namespace curfew::daemon
