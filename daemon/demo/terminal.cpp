#include "daemon/demo/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace curfew::daemon {
namespace {

constexpr std::size_t smallest_columns = 60;
constexpr std::size_t smallest_rows = 12;

}  // namespace

Terminal::Terminal() {
    const char* name = std::getenv("TERM");
    winsize size{};
    // In a window too small for a picture lines are better.
    const bool small = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
                       (size.ws_col < smallest_columns || size.ws_row < smallest_rows);
    drawn_on_ = ::isatty(STDOUT_FILENO) && name && std::string_view{name} != "dumb" && !small;
    if (drawn_on_) print("\x1b[?25l");
}

Terminal::~Terminal() {
    if (drawn_on_) give_cursor_back();
}

void Terminal::give_cursor_back() {
    constexpr std::string_view show = "\x1b[?25h";
    if (!::isatty(STDOUT_FILENO)) return;
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, show.data(), show.size());
}

Screen Terminal::screen() const {
    Screen screen;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        screen.columns = size.ws_col;
        screen.rows = size.ws_row;
    }
    // Wider and higher than this is harder to read, not easier.
    screen.columns = std::clamp<std::size_t>(screen.columns, smallest_columns, 120);
    screen.rows = std::clamp<std::size_t>(screen.rows, smallest_rows, 40);
    const char* no_colour = std::getenv("NO_COLOR");
    screen.colour = !(no_colour && *no_colour);
    return screen;
}

void Terminal::draw(const std::string& picture) {
    std::string out;
    if (lines_ > 0) out = "\x1b[" + std::to_string(lines_) + "A";
    lines_ = 0;
    for (const char c : picture) {
        if (c == '\n') {
            out += "\x1b[K";
            ++lines_;
        }
        out += c;
    }
    out += "\x1b[J";
    print(out);
}

void Terminal::print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace curfew::daemon
