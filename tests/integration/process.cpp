#include "tests/integration/process.hpp"

#include <cctype>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/spawn.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {
namespace {

using Clock = std::chrono::steady_clock;

int open_or_throw(const char* path, int flags) {
    const int fd = ::open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), path);
    return fd;
}

void close_if_open(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

// Sockets, not pipes: writing to a child that has ended must not raise SIGPIPE in the test.
void make_channel(int (&ends)[2]) {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
}

// The exit status when the child has ended, else -1. What is left of its group goes with it; its id is still
// ours then, because the child has not been reaped.
int reap(pid_t pid) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid != pid)
        return -1;
    ::kill(-pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Appends what can be read now; false at the end of the stream.
bool drain(int fd, std::string& text) {
    char buffer[16384];
    for (;;) {
        const ssize_t size = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (size > 0)
            text.append(buffer, static_cast<std::size_t>(size));
        else
            return size < 0 && (errno == EAGAIN || errno == EINTR);
    }
}

}  // namespace

bool eventually(const std::function<bool()>& condition, Milliseconds limit) {
    const auto end = Clock::now() + limit;
    while (!condition()) {
        if (Clock::now() >= end) return false;
        std::this_thread::sleep_for(Milliseconds(5));
    }
    return true;
}

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const SpawnOptions& options) {
    int input[2] = {-1, -1};
    int output = -1;
    try {
        if (options.stdin_pipe)
            make_channel(input);
        else
            input[0] = open_or_throw("/dev/null", O_RDONLY);
        output = options.output.empty()
                     ? open_or_throw("/dev/null", O_WRONLY)
                     : open_or_throw(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND);
        pid_ = spawn(argv, options.env, {input[0], output, output}, options.pdeathsig);
    } catch (...) {
        for (int* fd : {&input[0], &input[1], &output}) close_if_open(*fd);
        throw;
    }
    close_if_open(input[0]);
    close_if_open(output);
    stdin_ = input[1];
}

ChildProcess::~ChildProcess() {
    stop();
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      stdin_(std::exchange(other.stdin_, -1)),
      status_(std::exchange(other.status_, -1)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    if (this != &other) {
        stop();
        pid_ = std::exchange(other.pid_, -1);
        stdin_ = std::exchange(other.stdin_, -1);
        status_ = std::exchange(other.status_, -1);
    }
    return *this;
}

bool ChildProcess::running() {
    if (pid_ > 0 && status_ < 0) status_ = reap(pid_);
    return pid_ > 0 && status_ < 0;
}

bool ChildProcess::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::send(stdin_, text.data(), text.size(), MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

void ChildProcess::close_stdin() {
    close_if_open(stdin_);
}

void ChildProcess::signal(int number) const {
    if (pid_ > 0 && status_ < 0) ::kill(pid_, number);
}

void ChildProcess::signal_group(int number) const {
    if (pid_ > 0 && status_ < 0) ::kill(-pid_, number);
}

bool ChildProcess::wait(Milliseconds limit) {
    return eventually([this] { return !running(); }, limit);
}

void ChildProcess::stop(Milliseconds grace) {
    close_stdin();
    if (!running()) return;
    signal_group(SIGTERM);
    signal_group(SIGCONT);  // one that was paused would not notice before
    if (wait(grace)) return;
    signal_group(SIGKILL);
    wait(std::chrono::seconds(10));
}

RunResult run(const std::vector<std::string>& argv, const std::vector<std::string>& env,
              std::string_view input, Milliseconds limit) {
    int channels[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};  // ours, the child's
    const auto close_all = [&channels] {
        for (auto& channel : channels)
            for (int& fd : channel) close_if_open(fd);
    };
    RunResult result;
    pid_t pid = -1;
    try {
        for (auto& channel : channels) make_channel(channel);
        pid = spawn(argv, env, {channels[0][1], channels[1][1], channels[2][1]}, true);
    } catch (...) {
        close_all();
        throw;
    }
    for (auto& channel : channels) close_if_open(channel[1]);
    const auto end = Clock::now() + limit;
    // The end of the program counts, not the end of its output: a daemon it left behind may hold that open.
    while ((result.status = reap(pid)) < 0 && Clock::now() < end) {
        if (input.empty()) close_if_open(channels[0][0]);
        pollfd waiting[3] = {
            {channels[0][0], POLLOUT, 0}, {channels[1][0], POLLIN, 0}, {channels[2][0], POLLIN, 0}};
        ::poll(waiting, 3, 5);
        if (waiting[0].revents != 0) {
            const ssize_t size =
                ::send(channels[0][0], input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (size >= 0)
                input.remove_prefix(static_cast<std::size_t>(size));
            else if (errno != EAGAIN && errno != EINTR)
                input = {};
        }
        if (waiting[1].revents != 0 && !drain(channels[1][0], result.out)) close_if_open(channels[1][0]);
        if (waiting[2].revents != 0 && !drain(channels[2][0], result.err)) close_if_open(channels[2][0]);
    }
    if (result.status < 0) {
        ::kill(-pid, SIGKILL);
        eventually([pid] { return reap(pid) >= 0; });
    }
    if (channels[1][0] >= 0) drain(channels[1][0], result.out);
    if (channels[2][0] >= 0) drain(channels[2][0], result.err);
    close_all();
    return result;
}

RunResult run_or_throw(const std::vector<std::string>& argv, const std::vector<std::string>& env,
                       std::string_view input, Milliseconds limit) {
    RunResult result = run(argv, env, input, limit);
    if (result.ok()) return result;
    std::string command;
    for (const auto& word : argv) command += word + " ";
    throw std::runtime_error(command + "ended with " + std::to_string(result.status) + "\n" + result.out +
                             result.err);
}

std::vector<pid_t> processes_naming(std::string_view text) {
    std::vector<pid_t> found;
    std::error_code gone;
    for (std::filesystem::directory_iterator entry("/proc", gone), end; !gone && entry != end;
         entry.increment(gone)) {
        const std::string name = entry->path().filename();
        if (!std::isdigit(static_cast<unsigned char>(name[0])) || std::stoi(name) == ::getpid()) continue;
        // Both are empty for a zombie, unreadable for somebody else's process: not ours then.
        for (const char* file : {"cmdline", "environ"})
            if (read_file(entry->path() / file).find(text) != std::string::npos) {
                found.push_back(std::stoi(name));
                break;
            }
    }
    return found;
}

}  // namespace curfew::testing
