#pragma once
// A password in memory: wiped when it goes, never printed, never copied by accident.

#include <string>
#include <string_view>

#include "core/errors/error.hpp"

namespace curfew::core {

class Secret {
  public:
    explicit Secret(std::string_view text) : text_(text) {}
    ~Secret() { wipe(); }
    Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }
    Secret& operator=(Secret&&) = delete;

    std::string_view expose() const { return text_; }

  private:
    void wipe();
    std::string text_;
};

// Where a secret stands: a path, or `credential:NAME` for the credentials directory of the service manager
// ($CREDENTIALS_DIRECTORY/NAME). Refused is a file that anybody but its owner could read or write, one that
// belongs to neither root nor the user who runs curfew, and anything that is not a regular file.
Result<std::string> checked_secret_path(std::string_view where);

// Another text whenever the file is another one: what was read from it may be out of date. Empty when it
// cannot be read.
std::string secret_version(std::string_view where);

// The first line of the file, without its end. At most 4 KiB.
Result<Secret> read_secret(std::string_view where);

}  // namespace curfew::core
