#pragma once
// The conditions of two configurations as formulas over the same single questions, for protect_cover.hpp.
//
// A question has two variables: that its answer is known to be yes, and that it is known to be no; with
// neither, nobody knows. Two questions are one only where every session answers both alike under both
// configurations; in doubt they are two, and then less is certain.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "core/address.hpp"
#include "policy/satisfiable.hpp"

namespace curfew::config {

struct Formula {
    enum class Kind { literal, all, any } kind = Kind::all;  // all of nothing holds, any of nothing fails
    policy::Literal literal = 0;
    std::vector<Formula> parts;
};
Formula negated(const Formula& formula);
std::string key_of(const Formula& formula);  // the same for the same parts in another order

// What the two configurations answer differently for reasons outside of conditions.
struct Differences {
    bool clients = false;             // what is found out of clients
    bool idle = false;                // whose idle times are believed
    bool quiet = false;               // which looks come too late
    bool clock = false;               // the server's own wall clock
    std::set<std::string> schedules;  // by digest: their zone is not what it was
};

// One of the two, perhaps on one server; without a server: on any that both have, with the same traits.
struct Reading {
    const Config* config = nullptr;
    std::string_view side;  // "before", "after"
    const policy::ServerTraits* server = nullptr;
};

class Questions {
  public:
    explicit Questions(Differences differences) : differences_(std::move(differences)) {}

    // Holds where the condition is known to be true, or false. Unknown is neither.
    Formula known_to_be(bool wanted, const policy::Condition& condition, const Reading& reading);

    // How the answers hang together, of all that was asked so far.
    std::vector<policy::Clause> axioms() const;
    std::size_t variables() const { return 2 * count_; }

  private:
    struct Evaluation;
    using Index = std::size_t;
    struct Wildcards {
        policy::NamePattern pattern;
        Index question;
    };
    struct Names {  // of one kind: users, or clients
        std::map<std::string, Index> plain;
        std::vector<Wildcards> wildcards;
    };

    Index question(const std::string& name);
    Index bound(const std::string& key, std::int64_t value);
    Index pattern(std::string_view kind, std::string_view text, const Reading& reading);
    void know(std::string_view kind, const std::string& text, Index index);
    static policy::Literal yes(Index index) { return static_cast<policy::Literal>(2 * index + 1); }
    static policy::Literal no(Index index) { return static_cast<policy::Literal>(2 * index + 2); }
    static Formula answer(Index index, bool wanted);
    void add_inclusions(std::vector<policy::Clause>& clauses) const;

    Differences differences_;
    std::size_t count_ = 0;
    std::map<std::string, Index> by_name_;
    std::map<std::string, std::map<std::int64_t, Index>> bounds_;  // by key
    std::map<std::string, Names, std::less<>> names_;              // by kind
    std::vector<std::pair<core::CidrBlock, Index>> blocks_;
};

}  // namespace curfew::config
