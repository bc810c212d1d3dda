#pragma once
// Which clauses a session's user, its client and a server's name do not rule out.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/dimension.hpp"
#include "policy/facts.hpp"
#include "policy/name_set.hpp"
#include "policy/network_set.hpp"
#include "policy/pattern.hpp"

namespace curfew::policy {

// While an index is made: every alternative once, with the clauses that name it. Two of one identity are one.
template <class Alternative, class Identity = std::string> class Collected {
  public:
    void add(const Alternative& alternative, const Identity& identity, std::size_t clause) {
        const auto [place, fresh] = numbers_.try_emplace(identity, alternatives.size());
        if (fresh) {
            alternatives.push_back(alternative);
            clauses_of.emplace_back();
        }
        auto& clauses = clauses_of[place->second];
        if (clauses.empty() || clauses.back() != clause)
            clauses.push_back(static_cast<std::uint32_t>(clause));
    }

    std::vector<Alternative> alternatives;
    std::vector<std::vector<std::uint32_t>> clauses_of;

  private:
    std::unordered_map<Identity, std::size_t> numbers_;
};

class UserIndex {
  public:
    class Builder;
    UserIndex() = default;

    bool used() const { return dimension_.used(); }
    // `marked` is empty before.
    void mark(const SessionFacts& session, Bits& marked) const;
    Word not_ruled_out(std::size_t word, const Bits& marked) const {
        return dimension_.not_ruled_out(word, marked);
    }

  private:
    void mark_qualified(const SessionFacts& session, const NameText& name, const NameText* qualified,
                        Bits& marked) const;

    Dimension dimension_;
    NameSet bare_;
    Postings of_bare_;
    NameSet qualified_;  // those with a backslash
    Postings of_qualified_;
    NameSet name_parts_;  // what stands behind it
    Postings of_name_parts_;
    Bits with_qualified_;  // clauses that name one
    Bits without_part_;    // of those the ones that name one without such a part
    std::vector<UserPattern> lists_;
    Postings of_lists_;
    bool wants_domain_ = false;
};

class ClientIndex {
  public:
    class Builder;
    ClientIndex() = default;

    bool used() const { return dimension_.used(); }
    void mark(const ClientFacts& client, Bits& marked) const;
    Word not_ruled_out(std::size_t word, const Bits& marked) const {
        return dimension_.not_ruled_out(word, marked);
    }

  private:
    Dimension dimension_;
    NetworkSet blocks_;
    Postings of_blocks_;
    NameSet names_;
    Postings of_names_;
    Bits with_blocks_;
    Bits with_names_;
    std::vector<ClientPattern> lists_;
    Postings of_lists_;
};

// Each takes the conditions of all clauses, and is then what it builds.
class UserIndex::Builder {
  public:
    explicit Builder(std::size_t clauses);
    void add(std::size_t clause, const std::vector<UserPattern>& any_of, bool negated, bool asks_certain);
    UserIndex build();

  private:
    std::size_t words_;
    UserIndex index_;
    Collected<NamePattern> bare_, qualified_, name_parts_;
    Collected<UserPattern, const UserList*> lists_;
};

class ClientIndex::Builder {
  public:
    explicit Builder(std::size_t clauses);
    void add(std::size_t clause, const std::vector<ClientPattern>& any_of, bool negated, bool asks_certain);
    ClientIndex build();

  private:
    std::size_t words_;
    ClientIndex index_;
    Collected<core::CidrBlock> blocks_;
    Collected<NamePattern> names_;
    Collected<ClientPattern, const ClientList*> lists_;
};

}  // namespace curfew::policy
