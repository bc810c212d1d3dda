#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace curfew::testing {

using Milliseconds = std::chrono::milliseconds;

// Tries again every few milliseconds until the condition holds or the time is over; true when it held.
// Fixtures wait with this only: a fixed sleep is too short on a busy machine and too long on every other.
bool eventually(const std::function<bool()>& condition, Milliseconds limit = std::chrono::seconds(10));

// How a child starts. It has a process group of its own, and dies with the thread that started it
// (PR_SET_PDEATHSIG looks at the thread, not the process): start long-lived children from a thread that
// stays.
struct SpawnOptions {
    // NAME=VALUE on top of our own environment, NAME alone to remove it; of several the last one counts.
    std::vector<std::string> env;
    bool stdin_pipe = false;       // else /dev/null
    std::filesystem::path output;  // stdout and stderr are appended here; /dev/null when empty
    bool pdeathsig = true;         // off for a child that cleans up after a crash of ours
};

// One child and its process group. Ended and reaped by the destructor.
class ChildProcess {
  public:
    ChildProcess() = default;
    // Throws std::system_error when the program cannot be started (also when exec fails).
    explicit ChildProcess(const std::vector<std::string>& argv, const SpawnOptions& options = {});
    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;

    pid_t pid() const { return pid_; }
    bool running();                         // reaps the child when it has ended
    int status() const { return status_; }  // exit status, 128 + signal, or -1 while it runs

    bool write(std::string_view text);  // to its stdin; false when nobody reads any more
    void close_stdin();

    void signal(int number) const;        // to the child alone
    void signal_group(int number) const;  // to the child and all that stayed in its group
    bool wait(Milliseconds limit);
    // SIGTERM to the group, SIGKILL after the grace; returns when the child has been reaped.
    void stop(Milliseconds grace = std::chrono::seconds(3));

  private:
    pid_t pid_ = -1;
    int stdin_ = -1;
    int status_ = -1;
};

struct RunResult {
    int status = -1;  // exit status, 128 + signal; -1 when the time was over and the group was killed
    std::string out;
    std::string err;
    bool ok() const { return status == 0; }
};

// Runs a program to its end.
RunResult run(const std::vector<std::string>& argv, const std::vector<std::string>& env = {},
              std::string_view input = {}, Milliseconds limit = std::chrono::seconds(20));

// As run(), for steps without which a fixture is no use: throws std::runtime_error with the program's output.
RunResult run_or_throw(const std::vector<std::string>& argv, const std::vector<std::string>& env = {},
                       std::string_view input = {}, Milliseconds limit = std::chrono::seconds(20));

// Processes that bear this text (the path of a temporary directory) in their command line or their
// environment. Never this process itself, never a zombie.
std::vector<pid_t> processes_naming(std::string_view text);

}  // namespace curfew::testing
