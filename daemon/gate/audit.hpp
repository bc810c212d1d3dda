#pragma once
// What was done, written down before it is done. An intent that cannot be made durable means no call.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "policy/server_plan.hpp"

namespace curfew::daemon {

// What was known of the sessions when their end was decided.
struct Seen {
    std::uint64_t sessions = 0;         // the number of targets
    std::optional<core::Seconds> idle;  // the longest
    std::optional<core::Seconds> connected;
    std::optional<std::uint32_t> open_files;
    std::optional<core::WallTime> started;  // of the youngest whose start is known
};

struct Intent {
    core::WallTime at{};
    std::string server;
    std::string client;
    std::string user;
    std::string rule;    // empty: by hand
    std::string reason;  // the rule's, or the person's
    std::string owner;
    std::string ticket;
    std::string config_digest;
    std::string client_key;  // as the policy compares them
    std::string user_key;
    std::string rule_digest;
    std::string who;  // by hand: who asked for it, such as "uid 1000"
    Seen seen;
};

using IntentId = std::uint64_t;

enum class Outcome {
    ended,              // gone; or back already, with a later start
    already_gone,       // nobody was there any more: nothing was ended
    still_there,        // the server said yes and the sessions are there after five seconds
    unknown,            // no reply, and no look possible
    error,              // the server said no, by name
    no_longer_matches,  // spared: asked again, the policy decided otherwise
    withheld,           // spared: asked again, something stood in the way
    not_asked,          // spared: the server could not be asked again
};
std::string_view to_string(Outcome outcome);

struct Result {
    Outcome outcome = Outcome::unknown;
    core::Error error;                              // with Outcome::error and ::not_asked
    std::string detail;                             // for people
    std::optional<policy::Why> why = std::nullopt;  // with ::no_longer_matches and ::withheld
};

class Audit {
  public:
    virtual ~Audit() = default;
    // Durable when it returns.
    virtual boost::asio::awaitable<core::Result<IntentId>> intent(const Intent& intent) = 0;
    // `intent.seen` is what the server said right before the call, where it came to one.
    virtual boost::asio::awaitable<void> outcome(IntentId id, const Intent& intent, const Result& result) = 0;
};

}  // namespace curfew::daemon
