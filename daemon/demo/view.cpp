#include "daemon/demo/view.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

constexpr std::string_view ellipsis = "…";
constexpr std::size_t most_happenings = 6;
constexpr std::size_t fewest_rows = 3;

enum class Colour { plain, bold, dim, red, green, yellow, cyan };

std::string painted(std::string text, Colour colour, const Screen& screen) {
    if (!screen.colour || colour == Colour::plain) return text;
    constexpr std::array codes{"", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"};
    return codes[static_cast<std::size_t>(colour)] + std::move(text) + "\x1b[0m";
}

Colour colour_of(Standing standing) {
    switch (standing) {
        case Standing::ended: return Colour::red;
        case Standing::withheld: return Colour::yellow;
        case Standing::ends: return Colour::red;
        case Standing::pending: return Colour::cyan;
        case Standing::exempt: return Colour::green;
        case Standing::kept: return Colour::dim;
    }
    return Colour::plain;
}

// Exactly so many columns: cut with an ellipsis, or filled with blanks.
std::string fitted(std::string text, std::size_t width) {
    if (columns(text) > width) {
        while (!text.empty() && columns(text) + 1 > width) {
            do {
                text.pop_back();
            } while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80);
            // The lead byte of a cut character goes with it.
            if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0xC0) text.pop_back();
        }
        text += ellipsis;
    }
    text.append(width - std::min(width, columns(text)), ' ');
    return text;
}

std::string right(const std::string& text, std::size_t width) {
    const auto have = columns(text);
    return have >= width ? fitted(text, width) : std::string(width - have, ' ') + text;
}

std::string short_duration(const std::optional<core::Seconds>& duration) {
    if (!duration) return "?";
    const auto seconds = duration->count();
    if (seconds < 60) return std::to_string(seconds) + "s";
    if (seconds < 3600) return std::to_string(seconds / 60) + "m";
    const auto minutes = seconds / 60 % 60;
    return std::to_string(seconds / 3600) + "h" + (minutes > 0 ? std::to_string(minutes) + "m" : "");
}

// Without the domain that all of them share, a server's name leaves room for the rest.
std::string first_label(const std::string& name) {
    return name.substr(0, name.find('.'));
}

struct Widths {
    std::size_t server = 7, client = 12, user = 12, idle = 6, files = 5, thought = 33;
    explicit Widths(std::size_t all) {
        const std::size_t fixed = server + client + user + idle + files + 5;
        thought = all > fixed + 10 ? all - fixed : 10;
    }
};

std::string header(const Widths& w) {
    return fitted("SERVER", w.server) + " " + fitted("CLIENT", w.client) + " " + fitted("USER", w.user) +
           " " + right("IDLE", w.idle) + " " + right("FILES", w.files) + " POLICY";
}

std::string text_of(const SessionRow& row, const Widths& w, const Screen& screen) {
    const auto files = row.open_files ? std::to_string(*row.open_files) : "?";
    auto line = fitted(for_people(first_label(row.server)), w.server) + " " +
                fitted(for_people(row.client), w.client) + " " + fitted(for_people(row.user), w.user) + " " +
                right(short_duration(row.idle), w.idle) + " " + right(files, w.files) + " ";
    if (row.standing == Standing::ended) line = painted(std::move(line), Colour::dim, screen);
    return line + painted(fitted(for_people(row.thought), w.thought), colour_of(row.standing), screen);
}

std::string text_of(const Happening& one, std::size_t width, const Screen& screen) {
    const std::string name{to_string(one.standing)};
    const auto who = clock_text(one.at).substr(4) + " " + fitted(name, 8) + " ";
    auto rest = fitted(for_people(first_label(one.server)), 7) + " " + fitted(for_people(one.client), 12) +
                " " + fitted(for_people(one.user), 12) + " " + for_people(one.what);
    const auto room = width - std::min(width, columns(who));
    return painted(who, colour_of(one.standing), screen) + fitted(std::move(rest), room);
}

std::string title(const View& view, const Screen& screen) {
    const std::string name = "curfew demo";
    std::string rest = "  " + clock_text(view.at) + "  " + std::to_string(view.servers) + " servers";
    if (view.silent > 0) rest += " (" + std::to_string(view.silent) + " silent)";
    rest += ", " + std::to_string(view.sessions) + " sessions: " + std::to_string(view.ended) + " ended, " +
            std::to_string(view.withheld) + " withheld";
    return painted(name, Colour::bold, screen) + fitted(std::move(rest), screen.columns - columns(name));
}

}  // namespace

std::string_view to_string(Standing standing) {
    switch (standing) {
        case Standing::ended: return "ended";
        case Standing::withheld: return "withheld";
        case Standing::ends: return "ends";
        case Standing::pending: return "pending";
        case Standing::exempt: return "exempt";
        case Standing::kept: return "kept";
    }
    return "?";
}

std::string clock_text(core::WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[16];
    std::strftime(text, sizeof text, "%a %H:%M", &parts);
    return text;
}

namespace {

struct Room {
    std::size_t sessions = 0;
    std::size_t happenings = 0;
};

// Besides title, policy, an empty line and the headings; the last line of a terminal stays free for the
// cursor.
Room room_on(const Screen& screen, std::size_t policy_lines) {
    const std::size_t taken = policy_lines + 4;
    const std::size_t room = screen.rows > taken ? screen.rows - taken : 0;
    if (room <= fewest_rows + 2) return {room, 0};
    const auto happenings = std::min(most_happenings, room - fewest_rows - 1);
    return {room - happenings - 1, happenings};
}

}  // namespace

std::size_t session_rows(const Screen& screen, std::size_t policy_lines) {
    return room_on(screen, policy_lines).sessions;
}

std::string draw(const View& view, const Screen& screen) {
    const Widths widths{screen.columns};
    std::vector<std::string> lines;
    lines.push_back(title(view, screen));
    for (const auto& rule : view.policy)
        lines.push_back(painted(fitted("  " + for_people(rule), screen.columns), Colour::dim, screen));
    lines.emplace_back();
    lines.push_back(painted(fitted(header(widths), screen.columns), Colour::bold, screen));

    const auto room = room_on(screen, view.policy.size());
    for (std::size_t i = 0; i < room.sessions; ++i)
        lines.push_back(i < view.rows.size() ? text_of(view.rows[i], widths, screen) : std::string{});
    if (room.happenings > 0) lines.emplace_back();
    const std::size_t first = view.happened.size() - std::min(room.happenings, view.happened.size());
    for (std::size_t i = first; i < view.happened.size(); ++i)
        lines.push_back(text_of(view.happened[i], screen.columns, screen));

    std::string text;
    for (auto& line : lines) text += line + "\n";
    return text;
}

std::string line_of(const Happening& one) {
    return clock_text(one.at) + " " + fitted(std::string{to_string(one.standing)}, 8) + " " +
           for_people(one.server) + " " + for_people(one.client) + " " + for_people(one.user) + ": " +
           for_people(one.what);
}

}  // namespace curfew::daemon
