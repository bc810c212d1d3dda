#include "daemon/control/find_control.hpp"

#include <filesystem>
#include <string_view>

#include "config/read_file.hpp"
#include "config/yaml/parse.hpp"

namespace curfew::daemon {
namespace {

namespace errc = boost::system::errc;
using config::yaml::Kind;
using config::yaml::Node;

core::Error bad(std::string context) {
    return {errc::make_error_code(errc::invalid_argument), std::move(context)};
}

std::string absolute(const std::string& path, const std::filesystem::path& directory) {
    return (std::filesystem::absolute(directory) / path).lexically_normal().string();
}

const Node* child(const Node& map, std::string_view key) {
    if (map.kind != Kind::map) return nullptr;
    for (const auto& entry : map.entries) {
        if (entry.key == key) return &entry.value;
    }
    return nullptr;
}

std::optional<std::string> text_of(const Node& map, std::string_view key) {
    const Node* value = child(map, key);
    if (value == nullptr || value->kind != Kind::scalar) return std::nullopt;
    return value->text;
}

std::uint32_t mode_of(const Node& map) {
    const auto text = text_of(map, "mode").value_or("0600");
    std::uint32_t mode = 0;
    for (const char digit : text) mode = mode * 8 + static_cast<std::uint32_t>(digit - '0') % 8;
    return mode & 0777;
}

}  // namespace

core::Result<FoundControl> find_control(const std::string& config, const std::optional<std::string>& socket) {
    FoundControl found;
    if (socket) {
        found.control.socket = absolute(*socket, ".");
        return found;
    }
    const auto text = config::read_file(config, config::yaml::max_bytes + 1);
    if (!text)
        return bad(config + ": " + text.error().message + "; --socket names the daemon's socket without it");
    config::Reporter reporter;
    const auto document = config::yaml::parse(config, *text, reporter);
    if (!document) {
        found.control.socket = usual_control_socket;
        found.remark = config + " cannot be read as YAML (see `curfew check`); asking " +
                       std::string{usual_control_socket} + ", unless --socket names another";
        return found;
    }
    const Node* control = child(document->root, "control");
    if (control == nullptr)
        return bad(config +
                   " has no `control:`, so the daemon cannot be talked to; write `control: {socket: " +
                   usual_control_socket + "}` and restart it, or name its socket by --socket");
    const auto path = text_of(*control, "socket");
    if (!path || path->empty())
        return bad(config + ": `control` names no `socket`; --socket names the daemon's without it");
    found.control.socket = absolute(*path, std::filesystem::path{config}.parent_path());
    found.control.owner = text_of(*control, "owner");
    found.control.group = text_of(*control, "group");
    found.control.mode = mode_of(*control);
    return found;
}

}  // namespace curfew::daemon
