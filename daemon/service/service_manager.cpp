#include "daemon/service/service_manager.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace curfew::daemon {
namespace {

constexpr timeval longest_wait{1, 0};

std::optional<std::string> take_variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    std::string text{value};
    ::unsetenv(name);
    return text;
}

std::optional<std::uint64_t> whole_number(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    std::uint64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

// The address as the kernel wants it; empty where the name is none of this protocol's.
std::string address_of(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool abstract = name.starts_with('@');
    if (name.size() < 2 || !(abstract || name.starts_with('/'))) return {};
    // A path ends with a zero byte, an abstract name begins with one and ends where it ends.
    const std::size_t size = abstract ? name.size() : name.size() + 1;
    if (size > sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, name.data(), name.size());
    if (abstract) address.sun_path[0] = '\0';
    std::string bytes(offsetof(sockaddr_un, sun_path) + size, '\0');
    std::memcpy(bytes.data(), &address, bytes.size());
    return bytes;
}

core::Error failed(int number, std::string context) {
    return {{number, boost::system::system_category()}, std::move(context)};
}

}  // namespace

ServiceEnvironment ServiceEnvironment::take() {
    return {take_variable("NOTIFY_SOCKET"), take_variable("WATCHDOG_USEC"), take_variable("WATCHDOG_PID")};
}

ServiceManager::ServiceManager(const ServiceEnvironment& environment, pid_t own_pid) {
    if (!environment.notify_socket) return;
    address_ = address_of(*environment.notify_socket);
    if (address_.empty()) {
        trouble_ = failed(EINVAL, "NOTIFY_SOCKET names no socket of the service manager");
        return;
    }
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0 ||
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof longest_wait) != 0) {
        trouble_ = failed(errno, "cannot make a socket to speak to the service manager");
        return;
    }
    if (!environment.watchdog_usec) return;
    const auto microseconds = whole_number(environment.watchdog_usec);
    const auto watched = whole_number(environment.watchdog_pid);
    if (environment.watchdog_pid && watched != static_cast<std::uint64_t>(own_pid)) return;
    constexpr std::uint64_t longest = std::uint64_t{1} << 53;
    if (!microseconds || *microseconds == 0 || *microseconds > longest) {
        trouble_ = failed(EINVAL, "WATCHDOG_USEC is no time");
        return;
    }
    const core::Milliseconds third{static_cast<std::int64_t>(*microseconds / 3000)};
    interval_ = std::max(third, core::Milliseconds{1});
}

ServiceManager::~ServiceManager() {
    if (socket_ >= 0) ::close(socket_);
}

bool ServiceManager::send(std::string_view message, Wait wait) const {
    if (socket_ < 0) return false;
    sockaddr_un address{};
    std::memcpy(&address, address_.data(), address_.size());
    const int flags = MSG_NOSIGNAL | (wait == Wait::never ? MSG_DONTWAIT : 0);
    ssize_t sent = -1;
    do {
        sent = ::sendto(socket_, message.data(), message.size(), flags,
                        reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(address_.size()));
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

void ServiceManager::ready() {
    send("READY=1", Wait::briefly);
}

void ServiceManager::reloading(core::SteadyTime now) {
    // The steady clock is CLOCK_MONOTONIC, as the service manager wants it.
    const auto since_boot = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(since_boot.count()), Wait::briefly);
}

void ServiceManager::reloaded() {
    send("READY=1", Wait::briefly);
}

void ServiceManager::stopping() {
    send("STOPPING=1", Wait::briefly);
}

void ServiceManager::status(std::string_view text) {
    std::string line{"STATUS="};
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        line += value < 0x20 || value == 0x7f ? ' ' : byte;
    }
    send(line, Wait::briefly);
}

void ServiceManager::progress(core::SteadyTime now) {
    if (!interval_) return;
    const std::lock_guard lock{progress_};
    if (said_ && now - *said_ < *interval_) return;
    // What could not be said is said the next time round.
    if (send("WATCHDOG=1", Wait::never)) said_ = now;
}

}  // namespace curfew::daemon
