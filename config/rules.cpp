#include <memory>
#include <utility>

#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/moment.hpp"
#include "config/decode/scalars.hpp"
#include "config/digest.hpp"
#include "config/files.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::array actions{Word<policy::Action>{"keep", policy::Action::keep},
                             Word<policy::Action>{"disconnect", policy::Action::disconnect}};

void read_words(MapReader& map, std::string_view key, std::string& out) {
    if (const auto value = map.optional(key)) out = read_prose(*value, "a text").value_or("");
}

std::optional<std::string> read_rule_name(const Value& value, Draft& draft) {
    auto name = read_name(value, "the name of a rule");
    if (!name) return std::nullopt;
    const auto [first, fresh] = draft.rule_names.emplace(*name, value);
    if (!fresh)
        value.error("a rule named " + quote(*name) + " stands in " + first->second.file() + " line " +
                    std::to_string(first->second.position().line) + " already; names are unique");
    return name;
}

std::optional<core::WallTime> read_moment(const Value& value, Draft& draft) {
    const auto text = read_name(value, a_moment);
    if (!text) return std::nullopt;
    const auto moment = parse_moment(*text, draft.zones);
    if (moment) return *moment;
    value.error(moment.error().message);
    return std::nullopt;
}

// How much was named before a rule.
struct Mentioned {
    std::size_t schedules;
    std::size_t lists;
    explicit Mentioned(const Draft& draft)
        : schedules(draft.schedule_mentions.size()), lists(draft.list_mentions.size()) {}
    bool operator==(const Mentioned&) const = default;
};

// Of the rule, of what the schedules mean that it names, and of who is on its lists: whoever changes those
// changes the rule.
std::string digest_of_rule(const Value& value, const Draft& draft, const Mentioned& before) {
    if (Mentioned(draft) == before) return digest_of(value.node());
    Digest digest;
    digest.add(digest_of(value.node()));
    for (std::size_t i = before.schedules; i < draft.schedule_mentions.size(); ++i)
        digest.add(draft.schedules.at(draft.schedule_mentions[i].name).digest);
    for (std::size_t i = before.lists; i < draft.list_mentions.size(); ++i)
        digest.add(draft.lists.at(draft.list_mentions[i].name).digest());
    return digest.hex();
}

std::optional<core::Seconds> read_hold(const Value& value) {
    const auto hold = read_parsed(value, "a duration such as `5m`", parse_duration);
    if (!hold || *hold > core::Seconds{0}) return hold;
    value.error("expected a duration of at least `1s`, found " + quote(value.node().text) +
                "; a rule that does not wait has no `for`");
    return std::nullopt;
}

// What the entry `- file:` says of the rules behind it.
struct Including {
    std::optional<policy::Condition> scope;
    std::optional<policy::Mode> mode;
    std::shared_ptr<const policy::Ceiling> at_most;
    std::string digest;  // of all that; empty: nothing is said
};

// Of somebody else's rule: narrower, and never more than the ceiling.
void lower(policy::Rule& rule, const Including& including) {
    if (including.scope)
        rule.when = policy::Condition{policy::AllOf{{*including.scope, std::move(rule.when)}}};
    if (including.mode == policy::Mode::observe && rule.then == policy::Action::disconnect)
        rule.mode = policy::Mode::observe;
    rule.at_most = including.at_most;
    if (including.digest.empty()) return;
    Digest digest;
    digest.add(rule.key.digest);
    digest.add(including.digest);
    rule.key.digest = digest.hex();
}

