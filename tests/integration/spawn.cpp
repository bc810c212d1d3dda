#include "tests/integration/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace curfew::testing {
namespace {

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const char* path = std::getenv("PATH");
    const std::string places =
        std::string(path ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
    for (std::size_t at = 0; at < places.size();) {
        const std::size_t end = std::min(places.find(':', at), places.size());
        const std::string file = places.substr(at, end - at) + "/" + name;
        if (file.front() == '/' && ::access(file.c_str(), X_OK) == 0 && end != at) return file;
        at = end + 1;
    }
    throw std::system_error(ENOENT, std::generic_category(), name);
}

std::vector<std::string> environment(const std::vector<std::string>& changes) {
    std::vector<std::string> result;
    const auto name = [](const std::string& entry) { return entry.substr(0, entry.find('=')); };
    for (char** entry = environ; *entry; ++entry) {
        const auto same = [&](const std::string& change) { return name(change) == name(*entry); };
        if (std::none_of(changes.begin(), changes.end(), same)) result.emplace_back(*entry);
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto again = [&](const std::string& later) { return name(later) == name(changes[i]); };
        const auto next = changes.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (changes[i].find('=') != std::string::npos && std::none_of(next, changes.end(), again))
            result.push_back(changes[i]);
    }
    return result;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

[[noreturn]] void fail(int report) {
    const int error = errno;
    [[maybe_unused]] const ssize_t sent = ::write(report, &error, sizeof error);
    ::_exit(127);
}

}  // namespace

pid_t spawn(const std::vector<std::string>& argv, const std::vector<std::string>& env, const int (&fds)[3],
            bool pdeathsig) {
    const std::string program = find_program(argv.at(0));
    const std::vector<std::string> variables = environment(env);
    const std::vector<char*> args = pointers(argv);
    const std::vector<char*> vars = pointers(variables);
    const pid_t parent = ::getpid();
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");

    const pid_t pid = ::fork();
    if (pid == 0) {
        ::setpgid(0, 0);
        // The parent may have died before prctl took effect.
        if (pdeathsig && (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent)) ::_exit(127);
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
        for (int i = 0; i < 3; ++i)
            if (::dup2(fds[i], i) < 0) fail(report[1]);
        // Asio does not set FD_CLOEXEC: without this a child would keep the tested program's connections
        // open.
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        ::execve(program.c_str(), args.data(), vars.data());
        fail(report[1]);
    }
    const int fork_error = errno;
    ::close(report[1]);
    if (pid < 0) {
        ::close(report[0]);
        throw std::system_error(fork_error, std::generic_category(), "fork");
    }
    ::setpgid(pid, pid);  // from both sides: whoever comes first
    int error = 0;
    ssize_t got;
    while ((got = ::read(report[0], &error, sizeof error)) < 0 && errno == EINTR) {
    }
    ::close(report[0]);
    if (got > 0) {
        ::waitpid(pid, nullptr, 0);
        throw std::system_error(error, std::generic_category(), program);
    }
    return pid;
}

}  // namespace curfew::testing
