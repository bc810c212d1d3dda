#include <algorithm>

#include "config/tests/parts.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Known::Known(const Config& config) : config_(config), goes_by_the_clock_(!config.schedules.empty()) {
    for (const Server& server : config.servers) {
        servers_.push_back(server.traits.name);
        tags_.insert(tags_.end(), server.traits.tags.begin(), server.traits.tags.end());
    }
    for (const policy::Rule& rule : config.policy.rules) {
        rules_.push_back(rule.key.name);
        goes_by_the_clock_ = goes_by_the_clock_ || rule.from || rule.until;
    }
}

const Server* Known::server(std::string_view name) const {
    const auto found = std::find_if(
        config_.servers.begin(), config_.servers.end(),
        [&](const Server& server) { return core::fold_case(server.traits.name) == core::fold_case(name); });
    return found == config_.servers.end() ? nullptr : &*found;
}

std::string Known::near(const std::string& text, const std::vector<std::string_view>& names) {
    return suggestions_left_-- > 0 ? did_you_mean(text, names) : std::string();
}
std::string Known::near_server(const std::string& name) {
    return near(name, servers_);
}
std::string Known::near_rule(const std::string& name) {
    return near(name, rules_);
}
std::string Known::near_tag(const std::string& tag) {
    return near(tag, tags_);
}
bool Known::has_rule(const std::string& name) const {
    return contains(rules_, name);
}
bool Known::has_tag(const std::string& tag) const {
    return contains(tags_, tag);
}

}  // namespace curfew::config