void read_rule(MapReader& map, const Including& including, Draft& draft) {
    policy::Rule rule;
    const auto name = map.required("name", "give the rule one, for logs and audit");
    const auto when = map.required("when", "write `when: any` for a rule about every session");
    const auto then = map.required("then", "write `then: disconnect` or `then: keep`");
    const auto hold = map.optional("for");
    const auto mode = map.optional("mode");
    const auto rollout = map.optional("rollout");
    const auto limits = map.optional("limits");
    const auto from = map.optional("from");
    const auto until = map.optional("until");
    read_words(map, "reason", rule.reason);
    read_words(map, "owner", rule.owner);
    read_words(map, "ticket", rule.ticket);
    map.finish();

    std::optional<std::string> text;
    std::optional<policy::Condition> condition;
    std::optional<policy::Action> action;
    if (name) text = read_rule_name(*name, draft);
    const Mentioned before(draft);
    if (when) condition = read_when(*when, draft);
    if (then) action = read_enum(*then, actions);
    if (hold) rule.hold = read_hold(*hold);
    if (mode) rule.mode = read_mode(*mode).value_or(rule.mode);
    if (rollout) rule.rollout = read_rollout(*rollout, draft);
    if (limits) rule.limits = read_limits(*limits);
    if (from) rule.from = read_moment(*from, draft);
    if (until) rule.until = read_moment(*until, draft);
    if (rule.from && rule.until && *rule.until <= *rule.from)
        until->error("`until` must be later than `from`, or the rule is never on");
    const bool keeps = action == policy::Action::keep;
    if (keeps && mode)
        mode->error("a rule that keeps has no `mode`, for there is nothing to observe; remove the key");
    if (keeps && rollout)
        rollout->error("a rule that keeps has no `rollout`, for it ends nobody anywhere; remove the key");
    if (!keeps && rollout && rule.mode == policy::Mode::observe)
        rollout->warning("this rule only observes, on every server; its `rollout` has no effect yet");
    if (keeps && hold) hold->error("a rule that keeps has no `for`, for it keeps at once; remove the key");
    if (keeps && limits) limits->warning("a rule that keeps ends nothing; its `limits` have no effect");
    if (!text || !condition || !action) return;
    rule.key = {std::move(*text), digest_of_rule(map.value(), draft, before)};
    rule.when = std::move(*condition);
    rule.then = *action;
    lower(rule, including);
    draft.config.policy.rules.push_back(std::move(rule));
    draft.config.rule_places.push_back(
        {map.value().position(), map.value().path(), (until ? *until : map.value()).position()});
}

std::optional<policy::Condition> read_scope(const Value& value, Draft& draft) {
    if (value.is_map() && !value.node().entries.empty()) return read_when(value, draft);
    value.expected(
        "a map of conditions such as `{tags: finance}`; without `scope` the rules reach everywhere");
    return std::nullopt;
}

class RuleList {
  public:
    RuleList(Files& files, Draft& draft) : files_(files), draft_(draft) {}

    void read(const Value& value) { read(value, nullptr); }

  private:
    void read(const Value& list, const Including* including) {
        if (!list.is_list() || list.node().items.empty()) {
            list.expected("a list of rules, each with `name`, `when` and `then`");
            return;
        }
        for (std::size_t i = 0; i < list.node().items.size(); ++i) read_entry(list.item(i), including);
    }

    void read_entry(const Value& value, const Including* including) {
        MapReader map(value, "a rule such as `{name: idle, when: {idle: 30m}, then: disconnect}`");
        if (including) {
            if (map.has("file"))  // asked for only then, or it were known here
                map.optional("file")->error(
                    "a file of rules reads no others; write this entry into the file that reads this one");
            else
                read_rule(map, *including, draft_);
        } else if (map.has("file")) {
            read_file(map);
        } else {
            map.optional("file");  // for who misspelt it
            read_rule(map, {}, draft_);
        }
    }

    void read_file(MapReader& map) {
        const auto file = map.required("file", "");
        const auto scope = map.optional("scope");
        const auto at_most = map.optional("at_most");
        map.finish();
        Including including;
        Digest digest;
        if (scope) {
            const Mentioned before(draft_);
            including.scope = read_scope(*scope, draft_);
            if (including.scope) digest.add(digest_of_rule(*scope, draft_, before));
        }
        if (at_most) {
            read_at_most(*at_most, *file, including);
            digest.add("at_most");
            digest.add(digest_of(at_most->node()));
        }
        if (scope || at_most) including.digest = digest.hex();
        for (const yaml::Document* document : files_.include(*file))
            read(files_.value_of(*document), &including);
    }

    static void read_at_most(const Value& value, const Value& file, Including& including) {
        MapReader map(value, "a map with `mode` and `limits`");
        const auto mode = map.optional("mode");
        const auto limits = map.optional("limits");
        map.finish();
        if (mode) including.mode = read_mode(*mode);
        if (!limits) return;
        // No two entries read the same files, so no two share a ceiling.
        Digest key;
        key.add(file.node().text);
        key.add(digest_of(limits->node()));
        including.at_most =
            std::make_shared<const policy::Ceiling>(policy::Ceiling{key.hex(), read_limits(*limits)});
    }

    Files& files_;
    Draft& draft_;
};

}  // namespace

void read_rules(const Value& value, Files& files, Draft& draft) {
    RuleList(files, draft).read(value);
}

}  // namespace curfew::config
