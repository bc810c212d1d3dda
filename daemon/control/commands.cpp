#include "daemon/control/commands.hpp"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "core/text/durations.hpp"
#include "daemon/clock.hpp"
#include "daemon/control/find_control.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/status/status_text.hpp"

namespace curfew::daemon {
namespace {

void say(std::FILE* where, const std::string& text) {
    std::fprintf(where, "%s\n", for_people(text).c_str());
}

void complain(const std::string& text) {
    say(stderr, "curfew: " + text);
}

// The system's own words add nothing to a sentence that says what to do.
void complain(const core::Error& error) {
    complain(error.context.empty() ? core::describe(error) : error.context);
}

// Shows what was read; where it could not be, says so.
template <class T, class Show> bool shown(const core::Result<T>& reply, const Show& show) {
    if (reply)
        show(*reply);
    else
        complain("the daemon's answer is not understood: " + reply.error().context);
    return static_cast<bool>(reply);
}

// A request with one line of answer before the last.
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
        complain("the daemon's answer is empty");
        return exit_failed;
    }
    return exit;
}

Paint paint_for_terminal() {
    const char* no_colour = std::getenv("NO_COLOR");
    const bool wanted = no_colour == nullptr || *no_colour == '\0';
    return wanted && ::isatty(STDOUT_FILENO) == 1 ? Paint::coloured : Paint::plain;
}

// As it came, for programs, and as it is meant.
struct StatusLine {
    std::string json;
    Status status;
};

core::Result<StatusLine> read_status_line(std::string_view line) {
    auto status = status_from_json(line);
    if (!status) return status.error();
    return StatusLine{std::string{line}, std::move(*status)};
}

std::string hold_text(const HoldStatus& hold) {
    return "hold " + std::to_string(hold.id) + " on " + hold.scope;
}

std::string until_text(const HoldStatus& hold) {
    return " until " + utc_text(hold.until);
}

void show_held(const HoldReply& reply) {
    const auto& hold = reply.hold;
    const auto length = std::chrono::round<core::Seconds>(hold.until - hold.since);
    say(stdout,
        hold_text(hold) + until_text(hold) + " (" + core::duration_text(length) + "): " + hold.reason);
    if (!hold.durable)
        complain("the hold is in force and could not be written down: a restart of the daemon ends it");
}

void show_resumed(const ResumeReply& reply) {
    for (const auto& hold : reply.holds)
        say(stdout, "ended: " + hold_text(hold) + ", by " + hold.who + ": " + hold.reason);
    for (const auto& trip : reply.trips)
        say(stdout, "resumed: rule " + trip.rule.name + " on " + trip.server.value_or("the whole fleet") +
                        ", which would have ended " + std::to_string(trip.would_end) + " of " +
                        std::to_string(trip.of));
    if (exit_status(reply) != exit_done) complain("nothing to resume");
    for (const auto& hold : reply.remaining)
        say(stdout, "still there: " + hold_text(hold) + until_text(hold) + ": " + hold.reason);
}

void show_reload(const ReloadReply& reply) {
    using Is = ReloadReply::Is;
    const auto list = [](std::FILE* where, const std::vector<std::string>& lines) {
        for (const auto& line : lines) say(where, "  " + line);
    };
    const std::string digest = reply.digest.empty() ? "" : " (" + reply.digest.substr(0, 12) + ")";
    list(stderr, reply.warnings);
    switch (reply.is) {
        case Is::in_force:
            say(stdout, "in force" + digest);
            list(stdout, reply.changes);
            break;
        case Is::unchanged: say(stdout, "unchanged" + digest); break;
        case Is::refused:
            complain("refused; what was in force stays in force");
            list(stderr, reply.reasons);
            break;
        case Is::waits:
            complain("waits for `curfew reload --confirm`" + digest);
            list(stderr, reply.reasons);
            break;
    }
}

}  // namespace

int ask_daemon(const DaemonAt& at, const std::string& request,
               const std::function<void(const std::string&)>& each, ControlClient::Patience patience) {
    const auto found = find_control(at.config, at.socket);
    if (!found) {
        complain(found.error());
        return exit_usage;
    }
    if (!found->remark.empty()) complain(found->remark);
    auto client = ControlClient::connect(found->control, patience);
    if (!client) {
        complain(client.error());
        return exit_failed;
    }
    const auto answer = client->ask(request, each);
    if (!answer) {
        complain(answer.error());
        return exit_failed;
    }
    if (!answer->error.empty()) complain(answer->error);
    return answer->exit;
}

int status(const StatusOptions& options) {
    const bool as_json = options.output == Format::json;
    const auto request = request_json(StatusRequest{options.server});
    const auto paint = paint_for_terminal();
    return ask_for(options.at, request, read_status_line, [&](const StatusLine& line) {
        const auto text = as_json ? line.json + "\n" : status_text(line.status, paint);
        std::fputs(text.c_str(), stdout);
    });
}

int hold(const HoldOptions& options) {
    return ask_for(options.at, request_json(options.request), read_hold_reply, show_held);
}

int resume(const ResumeOptions& options) {
    return ask_for(options.at, request_json(options.request), read_resume_reply, show_resumed);
}

int reload(const ReloadOptions& options) {
    return ask_for(options.at, request_json(options.request), read_reload_reply, show_reload);
}

}  // namespace curfew::daemon
