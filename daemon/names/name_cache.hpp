#pragma once
// What is known of clients by DNS, as a state machine: no clock, no I/O. It is told which clients somebody
// looks at, says what is to be asked, and is told the answers. Bounded: so many clients, those that nobody
// looked at for longest go first; so many questions under way.
//
// An answer is fresh for 10 minutes; then the question is asked again at the next occasion, and the old
// answer holds until there is a new one, but for 30 minutes and no longer: what is too old is unknown. Where
// DNS says that there is nothing, nothing is known from then on. After a failure of either kind it is asked
// again a minute later, then after two, four, eight and ten.

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "core/address.hpp"
#include "core/time.hpp"
#include "policy/pattern.hpp"

namespace curfew::daemon {

// An address, whose names are asked for; or a name, folded, whose addresses are.
using ClientQuestion = std::variant<core::IpAddress, std::string>;

struct ClientAnswer {
    enum class Kind {
        found,
        nothing,    // DNS has nothing, or nothing that is confirmed: what was known is so no more
        no_answer,  // it did not say: what was known holds as long as it may
    };
    Kind kind = Kind::no_answer;
    policy::FoundClient found;
    std::string message;  // why not, for people
};

struct NameCacheBounds {
    std::size_t clients = 100'000;
    std::size_t under_way = 16;
};

class NameCache {
  public:
    explicit NameCache(NameCacheBounds bounds = {}) : bounds_(bounds) {}

    // What is known now. If that is nothing, or not fresh, the question is put down, once.
    policy::FoundClient known(const ClientQuestion& client, core::SteadyTime now);

    // Puts down all that is known and not fresh of clients that somebody looked at since `since`.
    void refresh(core::SteadyTime since, core::SteadyTime now);

    // What to ask now; from here on it is under way. Nothing where nobody waits, or too many are under way.
    std::optional<ClientQuestion> next();
    void answered(const ClientQuestion& client, ClientAnswer answer, core::SteadyTime now);

    std::size_t size() const { return entries_.size(); }
    std::size_t under_way() const { return under_way_; }
    bool is_settled() const { return waiting_.empty() && under_way_ == 0; }

  private:
    enum class Standing { at_rest, waiting, under_way };
    struct Entry {
        std::optional<policy::FoundClient> found;
        core::SteadyTime found_at{};
        std::optional<core::SteadyTime> ask_at;  // not before; empty: at once
        core::SteadyTime looked_at{};
        unsigned failures = 0;  // in a row
        Standing standing = Standing::at_rest;
        std::list<ClientQuestion>::iterator use;    // in by_use_
        std::list<ClientQuestion>::iterator place;  // in waiting_, while it waits
    };
    using Entries = std::map<ClientQuestion, Entry>;

    void put_down(const ClientQuestion& client, Entry& entry, core::SteadyTime now);
    Entry* find_or_add(const ClientQuestion& client);
    bool make_room();

    NameCacheBounds bounds_;
    Entries entries_;
    std::list<ClientQuestion> by_use_;   // the latest first
    std::list<ClientQuestion> waiting_;  // the longest first
    std::size_t under_way_ = 0;
};

}  // namespace curfew::daemon
