#pragma once
// What an attempt to deliver came to, and what a status of HTTP means for it.

#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "daemon/notify/outbox.hpp"

namespace curfew::daemon {

struct Reply {
    Outbox::Answer answer = Outbox::Answer::later;
    std::string message = {};                            // for the log; names no secret
    unsigned status = 0;                                 // 0: it did not come to one
    std::optional<core::Seconds> wished = std::nullopt;  // Retry-After
    std::string host = {};  // as found in the address; empty where there was none
};

// `retry_after`: the header's text, seconds or a date; empty where there is none.
Reply judge(unsigned status, std::string_view retry_after, core::WallTime now);

}  // namespace curfew::daemon
