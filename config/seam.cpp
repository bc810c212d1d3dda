#include "config/seam.hpp"

#include <algorithm>
#include <vector>

#include "config/decode/during.hpp"
#include "config/wording.hpp"

namespace curfew::config {
namespace {

using policy::Window;
constexpr std::chrono::minutes midnight = std::chrono::hours{24};

const Window* night_of(const std::vector<Window>& windows) {
    const auto found = std::find_if(windows.begin(), windows.end(),
                                    [](const Window& window) { return window.end > midnight; });
    return found == windows.end() ? nullptr : &*found;
}

std::string two_digits(std::chrono::minutes::rep number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string clock(std::chrono::minutes time) {
    return two_digits(time.count() / 60) + ":" + two_digits(time.count() % 60);
}

}  // namespace

std::optional<std::string> find_seam(const policy::Timetable& timetable) {
    const auto& weekly = timetable.weekly;
    for (std::size_t i = 0; i < weekly.size(); ++i) {
        const std::size_t day = (i + 1) % weekly.size();  // from Monday
        const std::size_t next = (day + 1) % weekly.size();
        const bool open_to_its_end = std::any_of(weekly[day].begin(), weekly[day].end(),
                                                 [](const Window& window) { return window.end == midnight; });
        const bool goes_on = std::any_of(weekly[next].begin(), weekly[next].end(), [](const Window& window) {
            return window.begin == std::chrono::minutes{0};
        });
        const Window* night = night_of(weekly[next]);
        if (!open_to_its_end || goes_on || !night) continue;
        const std::string hours = clock(night->begin) + "-" + clock(night->end - midnight);
        const std::string before(weekday_name(day));
        const std::string after(weekday_name(next));
        return "this closes on " + after +
               " at 00:00: a window belongs to the day on which it starts, and none that starts on " +
               before + " runs into " + after + "; write " + quote("daily " + hours) +
               " if that night is meant too, or put the open hours into a schedule and name it with "
               "`outside`";
    }
    return std::nullopt;
}

}  // namespace curfew::config
