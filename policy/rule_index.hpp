#pragma once
// A policy made ready for deciding quickly: for the question which of a thousand rules can matter for one
// session without asking each of them. Immutable, made once for a policy, shared by all servers.
//
// Every `protect` entry and every rule is taken apart into clauses (clauses.hpp). What a clause says of the
// server and the time is settled once for each look; what it says of user, client, times, open files and
// flags rules it out or not by a look-up; all else it says is left as questions to evaluate(). So what comes
// out is exact: an entry matters where one of its clauses is not ruled out and all its questions hold.
//
// Whoever adds a kind of condition need not do anything here: what is not indexed is a question. To index it,
// see policy/README.md.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/clauses.hpp"
#include "policy/pattern_index.hpp"
#include "policy/policy.hpp"
#include "policy/ranges.hpp"

namespace curfew::policy {

class RuleIndex {
  public:
    struct Question {
        Condition condition;
        bool negated = false;
    };
    struct Entry {
        std::uint32_t number = 0;  // of protect and then of the rules
        std::uint32_t end = 0;     // behind its last clause
        std::uint32_t questions_begin = 0;
        std::uint32_t questions_end = 0;
        bool asks_certain = false;
        // Of a rule that `quiet` may let wait: what is not false is found here, and the rule is asked as a
        // whole.
        bool as_a_whole = false;
    };
    // What of a session's facts has been looked up.
    struct Rows {
        const Word* idle;
        const Word* connected;
        const Word* open_files;
        const Word* guest;
        const Word* plaintext;
    };

    explicit RuleIndex(const Policy& policy);

    std::size_t words() const { return words_for(clauses_.size()); }
    std::size_t protections() const { return protections_; }
    // The first clause that is not of a protection.
    std::size_t first_of_rules() const { return first_of_rules_; }
    const Entry& clause(std::size_t number) const { return clauses_[number]; }
    std::span<const Question> questions(const Entry& clause) const {
        return {questions_.data() + clause.questions_begin, questions_.data() + clause.questions_end};
    }

    // The clauses that neither server nor time rule out.
    Bits at_look(const Policy& policy, const ServerFacts& server, core::WallTime at) const;
    Rows rows(const SessionFacts& session) const;
    const UserIndex& users() const { return users_; }
    const ClientIndex& clients() const { return clients_; }

  private:
    class Builder;

    std::vector<Entry> clauses_;
    std::vector<Question> questions_;
    std::size_t protections_ = 0;
    std::size_t first_of_rules_ = 0;
    Bits all_;
    std::vector<std::uint32_t> timed_;  // clauses of rules with `from` or `until`

    Dimension servers_;
    NameSet server_names_;
    Postings of_server_names_;
    Dimension tags_;
    std::unordered_map<std::string, std::size_t> tag_numbers_;
    Postings of_tags_;
    Dimension schedules_;
    std::vector<std::shared_ptr<const Schedule>> schedule_values_;
    Postings of_schedules_;

    UserIndex users_;
    ClientIndex clients_;
    RangeIndex idle_, connected_, open_files_;
    FlagIndex guest_{0}, plaintext_{0};
};

}  // namespace curfew::policy
