#include <utility>

#include "config/decode/map_reader.hpp"
#include "config/decode/range.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"
#include "core/session.hpp"

namespace curfew::config {
namespace {

using policy::Condition;

constexpr std::string_view a_pattern = "a pattern such as `svc-*`";
constexpr std::string_view a_condition = "a map of conditions such as `{idle: 30m}`";

// Which list it is and whether there is one is judged when all are known: here it is only not there.
template <class Pattern>
std::optional<Pattern> list_named(const std::string& text, const Value& at, Draft& draft) {
    const std::string name = text.substr(list_prefix.size());
    draft.list_mentions.push_back({name, at});
    const auto found = draft.lists.find(name);
    if (found == draft.lists.end()) return std::nullopt;
    return found->second.as<Pattern>(text, draft.expressions);
}

template <class Pattern> std::optional<Pattern> read_pattern(const Value& value, Empty empty, Draft& draft) {
    const auto text = read_name(value, a_pattern, empty);
    if (!text) return std::nullopt;
    if (text->starts_with(list_prefix)) return list_named<Pattern>(*text, value, draft);
    if (means_a_list(*text)) {
        value.error("expected " + quote(list_prefix) + " in small letters before the name of a list, found " +
                    quote(*text));
        return std::nullopt;
    }
    if (!text->starts_with('/') && text->find(", ") != std::string::npos)
        value.warning("the comma is a part of this pattern; several are written as a list, `[a, b]`");
    if constexpr (std::is_same_v<Pattern, policy::UserPattern>) {
        if (!text->starts_with('/') && text->find("\\\\") != std::string::npos) {
            value.error(
                "no user's name holds two backslashes in a row; in single quotes and in none one is "
                "written once, such as `'CORP\\anna'`");
            return std::nullopt;
        }
    }
    auto pattern = draft.expressions.compile<Pattern>(*text);
    if (pattern) return std::move(*pattern);
    const std::string& problem = pattern.error().message;
    const bool names_it = problem.find(*text) != std::string::npos;
    value.error(names_it ? problem : quote(*text) + ": " + problem);
    return std::nullopt;
}

// Collects the parts of one map. A part that did not decode has complained already; the condition without it
// would be another one, so then there is none.
class Parts {
  public:
    Parts(MapReader& map, Draft& draft) : map_(map), draft_(draft) {}

    void read_all();
    bool good() const { return good_; }
    std::vector<Condition> take() { return std::move(parts_); }

  private:
    template <class Node> void add(std::optional<Node> node) {
        if (node)
            parts_.push_back(Condition{std::move(*node)});
        else
            good_ = false;
    }
    template <class Node, class Pattern> void patterns(std::string_view key, Empty empty);
    template <class Node> void range(std::string_view key);
    void flag(std::string_view key, std::uint32_t flag);
    void servers();
    void tags();
    void schedules();
    void list(std::string_view key);
    void negation();

