#pragma once
// `when`, `not`, `protect`: a tree of conditions over one session on one server, evaluated in three values.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/facts.hpp"
#include "policy/pattern.hpp"
#include "policy/schedule.hpp"
#include "policy/truth.hpp"

namespace curfew::policy {

// Half-open: at_least <= value < below.
template <class T> struct Range {
    std::optional<T> at_least;
    std::optional<T> below;

    Truth contains(const std::optional<T>& value) const {
        if (!value) return Truth::unknown;
        return truth_of((!at_least || *value >= *at_least) && (!below || *value < *below));
    }
};

struct Condition;

struct Always {};
struct UserMatches {
    std::vector<UserPattern> any_of;
};
struct ClientMatches {
    std::vector<ClientPattern> any_of;
};
struct ServerMatches {
    std::vector<NamePattern> any_of;
};
struct TransportMatches {
    std::vector<NamePattern> any_of;
};  // level 502 alone tells it
struct ClientTypeMatches {
    std::vector<NamePattern> any_of;
};  // levels 2 and 502
struct HasTag {
    std::vector<std::string> any_of;
};  // tags are exact
struct IdleIn {
    Range<core::Seconds> range;
    std::optional<core::Seconds> or_quiet =
        std::nullopt;  // where idle is unknown: quiet at least so long instead
};
struct QuietIn {
    Range<core::Seconds> range;
};
struct ConnectedIn {
    Range<core::Seconds> range;
};
struct OpenFilesIn {
    Range<std::uint32_t> range;
};
struct FlagIs {
    std::uint32_t flag = 0;
    bool set = true;
};  // core::sess_guest, core::sess_noencryption
// The session is one too many of its user, client, or both: see crowd.hpp.
struct Concurrent {
    enum class Count { clients, sessions };
    enum class Per { user, client, user_and_client };
    enum class Across { server, fleet };
    enum class End { oldest, newest, most_idle };
    std::uint32_t more_than = 1;
    Count count = Count::clients;
    Per per = Per::user;
    Across across = Across::fleet;
    End end = End::oldest;
    bool operator==(const Concurrent&) const = default;
};
struct InSchedule {
    std::vector<std::shared_ptr<const Schedule>> any_of;
};
struct AllOf {
    std::vector<Condition> conditions;
};
struct AnyOf {
    std::vector<Condition> conditions;
};
struct Not {
    std::shared_ptr<const Condition> condition;
};

struct Condition {
    std::variant<Always, UserMatches, ClientMatches, ServerMatches, TransportMatches, ClientTypeMatches,
                 HasTag, IdleIn, QuietIn, ConnectedIn, OpenFilesIn, FlagIs, Concurrent, InSchedule, AllOf,
                 AnyOf, Not>
        node;
};

class Crowd;

// What a condition is held against besides the session.
struct Circumstances {
    core::WallTime at{};           // when the session was looked at: for the schedules
    const Crowd* crowd = nullptr;  // who else is there; null: nothing is known, `concurrent` is unknown
    std::size_t rule = 0;          // whose condition it is: whoever an earlier rule ends is not in the crowd
    bool given_time = false;       // as if whoever has no file open had been quiet for long enough
};

Truth evaluate(const Condition& condition, const ServerFacts& server, const SessionFacts& session,
               const Circumstances& circumstances);
inline Truth evaluate(const Condition& condition, const ServerFacts& server, const SessionFacts& session,
                      core::WallTime at) {
    return evaluate(condition, server, session, Circumstances{.at = at});
}

// Whether a condition of that kind stands anywhere in it.
bool asks_for_quiet(const Condition& condition);
std::vector<const Concurrent*> all_concurrent(const Condition& condition);  // they stand in it

}  // namespace curfew::policy
