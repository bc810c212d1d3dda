#include "daemon/control/commands.hpp"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "core/text/durations.hpp"
#include "daemon/clock.hpp"
#include "daemon/control/ask.hpp"
#include "daemon/status/status_text.hpp"

namespace curfew::daemon {
namespace {

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
    tell(stdout,
         hold_text(hold) + until_text(hold) + " (" + core::duration_text(length) + "): " + hold.reason);
    if (!hold.durable)
        tell_trouble("the hold is in force and could not be written down: a restart of the daemon ends it");
}

void show_resumed(const ResumeReply& reply) {
    for (const auto& hold : reply.holds)
        tell(stdout, "ended: " + hold_text(hold) + ", by " + hold.who + ": " + hold.reason);
    for (const auto& trip : reply.trips)
        tell(stdout, "resumed: rule " + trip.rule.name + " on " + trip.server.value_or("the whole fleet") +
                         ", which would have ended " + std::to_string(trip.would_end) + " of " +
                         std::to_string(trip.of));
    if (exit_status(reply) != exit_done) tell_trouble("nothing to resume");
    for (const auto& hold : reply.remaining)
        tell(stdout, "still there: " + hold_text(hold) + until_text(hold) + ": " + hold.reason);
}

void show_reload(const ReloadReply& reply) {
    using Is = ReloadReply::Is;
    const auto list = [](std::FILE* where, const std::vector<std::string>& lines) {
        for (const auto& line : lines) tell(where, "  " + line);
    };
    const std::string digest = reply.digest.empty() ? "" : " (" + reply.digest.substr(0, 12) + ")";
    list(stderr, reply.warnings);
    switch (reply.is) {
        case Is::in_force:
            tell(stdout, "in force" + digest);
            list(stdout, reply.changes);
            break;
        case Is::unchanged: tell(stdout, "unchanged" + digest); break;
        case Is::refused:
            tell_trouble("refused; what was in force stays in force");
            list(stderr, reply.reasons);
            break;
        case Is::waits:
            tell_trouble("waits for `curfew reload --confirm`" + digest);
            list(stderr, reply.reasons);
            break;
    }
}

}  // namespace

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
