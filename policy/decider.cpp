#include "policy/decider.hpp"

#include <algorithm>
#include <bit>

namespace curfew::policy {

void compile(Policy& policy) {
    policy.compiled = Compilation{std::make_shared<const RuleIndex>(policy)};
}

Decider::Decider(const Policy& policy, const ServerFacts& server, core::WallTime at)
    : policy_(policy), server_(server), at_(at), index_(policy.compiled.index()) {
    if (!index_) return;
    at_look_ = index_->at_look(policy, server, at);
    users_.resize(at_look_.size());
    clients_.resize(at_look_.size());
}

Decision Decider::operator()(const SessionFacts& session) {
    // The index knows one name or one address of a client, and with DNS there may be several of both.
    if (!index_ || session.client.found) return decide(policy_, server_, session, at_);
    if (index_->users().used()) {
        std::fill(users_.begin(), users_.end(), Word{0});
        index_->users().mark(session, users_);
    }
    if (index_->clients().used()) {
        std::fill(clients_.begin(), clients_.end(), Word{0});
        index_->clients().mark(session.client, clients_);
    }
    const auto rows = index_->rows(session);
    Decision decision;
    std::size_t next = 0;  // what comes before it has been answered
    for (std::size_t w = 0; w < at_look_.size(); ++w) {
        Word left = at_look_[w] & rows.idle[w] & rows.connected[w] & rows.open_files[w] & rows.guest[w] &
                    rows.plaintext[w] & index_->users().not_ruled_out(w, users_) &
                    index_->clients().not_ruled_out(w, clients_);
        for (; left != 0; left &= left - 1) {
            const std::size_t number = w * word_bits + static_cast<std::size_t>(std::countr_zero(left));
            if (number < next) continue;
            const auto& clause = index_->clause(number);
            if (clause.as_a_whole) {
                const std::size_t rule = clause.number - index_->protections();
                if (ask(policy_, server_, session, {.at = at_, .rule = rule}, decision)) return decision;
            } else {
                if (!answers_hold(clause, session)) continue;
                if (enter(clause, decision)) return decision;
            }
            next = number < index_->first_of_rules() ? index_->first_of_rules() : clause.end;
        }
    }
    return decision;
}

bool Decider::answers_hold(const RuleIndex::Entry& clause, const SessionFacts& session) const {
    const auto questions = index_->questions(clause);
    return std::all_of(questions.begin(), questions.end(), [&](const RuleIndex::Question& question) {
        const Truth truth = evaluate(question.condition, server_, session, at_);
        const Truth asked = question.negated ? !truth : truth;
        return clause.asks_certain ? asked == Truth::yes : asked != Truth::no;
    });
}

bool Decider::enter(const RuleIndex::Entry& clause, Decision& decision) {
    if (clause.number < index_->protections()) {
        decision.protection = clause.number;
        return false;
    }
    const std::size_t number = clause.number - index_->protections();
    const Rule& rule = policy_.rules[number];
    if (observes(number)) {
        decision.observed.push_back(number);
        return false;
    }
    decision.action = rule.then;
    decision.rule = number;
    if (rule.then == Action::disconnect && rule.hold) decision.pending = Pending{.hold = *rule.hold};
    return true;
}

bool Decider::observes(std::size_t rule) {
    if (!policy_.rules[rule].rollout) return policy_.rules[rule].observes_on(server_.traits);
    if (observes_.empty()) observes_.resize(policy_.rules.size());
    auto& known = observes_[rule];
    if (!known) known = policy_.rules[rule].observes_on(server_.traits);
    return *known;
}

}  // namespace curfew::policy
