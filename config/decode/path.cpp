#include "config/decode/path.hpp"

#include <filesystem>

#include "config/decode/scalars.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view from_service_manager = "credential:";

std::optional<std::string> absolute_path(const Value& value, const std::string& text,
                                         std::string_view instead) {
    if (text.starts_with('$') || text.starts_with('~')) {
        value.error("variables and `~` are not expanded in paths; write the path in full" +
                    std::string(instead));
        return std::nullopt;
    }
    const auto directory = std::filesystem::absolute(value.file()).parent_path();
    std::string path = (directory / text).lexically_normal().string();
    if (!path.ends_with('/')) return path;
    value.error("expected the path of a file, found that of a directory");
    return std::nullopt;
}

}  // namespace

std::optional<std::string> read_path(const Value& value) {
    const auto text = read_name(value, "the path of a file");
    if (!text) return std::nullopt;
    if (!text->starts_with(from_service_manager)) return absolute_path(value, *text, "");
    value.error("`credential:` is for secrets; write the path of a file");
    return std::nullopt;
}

std::optional<std::string> read_secret_path(const Value& value) {
    auto text = read_name(value, "the path of a file, or `credential:NAME`");
    if (!text) return std::nullopt;
    if (!text->starts_with(from_service_manager))
        return absolute_path(value, *text, ", or `credential:NAME` for $CREDENTIALS_DIRECTORY/NAME");
    const std::string_view name = std::string_view(*text).substr(from_service_manager.size());
    if (!name.empty() && name.find('/') == std::string_view::npos) return text;
    value.error("behind `credential:` comes the name of one of the service manager's credentials, found " +
                quote(name));
    return std::nullopt;
}

}  // namespace curfew::config
