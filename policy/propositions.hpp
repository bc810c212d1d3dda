#pragma once
// Conditions as clauses over single questions: what proof.hpp searches.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/proof.hpp"
#include "policy/satisfiable.hpp"

namespace curfew::policy {

class Propositions {
  public:
    explicit Propositions(const Premises& premises);

    // From here on the condition has to be true, or false. Never unknown, for that is neither.
    void demand(const Condition& condition, bool truth);
    void demand(const Rule& rule, bool truth);  // of its condition
    void demand_on(const Rule& rule);
    void demand_unless_off(const Rule& rule);  // it does not hold: it is false, or the rule is off

    Solution solve(std::size_t& budget) const;

    struct Mark {
        std::size_t clauses = 0;
    };
    Mark mark() const { return {clauses_.size()}; }
    void back_to(Mark mark) { clauses_.resize(mark.clauses); }

    // What was demanded since the mark comes first.
    std::vector<std::string> in_words(const std::vector<int>& values, Mark mark) const;

  private:
    // A demand on a condition, with all negations carried down to the questions.
    struct Formula {
        enum class Kind { literal, all, any } kind = Kind::all;  // all of nothing holds, any of nothing fails
        Literal literal = 0;
        std::vector<Formula> parts;
    };
    static Formula constant(bool holds) { return {holds ? Formula::Kind::all : Formula::Kind::any, 0, {}}; }
    static Formula of(Literal literal) { return {Formula::Kind::literal, literal, {}}; }
    static Formula join(Formula::Kind kind, std::vector<Formula> parts);
    static bool holds_anyway(const Formula& formula) {
        return formula.kind == Formula::Kind::all && formula.parts.empty();
    }
    static bool fails_anyway(const Formula& formula) {
        return formula.kind == Formula::Kind::any && formula.parts.empty();
    }

    Formula formula(const Condition& condition, bool truth);
    Formula formula(const Condition& condition, const Question& question, bool truth);
    Formula formula(const Combination& combination, bool truth);
    Formula in_bounds(const Question& question, bool truth);
    Formula idle_or_quiet(const Question& question, bool truth);
    Formula rule_is_on(const Rule& rule, bool truth);
    bool is_answered(const Question& question) const;
    bool is_unknown(const Question& question) const;
    bool may_be_found_out(const Question& question) const;

    void require(const Formula& formula);
    void require_if(Literal condition, const Formula& formula);
    Literal stand_in(const Formula& formula);  // a variable that may be true only where the formula is

    struct Words {
        std::string where_true;
        std::string where_false;
    };
    Literal variable(const std::string& name, Words words);
    Literal reaches(std::string_view key, const Bound& bound);  // the number is so much, or more

    ServerLook look_;
    std::string rule_;  // whose condition is taken apart
    std::set<Fact> fixed_;
    bool idle_in_doubt_;  // it is said, and a Samba would not be believed
    std::set<Fact> unknown_;
    std::vector<Words> words_;  // by variable, 0 unused; of stand-ins empty
    std::map<std::string, Literal> by_name_;
    std::map<std::string, std::map<std::int64_t, Literal>, std::less<>> bounds_;  // by key
    std::vector<Clause> clauses_;
};

}  // namespace curfew::policy