    MapReader& map_;
    Draft& draft_;
    std::vector<Condition> parts_;
    bool good_ = true;
};

std::optional<Condition> read_map(MapReader& map, Draft& draft) {
    Parts parts(map, draft);
    parts.read_all();
    map.finish();
    if (!map.ok() || !parts.good()) return std::nullopt;
    auto conditions = parts.take();
    if (conditions.empty()) return std::nullopt;  // nothing but unknown keys
    if (conditions.size() == 1) return std::move(conditions.front());
    return Condition{policy::AllOf{std::move(conditions)}};
}

template <class Node, class Pattern> void Parts::patterns(std::string_view key, Empty empty) {
    const auto value = map_.optional(key);
    if (!value) return;
    Node node;
    const auto items = one_or_many(*value, a_pattern);
    for (const Value& item : items)
        if (auto pattern = read_pattern<Pattern>(item, empty, draft_))
            node.any_of.push_back(std::move(*pattern));
    good_ = good_ && !items.empty() && node.any_of.size() == items.size();
    parts_.push_back(Condition{std::move(node)});
}

void Parts::servers() {
    const auto value = map_.optional("server");
    if (!value) return;
    policy::ServerMatches node;
    const auto items = one_or_many(*value, a_pattern);
    for (const Value& item : items) {
        auto pattern = read_pattern<policy::NamePattern>(item, Empty::refused, draft_);
        if (!pattern) continue;
        if (!pattern->text().starts_with(list_prefix))
            draft_.server_patterns.push_back({pattern->text(), item});
        node.any_of.push_back(std::move(*pattern));
    }
    good_ = good_ && !items.empty() && node.any_of.size() == items.size();
    parts_.push_back(Condition{std::move(node)});
}

void Parts::tags() {
    const auto value = map_.optional("tags");
    if (!value) return;
    policy::HasTag node;
    const auto items = one_or_many(*value, "a tag");
    for (const Value& item : items) {
        auto tag = read_name(item, "a tag");
        if (!tag) continue;
        draft_.tags.push_back({*tag, item});
        node.any_of.push_back(std::move(*tag));
    }
    good_ = good_ && !items.empty() && node.any_of.size() == items.size();
    parts_.push_back(Condition{std::move(node)});
}

void Parts::schedules() {
    const auto value = map_.optional("schedule");
    if (!value) return;
    policy::InSchedule node;
    const auto items = one_or_many(*value, "the name of a schedule");
    for (const Value& item : items) {
        auto name = read_name(item, "the name of a schedule");
        if (!name) continue;
        const auto found = draft_.schedules.find(*name);
        draft_.schedule_mentions.push_back({std::move(*name), item});
        if (found != draft_.schedules.end() && found->second.schedule)
            node.any_of.push_back(found->second.schedule);
    }
    good_ = good_ && !items.empty() && node.any_of.size() == items.size();
    parts_.push_back(Condition{std::move(node)});
}

template <class Node> void Parts::range(std::string_view key) {
    const auto value = map_.optional(key);
    if (!value) return;
    std::optional<Node> node;
    if constexpr (std::is_same_v<Node, policy::OpenFilesIn>) {
        if (auto range = read_count_range(*value)) node = Node{*range};
    } else if constexpr (std::is_same_v<Node, policy::IdleIn>) {
        node = read_idle(*value);
    } else {
        if (auto range = read_duration_range(*value)) node = Node{*range};
    }
    add(std::move(node));
}

void Parts::flag(std::string_view key, std::uint32_t flag) {
    const auto value = map_.optional(key);
    if (!value) return;
    std::optional<policy::FlagIs> node;
    if (const auto set = read_bool(*value)) node = policy::FlagIs{flag, *set};
    add(std::move(node));
}

void Parts::list(std::string_view key) {
    const auto value = map_.optional(key);
    if (!value) return;
    if (!value->is_list() || value->node().items.empty()) {
        value->expected("a list of conditions such as `[{user: anna}, {idle: 30m}]`");
        good_ = false;
        return;
    }
    std::vector<Condition> conditions;
    for (std::size_t i = 0; i < value->node().items.size(); ++i) {
        MapReader map(value->item(i), a_condition);
        if (auto condition = read_map(map, draft_))
            conditions.push_back(std::move(*condition));
        else
            good_ = false;
    }
    if (key == "any")
        parts_.push_back(Condition{policy::AnyOf{std::move(conditions)}});
    else
        parts_.push_back(Condition{policy::AllOf{std::move(conditions)}});
}

void Parts::negation() {
    const auto value = map_.optional("not");
    if (!value) return;
    MapReader map(*value, "a map with one condition such as `{user: 'svc-*'}`");
    auto condition = read_map(map, draft_);
    if (map.ok() && value->node().entries.size() > 1) {
        value->error(
            "`not` takes one key, for several are read in two ways; write `not: {any: [{…}, {…}]}` when none "
            "of "
            "them may hold, `not: {all: [{…}, {…}]}` when they may not all hold at once");
        condition.reset();
    }
    if (!condition) {
        good_ = false;
        return;
    }
    parts_.push_back(Condition{policy::Not{std::make_shared<const Condition>(std::move(*condition))}});
}

void Parts::read_all() {
    patterns<policy::UserMatches, policy::UserPattern>("user", Empty::allowed);
    patterns<policy::ClientMatches, policy::ClientPattern>("client", Empty::refused);
    servers();
    patterns<policy::TransportMatches, policy::NamePattern>("transport", Empty::allowed);
    patterns<policy::ClientTypeMatches, policy::NamePattern>("client_type", Empty::allowed);
    tags();
    range<policy::IdleIn>("idle");
    range<policy::QuietIn>("quiet");
    range<policy::ConnectedIn>("connected");
    range<policy::OpenFilesIn>("open_files");
    flag("guest", core::sess_guest);
    flag("plaintext_password", core::sess_noencryption);
    schedules();
    if (const auto value = map_.optional("concurrent")) add(read_concurrent(*value));
    list("any");
    list("all");
    negation();
}

}  // namespace

std::optional<Condition> read_when(const Value& value, Draft& draft) {
    if (value.is_scalar() && value.node().text == "any") return Condition{policy::Always{}};
    if (!value.is_map() || value.node().entries.empty()) {
        value.expected(std::string(a_condition) + ", or `when: any` for every session");
        return std::nullopt;
    }
    MapReader map(value, a_condition);
    return read_map(map, draft);
}

void read_protect(const Value& value, Draft& draft) {
    if (!value.is_list() || value.node().items.empty()) {
        value.expected("a list of conditions such as `[{user: 'svc-*'}]`");
        return;
    }
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Value item = value.item(i);
        MapReader map(item, "a map of conditions such as `{user: 'svc-*', reason: service accounts}`");
        policy::Protection protection;
        const auto reason = map.optional("reason");
        if (reason) protection.reason = read_prose(*reason, "a reason in words").value_or("");
        if (reason && item.node().entries.size() == 1)
            item.error(
                "a condition is missing beside `reason`; write whom to protect, such as `user: 'svc-*'`");
        if (auto condition = read_map(map, draft)) {
            if (!policy::all_concurrent(*condition).empty())
                item.error(
                    "`concurrent` protects nobody, for whoever is protected is not counted; write a rule "
                    "with `then: keep`");
            protection.when = std::move(*condition);
            draft.config.policy.protect.push_back(std::move(protection));
        }
    }
}

}  // namespace curfew::config
