#include <utility>

#include "config/decode/dates.hpp"
#include "config/digest.hpp"
#include "config/sections.hpp"
#include "config/text_lines.hpp"
#include "config/wording.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_calendar = "a map such as `{file: holidays.txt}`";
constexpr std::string_view a_file = "write `file: holidays.txt`, one date or range a line";

// One date or range a line.
class CalendarText {
  public:
    CalendarText(const TextFile& file, Files& files) : file_(file), files_(files) {}

    // Nothing where a line is wrong: without it, windows would be open on a day that somebody wrote down.
    std::optional<policy::DateSet> read() {
        for (const TextLine& line : lines_of(file_.text)) read_line(line);
        if (good_ && ranges_.empty())
            wrong(1, 1, "the calendar holds no date; write one a line, such as `2026-12-24`");
        if (!good_) return std::nullopt;
        return policy::DateSet{std::move(ranges_)};
    }

  private:
    void read_line(const TextLine& line) {
        const std::string_view text = without_blanks(line.text.substr(0, line.text.find('#')));
        if (text.empty()) return;
        if (!core::is_valid_utf8(text)) return wrong(line.line, line.column, "this is no text in UTF-8");
        const auto dates = parse_dates(text);
        if (!dates) return wrong(line.line, line.column, dates.error().message);
        ranges_.push_back(*dates);
    }

    void wrong(std::size_t line, std::size_t column, std::string message) {
        good_ = false;
        files_.complain({file_.name, line, column}, std::move(message));
    }

    const TextFile& file_;
    Files& files_;
    std::vector<policy::DateRange> ranges_;
    bool good_ = true;
};

std::string digest_of_dates(const policy::DateSet& dates) {
    Digest digest;
    for (const auto& [first, last] : dates.ranges()) {
        digest.add(std::to_string(first.time_since_epoch().count()));
        digest.add(std::to_string(last.time_since_epoch().count()));
    }
    return digest.hex();
}

std::optional<policy::DateSet> read_calendar(const Value& value, Files& files) {
    const auto file = read_file_of(value, a_calendar, a_file, files);
    if (!file) return std::nullopt;
    return CalendarText(*file, files).read();
}

}  // namespace

void read_calendars(const Value& value, Files& files, Draft& draft) {
    if (!value.is_map() || value.node().entries.empty()) {
        value.expected("a map of names, each " + std::string(a_calendar));
        return;
    }
    for (const yaml::Entry& entry : value.node().entries) {
        const Value child = value.at(entry);
        if (entry.key.empty() || has_control_character(entry.key))
            value.error_at_key(entry, "a calendar needs a name without control characters");
        else if (looks_like_a_date(entry.key))
            value.error_at_key(entry,
                               "in `except` this name would be taken for a date; begin it with a letter");
        DraftCalendar& calendar = draft.calendars[entry.key];
        auto dates = read_calendar(child, files);
        if (!dates) continue;
        calendar.digest = digest_of_dates(*dates);
        calendar.dates = std::make_shared<const policy::DateSet>(std::move(*dates));
        draft.config.calendars.push_back({calendar.dates, child.position(), child.path()});
    }
}

}  // namespace curfew::config
