#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace curfew::testing {

// A fresh directory cf-XXXXXX, removed with all it holds. In /tmp, because Samba and krb5 put Unix sockets
// into it, and a socket's path ends at 107 bytes; or inside another one, to be gone with that after a crash.
class TempDir {
  public:
    explicit TempDir(const std::filesystem::path& parent = "/tmp");
    ~TempDir();
    TempDir(TempDir&& other) noexcept;
    TempDir& operator=(TempDir&& other) noexcept;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    // Writes a file inside, mode 0600 unless told otherwise, and returns its path.
    std::filesystem::path write(std::string_view name, std::string_view text, unsigned mode = 0600) const;
    std::filesystem::path make_dir(std::string_view name, unsigned mode = 0700) const;

  private:
    std::filesystem::path path_;
};

// The whole file; empty when there is none.
std::string read_file(const std::filesystem::path& path);

}  // namespace curfew::testing
