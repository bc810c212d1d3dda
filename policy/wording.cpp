#include "policy/wording.hpp"

#include <array>
#include <cstdio>

#include "core/text/durations.hpp"

namespace curfew::policy {
namespace {

constexpr std::size_t most_listed = 6;

template <class T> std::string bounds_text(const Range<T>& range) {
    std::string text = range.at_least ? "at least " + number_text(*range.at_least) : std::string{};
    if (range.below) text += (text.empty() ? "below " : ", below ") + number_text(*range.below);
    return text;
}

}  // namespace

std::string number_text(core::Seconds value) {
    return core::duration_text(value);
}
std::string number_text(std::uint32_t value) {
    return std::to_string(value);
}

std::string spelled(std::string_view pattern) {
    std::string text = "'";
    for (const char c : pattern) {
        if (c == '\'') text += '\'';
        text += c;
    }
    return text + "'";
}

std::string spelled(const Range<core::Seconds>& range) {
    return bounds_text(range);
}

std::string spelled(const Range<std::uint32_t>& range) {
    const bool exact = range.at_least && range.below && *range.below - *range.at_least == 1;
    return exact ? "exactly " + number_text(*range.at_least) : bounds_text(range);
}

std::string spelled(const Concurrent& concurrent) {
    const bool clients = concurrent.count == Concurrent::Count::clients;
    std::string text =
        "more than " + std::to_string(concurrent.more_than) + (clients ? " clients of" : " sessions of");
    switch (concurrent.per) {
        case Concurrent::Per::user: text += " the user"; break;
        case Concurrent::Per::client: text += " the client"; break;
        case Concurrent::Per::user_and_client: text += " the user and client"; break;
    }
    text += concurrent.across == Concurrent::Across::fleet ? " on the fleet" : " on the server";
    switch (concurrent.end) {
        case Concurrent::End::oldest: return text + ", and among the oldest";
        case Concurrent::End::newest: return text + ", and among the newest";
        case Concurrent::End::most_idle: return text + ", and among the most idle";
    }
    return text;
}

std::string quiet_text(const QuietTime& quiet) {
    const auto least = std::chrono::floor<core::Seconds>(quiet.at_least);
    if (!quiet.at_most) return "at least " + number_text(least);
    const auto most = std::chrono::floor<core::Seconds>(*quiet.at_most);
    return number_text(least) + (least == most ? "" : " to " + number_text(most));
}

std::string one_of(const std::vector<std::string>& spelled_entries) {
    if (spelled_entries.size() == 1) return spelled_entries.front();
    std::string text = "one of ";
    for (std::size_t i = 0; i < spelled_entries.size(); ++i) {
        if (i == most_listed) return text + ", … (" + std::to_string(spelled_entries.size()) + " in all)";
        text += (i == 0 ? "" : ", ") + spelled_entries[i];
    }
    return text;
}

std::string clock_text(const Zone& zone, core::WallTime at) {
    const auto shown = zone.local(std::chrono::floor<std::chrono::seconds>(at));
    if (!shown) return {};
    const auto day = std::chrono::floor<std::chrono::days>(*shown);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{*shown - day};
    constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s %04d-%02u-%02u %02ld:%02ld",
                  weekdays[std::chrono::weekday{day}.c_encoding()], static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count());
    return std::string{text.data()} + " (" + zone.name() + ")";
}

}  // namespace curfew::policy
