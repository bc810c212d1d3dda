#include "policy/satisfiable.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace curfew::policy {
namespace {

class Search {
  public:
    Search(const std::vector<Clause>& clauses, std::size_t variables, std::size_t& budget)
        : clauses_(clauses),
          budget_(budget),
          values_(variables + 1),
          counts_(clauses.size()),
          with_(2 * (variables + 1)) {
        for (std::size_t i = 0; i < clauses.size(); ++i)
            for (const Literal literal : clauses[i]) with_[place(literal)].push_back(i);
    }

    Solution run() {
        bool possible = start();
        while (possible) {
            if (budget_ == 0) return {};
            const auto open = first_open();
            if (!open) return {Satisfiable::yes, values_};
            const Literal guess = first_free(clauses_[*open]);
            guesses_.push_back({trail_.size(), *open, guess});
            possible = assume(guess) || turn_back();
        }
        return {budget_ == 0 ? Satisfiable::undecided : Satisfiable::no, {}};
    }

  private:
    struct Counts {
        std::size_t holding = 0;
        std::size_t failing = 0;
    };
    struct Guess {
        std::size_t trail = 0;
        std::size_t open = 0;
        Literal literal = 0;
    };

    static std::size_t place(Literal literal) {
        return 2 * static_cast<std::size_t>(std::abs(literal)) + (literal < 0 ? 1 : 0);
    }
    int value(Literal literal) const {
        const int known = values_[static_cast<std::size_t>(std::abs(literal))];
        return literal < 0 ? -known : known;
    }
    void spend(std::size_t steps) { budget_ -= std::min(budget_, steps); }

    // What has no choice from the beginning.
    bool start() {
        for (std::size_t i = 0; i < clauses_.size(); ++i) {
            if (clauses_[i].empty()) return false;
            if (clauses_[i].size() == 1 && value(clauses_[i].front()) <= 0 && !assume(clauses_[i].front()))
                return false;
        }
        return true;
    }

    // Takes it for true, and with it whatever follows. False where that contradicts something, or the budget
    // is gone.
    bool assume(Literal first) {
        std::vector<Literal> wanted{first};
        while (!wanted.empty()) {
            const Literal literal = wanted.back();
            wanted.pop_back();
            if (value(literal) > 0) continue;
            if (value(literal) < 0 || budget_ == 0) return false;
            set(literal);
            for (const std::size_t i : with_[place(-literal)]) {
                if (counts_[i].holding > 0) continue;
                const std::size_t left = clauses_[i].size() - counts_[i].failing;
                if (left == 0) return false;
                if (left == 1) wanted.push_back(first_free(clauses_[i]));
            }
        }
        return true;
    }

    void set(Literal literal) {
        values_[static_cast<std::size_t>(std::abs(literal))] = literal < 0 ? -1 : 1;
        trail_.push_back(literal);
        for (const std::size_t i : with_[place(literal)]) ++counts_[i].holding;
        for (const std::size_t i : with_[place(-literal)]) ++counts_[i].failing;
        spend(1 + with_[place(literal)].size() + with_[place(-literal)].size());
    }
    void unset_to(std::size_t size) {
        for (; trail_.size() > size; trail_.pop_back()) {
            const Literal literal = trail_.back();
            values_[static_cast<std::size_t>(std::abs(literal))] = 0;
            for (const std::size_t i : with_[place(literal)]) --counts_[i].holding;
            for (const std::size_t i : with_[place(-literal)]) --counts_[i].failing;
        }
    }

    // To the last guess of which the opposite was not tried. What was tried is not a guess any more, but
    // follows from the guesses before it.
    bool turn_back() {
        while (!guesses_.empty() && budget_ > 0) {
            const Guess last = guesses_.back();
            guesses_.pop_back();
            unset_to(last.trail);
            first_open_ = last.open;
            if (assume(-last.literal)) return true;
        }
        return false;
    }

    // All before it hold, until something is taken back.
    std::optional<std::size_t> first_open() {
        for (; first_open_ < clauses_.size(); ++first_open_) {
            spend(1);
            if (counts_[first_open_].holding == 0) return first_open_;
        }
        return std::nullopt;
    }
    // Of a clause in which something is left.
    Literal first_free(const Clause& clause) const {
        return *std::find_if(clause.begin(), clause.end(),
                             [&](Literal literal) { return value(literal) == 0; });
    }

    const std::vector<Clause>& clauses_;
    std::size_t& budget_;
    std::vector<int> values_;
    std::vector<Counts> counts_;
    std::vector<std::vector<std::size_t>> with_;  // by literal: the clauses it stands in
    std::vector<Literal> trail_;
    std::vector<Guess> guesses_;
    std::size_t first_open_ = 0;
};

}  // namespace

Solution solve(const std::vector<Clause>& clauses, std::size_t variables, std::size_t& budget) {
    if (budget == 0) return {};
    return Search{clauses, variables, budget}.run();
}

}  // namespace curfew::policy
