#pragma once
// What the demo shows, as values, and how it looks on a terminal. Pure: a view in, text out.

#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace curfew::daemon {

// What becomes of a session, as far as the policy has made up its mind.
enum class Standing { ended, withheld, ends, pending, exempt, kept };

struct SessionRow {
    std::string server;
    std::string client;
    std::string user;
    std::optional<core::Seconds> idle;
    std::optional<std::uint32_t> open_files;
    Standing standing = Standing::kept;
    std::string thought;  // "office closed: held 2m of 5m"
};

struct Happening {
    core::WallTime at{};
    Standing standing = Standing::ended;
    std::string server;
    std::string client;
    std::string user;
    std::string what;  // "idle workstations, idle 31m"
};

struct View {
    core::WallTime at{};  // lab time
    std::size_t servers = 0;
    std::size_t silent = 0;  // of them did not answer the last look
    std::size_t sessions = 0;
    std::size_t ended = 0;
    std::size_t withheld = 0;
    std::vector<std::string> policy;  // a line per rule
    std::vector<SessionRow> rows;     // the most telling first
    std::vector<Happening> happened;  // the latest last
};

struct Screen {
    std::size_t columns = 80;
    std::size_t rows = 24;
    bool colour = true;
};

// At most `rows` - 1 lines, each ended by a newline and none wider than `columns`; names are escaped.
std::string draw(const View& view, const Screen& screen);

// How many sessions it has room for.
std::size_t session_rows(const Screen& screen, std::size_t policy_lines);

// One line, for a pipe: "19:41 ended     fs3.lab 10.20.1.7 anna: idle workstations, idle 31m".
std::string line_of(const Happening& happening);

std::string_view to_string(Standing standing);
std::string clock_text(core::WallTime time);  // "Mon 19:41"

}  // namespace curfew::daemon
