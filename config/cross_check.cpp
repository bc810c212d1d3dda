#include <algorithm>
#include <set>
#include <tuple>

#include "config/sections.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

std::string place(const Value& value) {
    return value.file() + " line " + std::to_string(value.position().line);
}

// Looking for the closest of thousands of names is worth it for the first few slips, not for thousands.
class Suggestions {
  public:
    explicit Suggestions(std::vector<std::string_view> names) : names_(std::move(names)) {}
    std::string near(std::string_view name) {
        return left_-- > 0 ? did_you_mean(name, names_) : std::string();
    }

  private:
    std::vector<std::string_view> names_;
    int left_ = 20;
};

void check_server_names(const Draft& draft) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < draft.config.servers.size(); ++i) {
        const std::string& name = draft.config.servers[i].spec.name;
        const auto [first, fresh] = seen.emplace(core::fold_case(name), i);
        if (fresh) continue;
        draft.server_entries[i].error("the server " + quote(name) + " stands in " +
                                      place(draft.server_entries[first->second]) +
                                      " already; remove one of the two (case does not count)");
    }
}

void check_credentials(const Draft& draft) {
    std::vector<std::string_view> defined;
    for (const auto& [name, at] : draft.credentials) defined.push_back(name);
    Suggestions suggestions(std::move(defined));
    std::set<std::string_view> used;
    std::set<std::tuple<std::string, std::size_t, std::size_t>> complained;  // once for `server_defaults`
    for (std::size_t i = 0; i < draft.config.servers.size(); ++i) {
        const std::string& name = draft.config.servers[i].credentials;
        used.insert(name);
        if (draft.credentials.contains(name)) continue;
        const Value& at = draft.server_credentials[i];
        const Position position = at.position();
        if (!complained.emplace(position.file, position.line, position.column).second) continue;
        // The entry itself stands for the key that is not there.
        const bool implied = &at.node() == &draft.server_entries[i].node();
        at.error(
            "there is no " + quote(name) + " in `credentials`" +
            (implied ? ", which a server uses that names none; define it, or name another with `credentials:`"
                     : suggestions.near(name)));
    }
    if (draft.servers_incomplete) return;
    for (const auto& [name, at] : draft.credentials)
        if (!used.contains(name)) at.warning("no server uses these credentials");
}

void check_tags(const Draft& draft) {
    std::set<std::string_view> borne;
    for (const Server& server : draft.config.servers)
        borne.insert(server.traits.tags.begin(), server.traits.tags.end());
    Suggestions suggestions({borne.begin(), borne.end()});
    for (const Mention& mention : draft.tags)
        if (!borne.contains(mention.name))
            mention.at.error("no server bears the tag " + quote(mention.name) +
                             suggestions.near(mention.name));
}

template <class T>
void check_references(const std::vector<Mention>& mentions, const std::map<std::string, T>& defined,
                      std::string_view section) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : defined) names.push_back(name);
    Suggestions suggestions(std::move(names));
    for (const Mention& mention : mentions)
        if (!defined.contains(mention.name))
            mention.at.error("there is no " + quote(mention.name) + " in " + quote(section) +
                             suggestions.near(mention.name));
}

// Only of plain names: a pattern may be meant for servers to come.
void check_server_patterns(const Draft& draft) {
    std::set<std::string> folded;
    std::vector<std::string_view> names;
    for (const Server& server : draft.config.servers) {
        folded.insert(core::fold_case(server.spec.name));
        names.push_back(server.spec.name);
    }
    Suggestions suggestions(std::move(names));
    for (const Mention& mention : draft.server_patterns) {
        const bool plain =
            !mention.name.starts_with('/') && mention.name.find_first_of("*?[") == std::string::npos;
        if (plain && !folded.contains(core::fold_case(mention.name)))
            mention.at.warning("no server has the name " + quote(mention.name) +
                               suggestions.near(mention.name));
    }
}

void check_lists(const Draft& draft) {
    check_references(draft.list_mentions, draft.lists, "lists");
    std::set<std::string_view> used;
    for (const Mention& mention : draft.list_mentions) used.insert(mention.name);
    for (const auto& [name, list] : draft.lists)
        if (!used.contains(name)) list.at().warning("no condition uses this list");
}

template <class T>
void mark(std::vector<T>& defined, const std::vector<Mention>& mentions, std::string_view section) {
    std::set<std::string> used;
    for (const Mention& mention : mentions) used.insert(key_path(section, mention.name));
    for (T& one : defined) one.used = used.contains(one.path);
}

}  // namespace

void mark_used(Draft& draft) {
    mark(draft.config.calendars, draft.calendar_mentions, "calendars");
    mark(draft.config.schedules, draft.schedule_mentions, "schedules");
}

void cross_check(const Draft& draft) {
    check_server_names(draft);
    check_credentials(draft);
    check_lists(draft);
    check_references(draft.calendar_mentions, draft.calendars, "calendars");
    check_references(draft.schedule_mentions, draft.schedules, "schedules");
    if (draft.servers_incomplete) return;
    check_tags(draft);
    check_server_patterns(draft);
}

}  // namespace curfew::config
