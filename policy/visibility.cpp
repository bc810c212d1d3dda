#include "policy/visibility.hpp"

#include <algorithm>

#include "policy/propositions.hpp"

namespace curfew::policy {
namespace {

// Clauses looked at for one question: milliseconds. What takes longer is not claimed.
constexpr std::size_t proof_steps = 200'000;

void collect_facts(const Condition& condition, std::set<Fact>& out) {
    const Anatomy anatomy = anatomy_of(condition);
    if (const auto* question = std::get_if<Question>(&anatomy)) {
        out.insert(question->about.begin(), question->about.end());
        return;
    }
    for (const Condition* part : std::get<Combination>(anatomy).parts) collect_facts(*part, out);
}

Satisfiable can_be_true(const Condition& condition, const ServerTraits& server,
                        const std::set<Fact>& unknown) {
    Premises premises{.session = {},
                      .server = server,
                      .fixed = {Fact::server, Fact::tags, Fact::timezone},
                      .unknown = unknown,
                      .at = {}};
    // What Samba leaves out is in `unknown`.
    premises.server.kind = Kind::windows;
    Propositions propositions{premises};
    propositions.demand(condition, true);
    std::size_t budget = proof_steps;
    return propositions.solve(budget).satisfiable;
}

// Those each of which is enough to make it impossible; where none is, all of them together are.
std::set<Fact> culprits(const Condition& condition, const ServerTraits& server,
                        const std::set<Fact>& unknown) {
    std::set<Fact> alone;
    for (const Fact fact : unknown)
        if (can_be_true(condition, server, {fact}) == Satisfiable::no) alone.insert(fact);
    return alone.empty() ? unknown : alone;
}

}  // namespace

std::set<Fact> unreported(const ServerFacts& server) {
    std::set<Fact> facts;
    switch (server.level) {
        case core::Level::names:
            facts = {Fact::user, Fact::idle, Fact::connected, Fact::crowd};
            [[fallthrough]];
        case core::Level::anyone:
            facts.insert({Fact::open_files, Fact::quiet, Fact::guest, Fact::plaintext_password});
            [[fallthrough]];
        case core::Level::administrative: facts.insert(Fact::client_type); [[fallthrough]];
        case core::Level::client_types: facts.insert(Fact::transport); [[fallthrough]];
        case core::Level::transports: break;
    }
    if (server.kind == Kind::samba) facts.insert(Fact::idle);
    if (!server.traits.timezone) facts.insert(Fact::timezone);
    return facts;
}

std::string name_of(const Policy& policy, const PolicyEntry& entry) {
    if (entry.kind == PolicyEntry::Kind::rule) return policy.rules[entry.index].key.name;
    const std::string& reason = policy.protect[entry.index].reason;
    return reason.empty() ? "entry " + std::to_string(entry.index + 1) + " of `protect`" : reason;
}

std::string why_in_words(const Doubt& doubt) {
    if (doubt.missing.empty())
        return "unknown for " + std::to_string(doubt.unknown) + " of " + std::to_string(doubt.of) +
               (doubt.of == 1 ? " session" : " sessions");
    std::set<Fact> fields = doubt.missing;
    const bool no_clock = fields.erase(Fact::timezone) > 0;
    std::string text;
    std::size_t left = fields.size();
    for (const Fact fact : fields) {
        --left;
        text += std::string{to_string(fact)} + (left > 1 ? ", " : left == 1 ? " and " : "");
    }
    if (!fields.empty()) text += fields.size() == 1 ? " is not reported" : " are not reported";
    if (no_clock) text += std::string{fields.empty() ? "" : ", and "} + "the server has no `timezone`";
    return "never true here: " + text;
}

NeverTrue::NeverTrue(const Policy& policy) : policy_(policy) {
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
        if (policy.rules[i].then != Action::disconnect) continue;
        Candidate candidate{i, {}};
        collect_facts(policy.rules[i].when, candidate.mentions);
        names_matter_ = names_matter_ || candidate.mentions.contains(Fact::server);
        candidates_.push_back(std::move(candidate));
    }
}

const std::vector<Doubt>& NeverTrue::on(const ServerFacts& server) {
    Alike alike{unreported(server), server.traits.tags, names_matter_ ? server.traits.name : std::string{}};
    const auto known = proven_.find(alike);
    if (known != proven_.end()) return known->second;
    auto doubts = prove(server.traits, alike.unreported);
    return proven_.emplace(std::move(alike), std::move(doubts)).first->second;
}

std::vector<Doubt> NeverTrue::prove(const ServerTraits& server, const std::set<Fact>& unreported) const {
    std::vector<Doubt> doubts;
    for (const Candidate& candidate : candidates_) {
        std::set<Fact> missing;
        std::set_intersection(candidate.mentions.begin(), candidate.mentions.end(), unreported.begin(),
                              unreported.end(), std::inserter(missing, missing.end()));
        if (missing.empty()) continue;
        const Condition& when = policy_.rules[candidate.rule].when;
        if (can_be_true(when, server, missing) != Satisfiable::no) continue;
        // A rule that is about other servers is none of this one's.
        if (can_be_true(when, server, {}) != Satisfiable::yes) continue;
        doubts.push_back(
            {.about = {PolicyEntry::Kind::rule, candidate.rule}, .missing = culprits(when, server, missing)});
    }
    return doubts;
}

// What is unknown keeps and protects, so of each session only the entry that decided can have been unknown.
std::vector<Doubt> unknown_keeps(const Policy& policy, const ServerLook& look, const ServerPlan& plan) {
    std::map<PolicyEntry, std::size_t> unknown;
    std::size_t of = 0;
    const auto count = [&](const PolicyEntry& entry, const Condition& when, const SessionFacts& session) {
        if (!all_concurrent(when).empty()) return;  // who else is there is nothing that a server reports
        if (evaluate(when, look.server, session, look.at.wall) == Truth::unknown) ++unknown[entry];
    };
    for (std::size_t i = 0; i < look.sessions.size(); ++i) {
        const SessionFacts& session = look.sessions[i];
        if (session.own != Own::no) continue;
        ++of;
        const Decision& decision = plan.decisions[i];
        if (const auto entry = decision.protection)
            count({PolicyEntry::Kind::protection, *entry}, policy.protect[*entry].when, session);
        if (decision.rule && decision.action == Action::keep)
            count({PolicyEntry::Kind::rule, *decision.rule}, policy.rules[*decision.rule].when, session);
    }
    std::vector<Doubt> doubts;
    for (const auto& [entry, sessions] : unknown)
        doubts.push_back({.about = entry, .missing = {}, .unknown = sessions, .of = of});
    return doubts;
}

bool is_often_unknown(const Doubt& doubt) {
    return doubt.unknown * 20 > doubt.of;
}

}  // namespace curfew::policy
