#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/path.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {

std::optional<Audit> read_audit(const Value& value) {
    Audit audit;
    MapReader map(value, "a map with `path` and `keep`");
    const auto path = map.required("path", "write `path: /var/lib/curfew/audit.db`");
    const auto keep = map.optional("keep");
    map.finish();
    std::optional<std::string> file;
    if (path) file = read_path(*path);
    if (keep) audit.keep = read_duration(*keep, {day, longest_duration}).value_or(audit.keep);
    if (!file) return std::nullopt;
    audit.path = std::move(*file);
    return audit;
}

}  // namespace curfew::config
