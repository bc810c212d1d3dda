#include "policy/propositions.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "policy/wording.hpp"

namespace curfew::policy {
namespace {

// A server's word on idle times is worth most on Windows. With less known there is less that may end.
ServerTraits as_telling_as_may_be(ServerTraits server) {
    if (server.kind == Kind::automatic) server.kind = Kind::windows;
    return server;
}

std::set<Fact> said(const Premises& premises) {
    std::set<Fact> facts = premises.fixed;
    const SupposedSession& session = premises.session;
    if (session.user) facts.insert(Fact::user);
    if (session.client) facts.insert(Fact::client);
    // Of a Samba it is said that they are unknown.
    if (session.idle || premises.server.kind == Kind::samba) facts.insert(Fact::idle);
    if (session.quiet) facts.insert(Fact::quiet);
    if (session.connected) facts.insert(Fact::connected);
    if (session.open_files) facts.insert(Fact::open_files);
    if (session.guest) facts.insert(Fact::guest);
    if (session.plaintext_password) facts.insert(Fact::plaintext_password);
    if (session.transport) facts.insert(Fact::transport);
    if (session.client_type) facts.insert(Fact::client_type);
    return facts;
}

}  // namespace

Propositions::Propositions(const Premises& premises)
    : look_(suppose(as_telling_as_may_be(premises.server), {premises.session}, premises.at,
                    premises.client_names)),
      fixed_(said(premises)),
      idle_in_doubt_(premises.server.kind == Kind::automatic && premises.session.idle.has_value()),
      unknown_(premises.unknown),
      words_(1) {}

bool Propositions::is_answered(const Question& question) const {
    if (question.or_quiet && idle_in_doubt_) return false;
    return !question.about.empty() && std::all_of(question.about.begin(), question.about.end(),
                                                  [&](Fact fact) { return fixed_.contains(fact); });
}

// What time it is may be free and is never unknown: for want of the server's clock a schedule is unknown at
// any time. Where there are other ways to an answer, all of them have to be closed.
bool Propositions::is_unknown(const Question& question) const {
    bool any = false;
    for (const Fact fact : question.about) {
        if (fact == Fact::time) continue;
        if (!unknown_.contains(fact)) return false;
        any = true;
    }
    return any;
}

// The names of an address, the addresses of a name, the domain of a user: not said, and perhaps known when it
// counts.
bool Propositions::may_be_found_out(const Question& question) const {
    const ClientFacts& client = look_.sessions.front().client;
    if (question.about.front() == Fact::client) return client.found && (client.address || client.name);
    // Whoever says `svc-backup` says nothing of the domain, and a server may report one.
    const SessionFacts& session = look_.sessions.front();
    return question.about.front() == Fact::user && session.user_known && session.domain.empty();
}

Literal Propositions::variable(const std::string& name, Words words) {
    const auto [known, is_new] = by_name_.try_emplace(name, static_cast<Literal>(words_.size()));
    if (is_new) words_.push_back(std::move(words));
    return known->second;
}

Literal Propositions::reaches(std::string_view key, const Bound& bound) {
    const std::string prefix = std::string{key} + " ";
    const Literal literal = variable(prefix + "at least " + std::to_string(bound.value),
                                     {prefix + "at least " + bound.text, prefix + "below " + bound.text});
    bounds_[std::string{key}].emplace(bound.value, literal);
    return literal;
}

Propositions::Formula Propositions::join(Formula::Kind kind, std::vector<Formula> parts) {
    Formula joined{kind, 0, {}};
    for (Formula& part : parts) {
        const bool decides = kind == Formula::Kind::all ? fails_anyway(part) : holds_anyway(part);
        if (decides) return part;
        const bool matters_not = kind == Formula::Kind::all ? holds_anyway(part) : fails_anyway(part);
        if (matters_not) continue;
        if (part.kind == kind)
            std::move(part.parts.begin(), part.parts.end(), std::back_inserter(joined.parts));
        else
            joined.parts.push_back(std::move(part));
    }
    if (joined.parts.size() == 1) return Formula{joined.parts.front()};
    return joined;
}

Propositions::Formula Propositions::formula(const Condition& condition, bool truth) {
    const Anatomy anatomy = anatomy_of(condition);
    if (const auto* question = std::get_if<Question>(&anatomy)) return formula(condition, *question, truth);
    return formula(std::get<Combination>(anatomy), truth);
}

Propositions::Formula Propositions::formula(const Combination& combination, bool truth) {
    if (combination.parts.empty()) return constant(false);  // unknown is neither
    const bool wanted = combination.join == Join::negation ? !truth : truth;
    std::vector<Formula> parts;
    for (const Condition* part : combination.parts) parts.push_back(formula(*part, wanted));
    return join((combination.join == Join::any) == wanted ? Formula::Kind::any : Formula::Kind::all,
                std::move(parts));
}

Propositions::Formula Propositions::formula(const Condition& condition, const Question& question,
                                            bool truth) {
    if (question.certain) return constant(truth);
    if (is_answered(question)) {
        const Truth answer = evaluate(condition, look_.server, look_.sessions.front(), look_.at.wall);
        if (answer != Truth::unknown || !may_be_found_out(question))
            return constant(answer == truth_of(truth));
    }
    if (!question.entries.empty()) {
        std::vector<Formula> entries;
        for (const Condition& entry : question.entries) entries.push_back(formula(entry, truth));
        return join(truth ? Formula::Kind::any : Formula::Kind::all, std::move(entries));
    }
    if (is_unknown(question)) return constant(false);  // neither
    if (question.or_quiet) return idle_or_quiet(question, truth);
    if (question.bounds) return in_bounds(question, truth);
    std::string key{question.key};
    // Each rule has a crowd of its own: those above it take some away.
    if (question.about.front() == Fact::crowd) key = "for " + spelled(rule_) + ", " + key;
    if (question.flag) {
        // Asked for true or for false, it is one question.
        const Literal literal = variable(key, {key + ": true", key + ": false"});
        return of(truth == *question.flag ? literal : -literal);
    }
    const std::string name = key + " " + question.wanted;
    const Literal literal = variable(name, {name, "not " + name});
    return of(truth ? literal : -literal);
}

Propositions::Formula Propositions::in_bounds(const Question& question, bool truth) {
    std::vector<Formula> parts;
    if (const auto& least = question.bounds->at_least) {
        const Literal literal = reaches(question.key, *least);
        parts.push_back(of(truth ? literal : -literal));
    }
    if (const auto& below = question.bounds->below) {
        const Literal literal = reaches(question.key, *below);
        parts.push_back(of(truth ? -literal : literal));
    }
    return join(truth ? Formula::Kind::all : Formula::Kind::any, std::move(parts));
}

// Whether the idle time is known, nobody says; so either may be what counts.
Propositions::Formula Propositions::idle_or_quiet(const Question& question, bool truth) {
    if (look_.sessions.front().reported.idle && !idle_in_doubt_) {
        const auto idle = look_.sessions.front().reported.idle->count();
        const Bounds& bounds = *question.bounds;
        const bool inside = (!bounds.at_least || idle >= bounds.at_least->value) &&
                            (!bounds.below || idle < bounds.below->value);
        return constant(inside == truth);
    }
    Question quiet = question;
    quiet.key = "quiet";
    quiet.bounds->at_least = question.or_quiet;
    std::vector<Formula> parts{in_bounds(quiet, truth)};
    if (!fixed_.contains(Fact::idle) || idle_in_doubt_) parts.push_back(in_bounds(question, truth));
    return join(Formula::Kind::any, std::move(parts));
}

Propositions::Formula Propositions::rule_is_on(const Rule& rule, bool truth) {
    if (!rule.from && !rule.until) return constant(truth);
    if (fixed_.contains(Fact::time)) return constant(rule.is_on(look_.at.wall) == truth);
    const std::string name = "the rule " + spelled(rule.key.name) + " is ";
    const Literal literal = variable(name, {name + "on", name + "off"});
    return of(truth ? literal : -literal);
}

void Propositions::demand(const Condition& condition, bool truth) {
    require(formula(condition, truth));
}
void Propositions::demand(const Rule& rule, bool truth) {
    rule_ = rule.key.name;
    demand(rule.when, truth);
}
void Propositions::demand_on(const Rule& rule) {
    require(rule_is_on(rule, true));
}
void Propositions::demand_unless_off(const Rule& rule) {
    rule_ = rule.key.name;
    require(join(Formula::Kind::any, {rule_is_on(rule, false), formula(rule.when, false)}));
}

void Propositions::require(const Formula& formula) {
    if (formula.kind == Formula::Kind::all) {
        for (const Formula& part : formula.parts) require(part);
        return;
    }
    if (formula.kind == Formula::Kind::literal) {
        clauses_.push_back({formula.literal});
        return;
    }
    Clause clause;
    for (const Formula& part : formula.parts) clause.push_back(stand_in(part));
    clauses_.push_back(std::move(clause));
}

void Propositions::require_if(Literal condition, const Formula& formula) {
    if (formula.kind == Formula::Kind::all) {
        for (const Formula& part : formula.parts) require_if(condition, part);
        return;
    }
    Clause clause{-condition};
    if (formula.kind == Formula::Kind::literal) clause.push_back(formula.literal);
    for (const Formula& part : formula.parts) clause.push_back(stand_in(part));
    clauses_.push_back(std::move(clause));
}

Literal Propositions::stand_in(const Formula& formula) {
    if (formula.kind == Formula::Kind::literal) return formula.literal;
    const auto literal = static_cast<Literal>(words_.size());
    words_.emplace_back();
    require_if(literal, formula);
    return literal;
}

Solution Propositions::solve(std::size_t& budget) const {
    std::vector<Clause> clauses = clauses_;
    for (const auto& [key, by_value] : bounds_) {
        // Who reaches more reaches less. Everybody reaches 0.
        for (auto lower = by_value.begin(); lower != by_value.end(); ++lower) {
            if (lower->first <= 0) clauses.push_back({lower->second});
            if (const auto upper = std::next(lower); upper != by_value.end())
                clauses.push_back({-upper->second, lower->second});
        }
    }
    return policy::solve(clauses, words_.size() - 1, budget);
}

std::vector<std::string> Propositions::in_words(const std::vector<int>& values, Mark mark) const {
    // Of the bounds on a number only the closest say anything.
    std::set<Literal> implied;
    for (const auto& [key, by_value] : bounds_) {
        for (auto lower = by_value.begin(); lower != by_value.end(); ++lower) {
            const auto upper = std::next(lower);
            const auto at = [&](auto bound) { return values[static_cast<std::size_t>(bound->second)]; };
            if (lower->first <= 0) implied.insert(lower->second);
            if (upper == by_value.end()) continue;
            if (at(upper) > 0) implied.insert(lower->second);
            if (at(lower) < 0) implied.insert(upper->second);
        }
    }
    std::vector<std::string> out;
    std::set<Literal> told;
    const auto tell = [&](Literal literal) {
        const Literal name = std::abs(literal);
        const auto index = static_cast<std::size_t>(name);
        if (values[index] == 0 || implied.contains(name) || !told.insert(name).second) return;
        const std::string& words = values[index] > 0 ? words_[index].where_true : words_[index].where_false;
        if (!words.empty()) out.push_back(words);
    };
    for (std::size_t i = mark.clauses; i < clauses_.size(); ++i)
        for (const Literal literal : clauses_[i]) tell(literal);
    for (std::size_t v = 1; v < words_.size(); ++v) tell(static_cast<Literal>(v));
    return out;
}

}  // namespace curfew::policy
