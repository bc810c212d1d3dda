#pragma once
// How commands ask the daemon one thing and show its answer.

#include <cstdio>
#include <string>
#include <string_view>

#include "daemon/control/commands.hpp"

namespace curfew::daemon {

void tell(std::FILE* where, const std::string& text);  // a line; names in it are escaped
void tell_trouble(const std::string& text);            // on standard error
// The system's own words add nothing to a sentence that says what to do.
void tell_trouble(const core::Error& error);

// Shows what was read; where it could not be, says so.
template <class T, class Show> bool shown(const core::Result<T>& reply, const Show& show) {
    if (reply)
        show(*reply);
    else
        tell_trouble("the daemon's answer is not understood: " + reply.error().context);
    return static_cast<bool>(reply);
}

// A request with one line of answer before the last. Returns the exit status.
template <class T, class Show>
int ask_for(const DaemonAt& at, const std::string& request, core::Result<T> (*read)(std::string_view),
            const Show& show) {
    bool understood = true;
    bool answered = false;
    const int exit = ask_daemon(at, request, [&](const std::string& line) {
        answered = true;
        understood = shown(read(line), show) && understood;
    });
    if (!understood) return exit_failed;
    if (exit == exit_done && !answered) {
        tell_trouble("the daemon's answer is empty");
        return exit_failed;
    }
    return exit;
}

}  // namespace curfew::daemon
