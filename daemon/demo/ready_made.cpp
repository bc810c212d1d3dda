#include "daemon/demo/ready_made.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "core/smb/crypto.hpp"

namespace curfew::daemon {
namespace {

core::Error failed(std::string doing) {
    return {{errno, boost::system::system_category()}, std::move(doing)};
}

// Written whole beside its place and then put there: whoever reads it finds all of it or the one before.
core::Result<void> write_file(const std::string& path, const std::string& text, mode_t mode) {
    const auto beside = path + ".new";
    ::unlink(beside.c_str());
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (file < 0) return failed("creating " + beside);
    const auto written = ::write(file, text.data(), text.size());
    const bool good = ::close(file) == 0 && written == static_cast<ssize_t>(text.size());
    if (!good || ::rename(beside.c_str(), path.c_str()) != 0) return failed("writing " + path);
    return {};
}

std::string single_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string{"''"} : std::string(1, c);
    return quoted + "'";
}

}  // namespace

core::Result<std::unique_ptr<ReadyMade>> ReadyMade::in(const std::string& directory) {
    if (!directory.empty()) {
        std::error_code error;
        std::filesystem::create_directories(directory, error);
        if (error)
            return core::Error{{error.value(), boost::system::system_category()}, "creating " + directory};
        return std::unique_ptr<ReadyMade>{
            new ReadyMade{std::filesystem::absolute(directory).string(), false}};
    }
    auto name = (std::filesystem::temp_directory_path() / "curfew-demo-XXXXXX").string();
    if (!::mkdtemp(name.data())) return failed("creating " + name);
    return std::unique_ptr<ReadyMade>{new ReadyMade{name, true}};
}

ReadyMade::~ReadyMade() {
    if (!temporary_) return;
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

core::Result<void> ReadyMade::write_password(const std::string& password) {
    return write_file(directory_ + "/lab.password", password + "\n", 0600);
}

core::Result<std::string> ReadyMade::write_configuration(core::lab::LabFleet& lab,
                                                         const std::string& policy) {
    const auto path = directory_ + "/curfew.yaml";
    const auto account = lab.scenario().domain + "\\" + lab.scenario().accounts.front().name;
    if (auto written = write_file(path, policy + "\n" + servers_yaml(lab, account), 0644); !written)
        return written.error();
    return path;
}

std::string servers_yaml(core::lab::LabFleet& lab, const std::string& account) {
    std::string text = "servers:\n";
    const auto port = std::to_string(lab.port());
    for (const auto& server : lab.servers()) {
        text += "  - {name: " + single_quoted(server.name()) + ", address: \"" + server.address() + ":" +
                port + "\"";
        if (!server.tags().empty()) {
            text += ", tags: [";
            for (const auto& tag : server.tags())
                text += (&tag == &server.tags().front() ? "" : ", ") + single_quoted(tag);
            text += "]";
        }
        text += "}\n";
    }
    text += "\ncredentials:\n  default:\n    ntlm: {username: " + single_quoted(account) +
            ", password_file: lab.password}\n";
    return text;
}

std::string drawn_password() {
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    std::array<std::uint8_t, 24> dice{};
    core::smb::random_bytes(dice);
    std::string password;
    for (const auto die : dice) password += letters[die % letters.size()];
    return password;
}

}  // namespace curfew::daemon
