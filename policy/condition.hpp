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
                 HasTag, IdleIn, ConnectedIn, OpenFilesIn, FlagIs, InSchedule, AllOf, AnyOf, Not>
        node;
};

// `at` is when the session was looked at: what the schedules are held against.
Truth evaluate(const Condition& condition, const ServerFacts& server, const SessionFacts& session,
               core::WallTime at);

}  // namespace curfew::policy
