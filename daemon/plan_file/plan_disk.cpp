// Plan files on the disk.
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/plan_file/plan_text.hpp"

namespace curfew::daemon {
namespace {

core::Error last_error(const std::string& what, const std::string& path) {
    return {{errno, boost::system::system_category()}, what + " " + path};
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

  private:
    int number_;
};

// Gone when it is done with, unless it was renamed.
class Draft {
  public:
    explicit Draft(std::string path) : path_(std::move(path)) {}
    ~Draft() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    void kept() { path_.clear(); }

  private:
    std::string path_;
};

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

core::Result<void> write_plan_file(const std::string& path, const PlanFile& plan) {
    // A rename replaces whatever bears the name, were it /dev/stdout.
    struct stat there {};
    if (::lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
        return core::Error{boost::system::errc::make_error_code(boost::system::errc::file_exists),
                           path + " is no regular file"};
    const std::string text = plan_text(plan);
    if (text.size() > plan_max_bytes)
        return core::Error{boost::system::errc::make_error_code(boost::system::errc::file_too_large),
                           "the plan is larger than 64 MiB"};

    std::string name = path + ".XXXXXX";
    const Descriptor file{::mkostemp(name.data(), O_CLOEXEC)};  // 0600
    if (file.number() < 0) return last_error("creating a file beside", path);
    Draft draft{name};
    if (!write_all(file.number(), text) || ::fsync(file.number()) != 0) return last_error("writing", path);
    if (::rename(name.c_str(), path.c_str()) != 0) return last_error("writing", path);
    draft.kept();
    const auto parent = std::filesystem::path(path).parent_path().string();
    const Descriptor directory{
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.number() < 0 || ::fsync(directory.number()) != 0) return last_error("writing", path);
    return {};
}

core::Result<PlanFile> read_plan_file(const std::string& path) {
    // Without waiting for the other end, were it a FIFO.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat about {};
    if (file.number() < 0 || ::fstat(file.number(), &about) != 0) return last_error("reading", path);
    if (!S_ISREG(about.st_mode))
        return core::Error{boost::system::errc::make_error_code(boost::system::errc::invalid_argument),
                           path + " is no regular file"};
    std::string text;
    std::string chunk(std::size_t{1} << 16U, '\0');
    while (text.size() <= plan_max_bytes) {
        const auto length = ::read(file.number(), chunk.data(), chunk.size());
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return last_error("reading", path);
        if (length == 0) break;
        text.append(chunk, 0, static_cast<std::size_t>(length));
    }
    auto plan = read_plan_text(text);
    if (!plan) return core::Error{plan.error().code, path + ", " + plan.error().context};
    return plan;
}

}  // namespace curfew::daemon
