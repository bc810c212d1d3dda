#include "daemon/demo/ready_made.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

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
    if (good && ::rename(beside.c_str(), path.c_str()) == 0) return {};
    const auto error = failed("writing " + path);
    ::unlink(beside.c_str());
    return error;
}

std::string single_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string{"''"} : std::string(1, c);
    return quoted + "'";
}

// A configuration's files are limited in size.
constexpr std::size_t servers_in_a_file = 5'000;

std::string servers_from(core::lab::LabFleet& lab, std::size_t first) {
    const auto port = std::to_string(lab.port());
    const auto end = std::min(first + servers_in_a_file, lab.servers().size());
    std::string text = "# Made by curfew lab at each start.\n";
    for (std::size_t i = first; i < end; ++i) {
        const auto& server = lab.servers()[i];
        text += "- {name: " + single_quoted(server.name()) + ", address: \"" + server.address() + ":" + port +
                "\"";
        std::string tags;
        for (const auto& tag : server.tags()) tags += (tags.empty() ? "" : ", ") + single_quoted(tag);
        if (!tags.empty()) text += ", tags: [" + tags + "]";
        text += "}\n";
    }
    return text;
}

// Those of a larger lab before.
core::Result<void> remove_servers(const std::string& directory) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with("servers-") || !name.ends_with(".yaml")) continue;
        std::filesystem::remove(entry.path(), error);
        if (error) break;
    }
    if (error) return core::Error{{error.value(), boost::system::system_category()}, "clearing " + directory};
    return {};
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

core::Result<void> ReadyMade::write_passwords(const std::vector<core::lab::Account>& accounts) {
    for (const auto& account : accounts) {
        const auto path = directory_ + "/" + account.name + ".password";
        if (auto written = write_file(path, account.password + "\n", 0600); !written) return written.error();
    }
    return {};
}

core::Result<std::string> ReadyMade::write_configuration(core::lab::LabFleet& lab,
                                                         const std::string& policy) {
    if (auto cleared = remove_servers(directory_); !cleared) return cleared.error();
    for (std::size_t first = 0; first < lab.servers().size(); first += servers_in_a_file) {
        const auto path = directory_ + "/servers-" + std::to_string(first / servers_in_a_file + 1) + ".yaml";
        if (auto written = write_file(path, servers_from(lab, first), 0644); !written) return written.error();
    }
    const auto path = directory_ + "/curfew.yaml";
    if (std::filesystem::exists(path)) return path;
    const auto& account = asking_account(lab.scenario().accounts).name;
    const auto ends =
        "\nservers:\n  - file: servers-*.yaml\n\ncredentials:\n  default:\n    ntlm: {username: " +
        single_quoted(lab.scenario().domain + "\\" + account) +
        ", password_file: " + single_quoted(account + ".password") + "}\n";
    if (auto written = write_file(path, policy + ends, 0644); !written) return written.error();
    return path;
}

const core::lab::Account& asking_account(const std::vector<core::lab::Account>& accounts) {
    const auto found = std::find_if(accounts.begin(), accounts.end(), [](const auto& account) {
        return account.rights == core::lab::Rights::administrator;
    });
    return found == accounts.end() ? accounts.front() : *found;
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
