#include "policy/rule_index.hpp"

#include <algorithm>
#include <utility>

#include "core/session.hpp"
#include "policy/rule_index_builder.hpp"

namespace curfew::policy {

RuleIndex::RuleIndex(const Policy& policy) {
    Builder builder{*this};
    for (const Protection& protection : policy.protect) builder.take_apart(protection.when, false);
    protections_ = policy.protect.size();
    first_of_rules_ = builder.clauses();
    for (const Rule& rule : policy.rules) {
        const std::size_t first = builder.clauses();
        const bool as_a_whole = rule.then == Action::disconnect && asks_for_quiet(rule.when);
        builder.take_apart(rule.when, rule.then == Action::disconnect && !as_a_whole, as_a_whole);
        if (!rule.from && !rule.until) continue;
        for (std::size_t clause = first; clause < builder.clauses(); ++clause)
            timed_.push_back(static_cast<std::uint32_t>(clause));
    }
    builder.finish();
}

Bits RuleIndex::at_look(const Policy& policy, const ServerFacts& server, core::WallTime at) const {
    Bits result = all_;
    for (const std::uint32_t clause : timed_)
        if (!policy.rules[clauses_[clause].number - protections_].is_on(at)) clear_bit(result, clause);

    Bits marked(words());
    const auto rule_out = [&](const Dimension& dimension) {
        for (std::size_t w = 0; w < result.size(); ++w) result[w] &= dimension.not_ruled_out(w, marked);
        std::fill(marked.begin(), marked.end(), Word{0});
    };
    if (servers_.used()) {
        const NameText name{server.traits.name};
        if (name.valid()) {
            server_names_.each(name, [&](std::size_t pattern, Truth truth) {
                of_server_names_.mark(pattern, truth, servers_, marked);
                return true;
            });
        } else {
            servers_.mark_all_unknown(marked);
        }
        rule_out(servers_);
    }
    if (tags_.used()) {
        for (const std::string& tag : server.traits.tags) {
            const auto number = tag_numbers_.find(tag);
            if (number != tag_numbers_.end()) of_tags_.mark(number->second, Truth::yes, tags_, marked);
        }
        rule_out(tags_);
    }
    if (schedules_.used()) {
        for (std::size_t i = 0; i < schedule_values_.size(); ++i)
            of_schedules_.mark(i, schedule_values_[i]->inside(server.traits.timezone, at), schedules_,
                               marked);
        rule_out(schedules_);
    }
    return result;
}

RuleIndex::Rows RuleIndex::rows(const SessionFacts& session) const {
    const core::Session& reported = session.reported;
    const auto seconds = [](const std::optional<core::Seconds>& value) {
        return value ? std::optional<std::int64_t>{value->count()} : std::nullopt;
    };
    const auto flag = [&](std::uint32_t bit) {
        if (!reported.flags || (session.known_flags & bit) == 0) return Truth::unknown;
        return truth_of((*reported.flags & bit) != 0);
    };
    return {idle_.row(seconds(reported.idle)), connected_.row(seconds(reported.connected)),
            open_files_.row(reported.open_files), guest_.row(flag(core::sess_guest)),
            plaintext_.row(flag(core::sess_noencryption))};
}

}  // namespace curfew::policy
