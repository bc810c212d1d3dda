#include <utility>

#include "config/decode/map_reader.hpp"
#include "config/decode/path.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

// The room of sockaddr_un, less the zero at its end.
constexpr std::size_t longest_socket = 107;

constexpr std::uint32_t readable_and_writable = 0666;
constexpr std::uint32_t of_others = 0006;

constexpr std::string_view a_mode = "an octal mode in quotes such as `\"0660\"`";

std::optional<std::string> read_socket(const Value& value) {
    auto path = read_path(value);
    if (!path || path->size() <= longest_socket) return path;
    value.error("expected a path of at most " + std::to_string(longest_socket) +
                " bytes, as sockets have it, found " + std::to_string(path->size()) +
                " bytes: " + quote(*path));
    return std::nullopt;
}

// In quotes, for to YAML `0660` is six hundred and sixty, and to older readers of YAML 432.
std::optional<std::uint32_t> read_file_mode(const Value& value) {
    const std::string& text = value.node().text;
    const auto style = value.node().style;
    const bool quoted = style == yaml::Style::single_quoted || style == yaml::Style::double_quoted;
    const bool octal = (text.size() == 3 || (text.size() == 4 && text.front() == '0')) &&
                       text.find_first_not_of("01234567") == std::string::npos;
    if (!value.is_scalar() || !quoted || !octal) {
        value.expected(a_mode);
        return std::nullopt;
    }
    std::uint32_t mode = 0;
    for (const char digit : text) mode = mode * 8 + static_cast<std::uint32_t>(digit - '0');
    if ((mode & ~readable_and_writable) != 0) {
        value.error(
            "a socket is read and written and not executed; expected a mode within `\"0666\"`, found " +
            quote(text));
        return std::nullopt;
    }
    if ((mode & of_others) != 0)
        value.warning(
            "everybody on this machine may talk to the daemon, and hold, resume and end sessions; give the "
            "socket a `group` and the mode `\"0660\"`");
    return mode;
}

}  // namespace

std::optional<Control> read_control(const Value& value) {
    Control control;
    MapReader map(value, "a map with `socket`, `owner`, `group` and `mode`");
    const auto socket = map.required("socket", "write `socket: /run/curfew/control.sock`");
    const auto owner = map.optional("owner");
    const auto group = map.optional("group");
    const auto mode = map.optional("mode");
    map.finish();
    std::optional<std::string> path;
    if (socket) path = read_socket(*socket);
    if (owner) control.owner = read_name(*owner, "the name of a user of this machine");
    if (group) control.group = read_name(*group, "the name of a group of this machine");
    if (mode) control.mode = read_file_mode(*mode).value_or(control.mode);
    if (!path) return std::nullopt;
    control.socket = std::move(*path);
    return control;
}

}  // namespace curfew::config
