#pragma once
// Hours by the wall clock: office hours, the nights, one night of a move. A schedule says whether an instant
// lies inside.
//
// A window is read off the wall clock of the zone and nothing else: an instant is inside when the clock on
// the wall shows a time in it. So an hour that is shown twice, on the day clocks go back, is inside both
// times, and an hour that is skipped never happens; a window that ends in a skipped hour ends when the clock
// jumps over its end. Nothing here converts a local time to "the" instant it stands for, where most such code
// goes wrong.
//
// A window belongs to the day on which it starts, also where it runs into the next one: an exception on that
// day takes the whole window away, one on the next day takes nothing of it.

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "policy/dates.hpp"
#include "policy/truth.hpp"
#include "policy/zone.hpp"

namespace curfew::policy {

// Minutes on the wall clock since the midnight with which the day begins: 0 <= begin < 24 h, begin < end < 48
// h. Half-open. What lies behind 24 h is the next day's.
struct Window {
    std::chrono::minutes begin;
    std::chrono::minutes end;
    auto operator<=>(const Window&) const = default;
};

struct Timetable {
    std::array<std::vector<Window>, 7> weekly;  // by the day on which they start; 0 is Sunday
    std::map<std::chrono::local_days, std::vector<Window>> dates;
    std::vector<std::shared_ptr<const DateSet>> except;  // no window starts on these days
};

class Schedule {
  public:
    // Without a zone: by each server's own clock.
    Schedule(std::string name, std::optional<Zone> zone, Timetable timetable);
    // In force whenever `other` is not.
    static Schedule outside(std::string name, const Schedule& other);

    const std::string& name() const { return name_; }
    const std::optional<Zone>& zone() const { return zone_; }
    const Timetable& timetable() const {
        return *timetable_;
    }  // windows of a day in order, with gaps between

    // Unknown where the server's clock is asked for and not known, and for times of which the zone knows
    // nothing.
    Truth inside(const std::optional<Zone>& server_zone, core::WallTime at) const;

    // The first instant after `after` at which it opens or closes; empty where none is known.
    std::optional<core::WallTime> next_change(const std::optional<Zone>& server_zone,
                                              core::WallTime after) const;

  private:
    Schedule(std::string name, std::optional<Zone> zone, std::shared_ptr<const Timetable> timetable,
             bool inverse);
    const Zone* zone_for(const std::optional<Zone>& server_zone) const;
    bool window_shows(std::chrono::local_seconds shown) const;
    bool starts_a_window(std::chrono::local_days day) const;

    std::string name_;
    std::optional<Zone> zone_;
    std::shared_ptr<const Timetable> timetable_;
    bool inverse_ = false;
};

}  // namespace curfew::policy
