#include "daemon/control/client.hpp"

#include <cerrno>
#include <utility>

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/control/json_reader.hpp"
#include "daemon/control/server.hpp"
#include "daemon/control/unix_address.hpp"

namespace curfew::daemon {
namespace {

core::Error failed(int error, std::string context) {
    return {{error, boost::system::generic_category()}, std::move(context)};
}

void allow(int descriptor, int option, core::Seconds time) {
    timeval value{};
    value.tv_sec = time.count();
    ::setsockopt(descriptor, SOL_SOCKET, option, &value, sizeof value);
}

std::string octal(unsigned mode) {
    std::string text = "0";
    for (int shift = 6; shift >= 0; shift -= 3) text += static_cast<char>('0' + (mode >> shift & 7));
    return text;
}

// "it belongs to root:adm and has the mode 0660"
std::string whose(const config::Control& control) {
    struct stat there {};
    if (::lstat(control.socket.c_str(), &there) == 0) {
        const passwd* user = ::getpwuid(there.st_uid);
        const std::string owner = user != nullptr ? user->pw_name : std::to_string(there.st_uid);
        const group* group = ::getgrgid(there.st_gid);
        const std::string of = group != nullptr ? group->gr_name : std::to_string(there.st_gid);
        return "it belongs to " + owner + ":" + of + " and has the mode " + octal(there.st_mode & 0777);
    }
    return "its directory is closed to you; by the configuration it belongs to " +
           control.owner.value_or("whoever runs the daemon") + ":" + control.group.value_or("their group") +
           " and has the mode " + octal(control.mode);
}

core::Error not_connected(int error, const config::Control& control) {
    const auto& path = control.socket;
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return failed(error, "there is no socket " + path +
                                     ": the daemon does not run, or runs with another "
                                     "configuration");
        case ECONNREFUSED: return failed(error, "nobody listens on " + path + ": the daemon does not run");
        case EACCES:
        case EPERM: return failed(error, "no right to talk to " + path + ": " + whose(control));
        case EAGAIN:
            return failed(error, "the daemon does not take the connection to " + path + "; does it hang?");
        default: return failed(error, path);
    }
}

}  // namespace

core::Result<ControlClient> ControlClient::connect(const config::Control& control, Patience patience) {
    const auto address = UnixAddress::of(control.socket);
    if (!address) return address.error();
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failed(errno, "socket");
    ControlClient client{descriptor, control.socket};
    allow(descriptor, SO_SNDTIMEO, patience.connect);  // connect(2) waits as long for a place in the queue
    if (::connect(descriptor, address->get(), address->size()) != 0) return not_connected(errno, control);
    allow(descriptor, SO_RCVTIMEO, patience.silence);
    return client;
}

ControlClient::~ControlClient() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

ControlClient::ControlClient(ControlClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      received_(std::move(other.received_)) {}

void ControlClient::leave() {
    ::shutdown(descriptor_, SHUT_RDWR);
}

core::Result<std::string> ControlClient::next_line() {
    std::size_t searched = 0;
    for (;;) {
        const auto end = received_.find('\n', searched);
        if (end != std::string::npos) {
            auto line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        searched = received_.size();
        if (searched > longest_control_reply)
            return failed(EMSGSIZE, "the daemon's answer is longer than a reply may be");
        char piece[64 * 1024];
        const auto length = ::recv(descriptor_, piece, sizeof piece, 0);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0 && errno == EAGAIN)
            return failed(ETIMEDOUT,
                          "the daemon does not answer on " + path_ + "; what was asked may still happen");
        if (length <= 0)
            return failed(length < 0 ? errno : ECONNRESET,
                          "the daemon closed the connection on " + path_ + " before its answer was complete");
        received_.append(piece, static_cast<std::size_t>(length));
    }
}

core::Result<ControlAnswer> ControlClient::ask(const std::string& request,
                                               const std::function<void(const std::string&)>& each) {
    const std::string text = request + "\n";
    // Who is refused before everything is sent finds the reason in the answer.
    for (std::size_t sent = 0; sent < text.size();) {
        const auto length = ::send(descriptor_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0 && errno == EAGAIN) return failed(ETIMEDOUT, "the daemon does not read from " + path_);
        if (length < 0) break;
        sent += static_cast<std::size_t>(length);
    }
    for (;;) {
        auto line = next_line();
        if (!line) return line.error();
        const auto json = JsonReader::read(*line);
        if (!json) return failed(EPROTO, "the daemon's answer on " + path_ + ": " + json.error().context);
        if (!json->has("done") && !json->has("error")) {
            each(*line);
            continue;
        }
        ControlAnswer answer;
        const auto last = json->object(json->has("error") ? "error" : "done");
        const auto exit = last ? last->count("exit") : 0;
        if (exit > 255) last->wrong("exit", "is no exit status");
        answer.exit = static_cast<int>(exit);
        if (last && json->has("error")) {
            answer.error = last->text("message");
            answer.error_name = last->text("name");
        }
        if (const auto fine = json->finish(); !fine)
            return failed(EPROTO, "the daemon's answer on " + path_ + ": " + fine.error().context);
        return answer;
    }
}

}  // namespace curfew::daemon
