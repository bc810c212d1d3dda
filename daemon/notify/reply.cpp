#include "daemon/notify/reply.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace curfew::daemon {
namespace {

constexpr core::Seconds longest{86'400 * 365};

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || value < 0) return std::nullopt;
    return value;
}

// "Sun, 06 Nov 1994 08:49:37 GMT": the one form of RFC 9110 that is still written.
std::optional<core::WallTime> date(std::string_view text) {
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    unsigned month = 0;
    while (month < months.size() && text.substr(8, 3) != months[month]) ++month;
    const auto day = number(text.substr(5, 2));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (!day || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day on{std::chrono::year{*year}, std::chrono::month{month + 1},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
    if (!on.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::sys_days{on} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

std::optional<core::Seconds> patience(std::string_view retry_after, core::WallTime now) {
    if (retry_after.empty()) return std::nullopt;
    if (retry_after.find_first_not_of("0123456789") == std::string_view::npos) {
        const auto seconds = number(retry_after);
        return seconds ? core::Seconds{*seconds} : longest;
    }
    const auto then = date(retry_after);
    if (!then || *then <= now) return std::nullopt;
    return std::chrono::ceil<core::Seconds>(*then - now);
}

}  // namespace

Reply judge(unsigned status, std::string_view retry_after, core::WallTime now) {
    Reply reply;
    reply.status = status;
    reply.message = "the receiver answered " + std::to_string(status);
    const bool again = status == 408 || status == 425 || status == 429 || status >= 500;
    if (status >= 200 && status < 300) {
        reply.answer = Outbox::Answer::taken;
    } else if (again) {
        reply.answer = Outbox::Answer::later;
        reply.wished = patience(retry_after, now);
    } else {
        reply.answer = Outbox::Answer::refused;
        if (status >= 300 && status < 400) reply.message += ", a redirect, which is not followed";
    }
    return reply;
}

}  // namespace curfew::daemon
