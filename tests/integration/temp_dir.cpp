#include "tests/integration/temp_dir.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curfew::testing {
namespace {

void remove_tree(const std::filesystem::path& path) {
    if (path.empty()) return;
    std::error_code ignored;  // a directory left behind is no reason to abort in a destructor
    std::filesystem::remove_all(path, ignored);
}

}  // namespace

TempDir::TempDir(const std::filesystem::path& parent) {
    std::string name = parent / "cf-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), "mkdtemp");
    path_ = name;
}

TempDir::~TempDir() {
    remove_tree(path_);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
    if (this != &other) {
        remove_tree(path_);
        path_ = std::exchange(other.path_, {});
    }
    return *this;
}

std::filesystem::path TempDir::write(std::string_view name, std::string_view text, unsigned mode) const {
    const auto file = path_ / name;
    // Created with its mode, not changed afterwards: a password is never readable, not for a moment.
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), file.string());
    ::fchmod(fd, mode);
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(fd);
    if (!written) throw std::runtime_error("cannot write " + file.string());
    return file;
}

std::filesystem::path TempDir::make_dir(std::string_view name, unsigned mode) const {
    const auto dir = path_ / name;
    std::filesystem::create_directories(dir);
    ::chmod(dir.c_str(), mode);
    return dir;
}

std::string read_file(const std::filesystem::path& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    return text.str();
}

}  // namespace curfew::testing
