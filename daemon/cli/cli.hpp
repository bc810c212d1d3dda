#pragma once
// The command line of every command that has a file of its own here: options in, the command called, its exit
// status put down.

namespace CLI {
class App;
}

namespace curfew::daemon {

void add_running(CLI::App& app, int& status);  // apply, diff
void add_books(CLI::App& app, int& status);    // audit, report
void add_bans(CLI::App& app, int& status);     // ban, unban
void add_control(CLI::App& app, int& status);  // status, hold, resume, reload

}  // namespace curfew::daemon
