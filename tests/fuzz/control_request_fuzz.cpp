// Any bytes as a line over the control socket: as a request, and as what a client is answered. Either a value
// that can be written again and reads the same, or an error that says why.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/bans/ban_book.hpp"
#include "daemon/control/ban_messages.hpp"
#include "daemon/control/messages.hpp"
#include "daemon/control/request.hpp"
#include "daemon/status/status_json.hpp"
#include "daemon/status/status_text.hpp"

namespace {

using namespace curfew::daemon;

void require(bool holds) {
    if (!holds) std::abort();
}

// One line for one line, whatever is in it.
void require_line(const std::string& text) {
    for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20);
}

template <class T> bool fine(const curfew::core::Result<T>& read) {
    if (!read) require(!read.error().context.empty());
    return static_cast<bool>(read);
}

void try_requests(std::string_view line) {
    const auto request = read_control_request(line);
    if (!fine(request)) {
        auto error = error_line(request.error());
        error.pop_back();
        require_line(error);
    }
    if (const auto status = read_status_request(line); fine(status))
        require(read_status_request(request_json(*status)).value() == *status);
    if (const auto hold = read_hold_request(line); fine(hold)) {
        require(hold->length >= shortest_hold && hold->length <= longest_hold && !hold->reason.empty());
        require_line(request_json(*hold));
        require(read_hold_request(request_json(*hold)).value() == *hold);
    }
    if (const auto resume = read_resume_request(line); fine(resume)) {
        require(resume->id.has_value() != resume->scope.has_value());
        require(read_resume_request(request_json(*resume)).value() == *resume);
    }
    if (const auto look = read_ban_look_request(line); fine(look)) {
        const auto again = read_ban_look_request(request_json(*look)).value();
        require(again.whom.same_as(look->whom) && again.overrides_protect == look->overrides_protect);
    }
    if (const auto ban = read_ban_request(line); fine(ban)) {
        require(ban->length >= shortest_ban && ban->length <= longest_ban && !ban->reason.empty());
        require_line(request_json(*ban));
        const auto again = read_ban_request(request_json(*ban)).value();
        require(again.whom.same_as(ban->whom) && again.reason == ban->reason && again.length == ban->length &&
                again.override_protect == ban->override_protect);
    }
    if (const auto unban = read_unban_request(line); fine(unban)) {
        require(unban->id.has_value() != unban->whom.has_value());
        require(read_unban_request(request_json(*unban)).value().id == unban->id);
    }
    if (const auto reload = read_reload_request(line); fine(reload))
        require(read_reload_request(request_json(*reload)).value() == *reload);
}

void try_replies(std::string_view line) {
    if (const auto hold = read_hold_reply(line); fine(hold)) require_line(reply_json(*hold));
    if (const auto resume = read_resume_reply(line); fine(resume)) require_line(reply_json(*resume));
    if (const auto reload = read_reload_reply(line); fine(reload)) require_line(reply_json(*reload));
    if (const auto reach = read_ban_reach(line); fine(reach))
        require(read_ban_reach(reply_json(*reach)).value() == *reach);
    if (const auto ban = read_ban_reply(line); fine(ban)) require_line(reply_json(*ban));
    if (const auto unban = read_unban_reply(line); fine(unban)) require_line(reply_json(*unban));
    const auto status = status_from_json(line);
    if (!fine(status)) return;
    const auto json = status_json(*status);
    require_line(json);
    require(status_json(status_from_json(json).value()) == json);
    for (const char c : status_text(*status, Paint::plain))
        require(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t enough = 64 * 1024;
    if (size > enough) return 0;
    const std::string_view line{reinterpret_cast<const char*>(data), size};
    try_requests(line);
    try_replies(line);
    return 0;
}
