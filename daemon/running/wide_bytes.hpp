#pragma once
// Names from the wire need not be UTF-8, and JSON has nothing else: bytes above ASCII go as the code points
// of the same number.

#include <optional>
#include <string>
#include <string_view>

namespace curfew::daemon {

std::string widened(std::string_view bytes);
std::optional<std::string> narrowed(std::string_view text);  // empty where it is not such a text

}  // namespace curfew::daemon
