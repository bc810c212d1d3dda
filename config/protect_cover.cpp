#include "config/protect_cover.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "config/protect_questions.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

using policy::Clause;
using policy::Condition;
using policy::Literal;

// Clauses looked at over all entries: a second or so. Undecided is not covered.
constexpr std::size_t proof_budget = 50'000'000;
// One entry is enough to wait for a person; some more are worth telling.
constexpr std::size_t most_told = 5;
// So many different changes to servers are looked at.
constexpr std::size_t most_changes = 100;

class Demands {
  public:
    explicit Demands(const Questions& questions)
        : clauses_(questions.axioms()), variables_(questions.variables()) {}

    void demand(const Formula& formula) {
        if (formula.kind == Formula::Kind::all) {
            for (const Formula& part : formula.parts) demand(part);
        } else {
            clauses_.push_back(clause_of(formula, {}));
        }
    }

    // Whether all that was demanded and this too may hold at once.
    bool may_hold_with(const Formula& formula, std::size_t& budget) {
        const std::size_t clauses = clauses_.size();
        const std::size_t variables = variables_;
        demand(formula);
        const auto found = policy::solve(clauses_, variables_, budget).satisfiable;
        clauses_.resize(clauses);
        variables_ = variables;
        return found != policy::Satisfiable::no;
    }

  private:
    Clause clause_of(const Formula& formula, Clause clause) {
        if (formula.kind == Formula::Kind::literal) {
            clause.push_back(formula.literal);
            return clause;
        }
        for (const Formula& part : formula.parts) clause.push_back(stand_in(part));
        return clause;
    }
    void demand_if(Literal condition, const Formula& formula) {
        if (formula.kind == Formula::Kind::all) {
            for (const Formula& part : formula.parts) demand_if(condition, part);
        } else {
            clauses_.push_back(clause_of(formula, {-condition}));
        }
    }
    // A variable that may be true only where the formula is.
    Literal stand_in(const Formula& formula) {
        if (formula.kind == Formula::Kind::literal) return formula.literal;
        const auto literal = static_cast<Literal>(++variables_);
        demand_if(literal, formula);
        return literal;
    }

    std::vector<Clause> clauses_;
    std::size_t variables_;
};

Uncovered find_uncovered(Differences differences, const Reading& before, const Reading& after) {
    Questions questions{std::move(differences)};
    std::vector<Formula> spared;  // by an entry: it is false
    std::vector<Formula> spared_now;
    std::set<std::string> now;
    for (const auto& entry : before.config->policy.protect)
        spared.push_back(questions.known_to_be(false, entry.when, before));
    for (const auto& entry : after.config->policy.protect) {
        spared_now.push_back(questions.known_to_be(false, entry.when, after));
        now.insert(key_of(spared_now.back()));
    }
    std::vector<std::size_t> doubtful;
    for (std::size_t i = 0; i < spared.size(); ++i)
        if (!now.contains(key_of(spared[i]))) doubtful.push_back(i);
    Uncovered out;
    if (doubtful.empty()) return out;
    Demands demands(questions);
    for (const Formula& formula : spared_now) demands.demand(formula);
    std::size_t budget = proof_budget;
    for (const std::size_t i : doubtful) {
        if (out.entries.size() == most_told) {
            out.more = true;
            break;
        }
        if (demands.may_hold_with(negated(spared[i]), budget)) out.entries.push_back(i);
    }
    return out;
}

// What of a condition depends on the server it is asked on.
struct OfServers {
    std::vector<const Condition*> traits;  // of its tags and its name
    bool idle = false;
    bool clock = false;

    void look(const Condition& condition) {
        if (std::holds_alternative<policy::HasTag>(condition.node) ||
            std::holds_alternative<policy::ServerMatches>(condition.node))
            traits.push_back(&condition);
        if (std::holds_alternative<policy::IdleIn>(condition.node)) idle = true;
        if (const auto* hours = std::get_if<policy::InSchedule>(&condition.node))
            for (const auto& schedule : hours->any_of) clock = clock || !schedule || !schedule->zone();
        if (const auto* all = std::get_if<policy::AllOf>(&condition.node)) look(all->conditions);
        if (const auto* any = std::get_if<policy::AnyOf>(&condition.node)) look(any->conditions);
        const auto* negation = std::get_if<policy::Not>(&condition.node);
        if (negation && negation->condition) look(*negation->condition);
    }
    void look(const std::vector<Condition>& conditions) {
        for (const Condition& condition : conditions) look(condition);
    }
};

OfServers of_servers(const Config& config) {
    OfServers out;
    for (const auto& entry : config.policy.protect) out.look(entry.when);
    return out;
}

// How the questions about a server are answered: two servers with the same answers are one to a proof.
std::string answers(const OfServers& asked, const policy::ServerTraits& traits) {
    const policy::ServerFacts server{traits, policy::Kind::unclear, core::Level::names};
    std::string out;
    for (const Condition* condition : asked.traits)
        out += to_string(evaluate(*condition, server, {}, core::WallTime{})).front();
    return out;
}

Differences differences(const Config& before, const Config& after) {
    Differences out;
    out.clients = before.client_names != after.client_names;
    out.quiet = before.policy.late_after != after.policy.late_after;
    std::map<std::string_view, const policy::Schedule*> known;
    for (const Schedule& one : before.schedules) known.emplace(one.digest, one.schedule.get());
    for (const Schedule& one : after.schedules) {
        const auto other = known.find(one.digest);
        if (other != known.end() && other->second->zone() != one.schedule->zone())
            out.schedules.insert(one.digest);
    }
    return out;
}

}  // namespace

Uncovered uncovered(const Config& before, const Config& after) {
    return find_uncovered(differences(before, after), {&before, "before"}, {&after, "after"});
}

std::vector<UncoveredOn> uncovered_on_altered(const Config& before, const Config& after) {
    const OfServers asked = of_servers(before);
    const OfServers asked_now = of_servers(after);
    const Differences everywhere = differences(before, after);
    std::map<std::string, const Server*> known;
    for (const Server& server : before.servers) known.emplace(core::fold_case(server.traits.name), &server);
    std::map<std::string, std::size_t> seen;
    std::vector<UncoveredOn> out;
    for (const Server& server : after.servers) {
        const auto other = known.find(core::fold_case(server.traits.name));
        if (other == known.end() || other->second->traits == server.traits) continue;
        const policy::ServerTraits& then = other->second->traits;
        Differences here = everywhere;
        here.idle = (asked.idle || asked_now.idle) && then.kind != server.traits.kind;
        here.clock = (asked.clock || asked_now.clock) && then.timezone != server.traits.timezone;
        const std::string key = answers(asked, then) + "|" + answers(asked_now, server.traits) +
                                (here.idle ? "idle" : "") + (here.clock ? "clock" : "");
        const auto [same, fresh] = seen.emplace(key, out.size());
        if (fresh) {
            out.push_back({});
            if (seen.size() > most_changes)
                out.back().what.more = true;
            else
                out.back().what = find_uncovered(std::move(here), {&before, "before", &then},
                                                 {&after, "after", &server.traits});
        }
        out[same->second].servers.push_back(server.traits.name);
    }
    std::erase_if(out, [](const UncoveredOn& one) { return one.what.empty(); });
    return out;
}

}  // namespace curfew::config
