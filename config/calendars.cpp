#include <utility>

#include "config/decode/dates.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/digest.hpp"
#include "config/files.hpp"
#include "config/sections.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_calendar = "a map such as `{file: holidays.txt}`";
constexpr std::string_view blanks = " \t\r";

std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

// One date or range a line. Columns need no counting of characters: what stands before a date is blank.
class CalendarText {
  public:
    CalendarText(const TextFile& file, Files& files) : file_(file), files_(files) {}

    // Nothing where a line is wrong: without it, windows would be open on a day that somebody wrote down.
    std::optional<policy::DateSet> read() {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        std::string_view rest = file_.text;
        if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const std::size_t end = rest.find('\n');
            read_line(rest.substr(0, end), number);
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
        if (good_ && ranges_.empty())
            wrong(1, 1, "the calendar holds no date; write one a line, such as `2026-12-24`");
        if (!good_) return std::nullopt;
        return policy::DateSet{std::move(ranges_)};
    }

  private:
    void read_line(std::string_view line, std::size_t number) {
        const std::string_view text = without_blanks(line.substr(0, line.find('#')));
        if (text.empty()) return;
        const auto column = static_cast<std::size_t>(text.data() - line.data()) + 1;
        if (!core::is_valid_utf8(text)) return wrong(number, column, "this is no text in UTF-8");
        const auto dates = parse_dates(text);
        if (!dates) return wrong(number, column, dates.error().message);
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
    MapReader map(value, a_calendar);
    const auto path = map.required("file", "write `file: holidays.txt`, one date or range a line");
    map.finish();
    if (!path) return std::nullopt;
    const auto file = files.read_text(*path);
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
