#include "core/auth/secret.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/errors/smb_error.hpp"

namespace curfew::core {
namespace {

constexpr std::string_view from_service_manager = "credential:";
constexpr std::size_t longest_secret = 4096;

Error refused(const std::string& path, const std::string& why) {
    return {make_error_code(SmbError::authentication), path + ": " + why};
}

std::string system_message(int number) {
    return boost::system::system_category().message(number);
}

struct Descriptor {
    int fd = -1;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

// The open file is judged, not its name: what is checked is what is read.
std::optional<Error> judge(int fd, const std::string& path, bool by_service_manager) {
    struct stat about {};
    if (::fstat(fd, &about) != 0) return refused(path, system_message(errno));
    if (!S_ISREG(about.st_mode)) return refused(path, "not a regular file");
    // systemd makes these files 0440 at most, in a directory that only the service can enter.
    const mode_t others = by_service_manager ? S_IRWXO | S_IWGRP : S_IRWXG | S_IRWXO;
    if (about.st_mode & others) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(about.st_mode & 07777));
        return refused(path, std::string{"others may read or change it (mode "} + mode + "); chmod 600 it");
    }
    if (about.st_uid != 0 && about.st_uid != ::geteuid()) {
        return refused(path, "it belongs to another user (uid " + std::to_string(about.st_uid) +
                                 "); chown it to root or to the user curfew runs as");
    }
    return std::nullopt;
}

struct Opened {
    std::string path;
    int fd = -1;
};

Result<Opened> open_checked(std::string_view where, Descriptor& descriptor) {
    std::string path{where};
    const bool by_service_manager = where.starts_with(from_service_manager);
    if (by_service_manager) {
        const std::string name{where.substr(from_service_manager.size())};
        const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
        if (directory == nullptr) {
            return refused(path,
                           "$CREDENTIALS_DIRECTORY is not set; LoadCredential= in the unit provides it");
        }
        if (name.empty() || name.find('/') != std::string::npos)
            return refused(path, "not a credential's name");
        path = std::string{directory} + "/" + name;
    }
    descriptor.fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor.fd < 0) return refused(path, system_message(errno));
    if (auto reason = judge(descriptor.fd, path, by_service_manager)) return *std::move(reason);
    return Opened{path, descriptor.fd};
}

}  // namespace

void Secret::wipe() {
    OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
}

Result<std::string> checked_secret_path(std::string_view where) {
    Descriptor descriptor;
    auto opened = open_checked(where, descriptor);
    if (!opened) return opened.error();
    return opened->path;
}

std::string secret_version(std::string_view where) {
    Descriptor descriptor;
    const auto opened = open_checked(where, descriptor);
    struct stat about {};
    if (!opened || ::fstat(opened->fd, &about) != 0) return {};
    const auto nanoseconds = [](const timespec& time) {
        return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
    };
    return std::to_string(about.st_ino) + ":" + nanoseconds(about.st_mtim) + ":" + nanoseconds(about.st_ctim);
}

Result<Secret> read_secret(std::string_view where) {
    Descriptor descriptor;
    const auto opened = open_checked(where, descriptor);
    if (!opened) return opened.error();
    std::array<char, longest_secret + 1> buffer{};
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto got = ::read(opened->fd, buffer.data() + size, buffer.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refused(opened->path, system_message(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    std::string_view text{buffer.data(), size};
    text = text.substr(0, text.find_first_of("\r\n"));
    const bool usable = !text.empty() && size <= longest_secret && text.find('\0') == std::string_view::npos;
    Secret secret{usable ? text : std::string_view{}};
    OPENSSL_cleanse(buffer.data(), buffer.size());
    if (!usable) return refused(opened->path, "no password on its first line, or more than 4 KiB");
    return secret;
}

}  // namespace curfew::core
