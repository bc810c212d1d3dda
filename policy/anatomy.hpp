#pragma once
// What a condition is made of: a combination of others, or a question about facts. Told in one place, for
// whoever explains conditions or reasons about them; a kind of condition that is not taken apart here does
// not compile.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/condition.hpp"
#include "policy/zone.hpp"

namespace curfew::policy {

// What the answers depend on.
enum class Fact {
    user,
    client,
    server,
    tags,
    idle,
    quiet,
    connected,
    open_files,
    guest,
    plaintext_password,
    transport,
    client_type,
    crowd,  // who else is there
    time,
    timezone,  // the server's own
};
std::string_view to_string(Fact fact);

// In seconds or pieces, and as people write it.
struct Bound {
    std::int64_t value = 0;
    std::string text;
};
// Half-open.
struct Bounds {
    std::optional<Bound> at_least;
    std::optional<Bound> below;
};

struct Question {
    std::string_view key;     // as in `when`: "idle"
    std::vector<Fact> about;  // all that the answer depends on, what is asked first; empty: nothing
    std::string wanted;       // "at least 30m", "one of 'a', 'b'", "true"
    std::vector<Condition>
        entries;                    // of a list of several: each alone; the list is true where one of them is
    std::optional<Bounds> bounds;   // of a number
    std::optional<Bound> or_quiet;  // of an idle time: where it is unknown, quiet for so long instead
    std::optional<Zone> clock;      // of a schedule: the wall clock it goes by; empty: the server's own
    std::optional<bool> flag;       // of a flag: what it has to be
    bool certain = false;           // true whatever the facts are, and where they are unknown: `*`
};

enum class Join { all, any, negation };

// Points into the condition, which has to outlive it. Without parts it is unknown.
struct Combination {
    Join join = Join::all;
    std::vector<const Condition*> parts;
};
std::string_view to_string(Join join);  // as in `when`: "not"

using Anatomy = std::variant<Question, Combination>;

Anatomy anatomy_of(const Condition& condition);

}  // namespace curfew::policy
