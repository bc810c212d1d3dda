#pragma once
// What can go wrong with a server on command, for every call or for some, while it runs.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"

namespace curfew::core::lab {

// What a client asks for, as far as faults tell it apart.
enum class Call {
    connect,  // a TCP connection
    negotiate,
    session_setup,
    tree_connect,
    create,
    bind,
    session_enum,
    session_del,
    other,
};

enum class FaultKind {
    delay,            // the reply comes `delay` later
    silence,          // no reply, ever; the connection stays
    reset,            // half of the reply, then a TCP reset
    half_open,        // from now on the connection is dead and nobody says so: nothing is read, nothing sent
    random_bytes,     // a frame of noise instead of the reply
    wrong_signature,  // one bit of the reply is not what was signed
    no_credits,       // the reply grants none
    downgrade,        // NEGOTIATE answers with the lowest dialect although both sides can do better
    session_expired,  // STATUS_NETWORK_SESSION_EXPIRED; the session is gone
    pipe_death,       // STATUS_CONNECTION_DISCONNECTED; the pipe is gone, the session is not
    access_denied,    // ERROR_ACCESS_DENIED from the call
    truncated_ndr,    // the result stops in its middle
    oversized_ndr,    // the result announces more sessions than it carries
    fragments,        // the result comes in fragments of at most `size` bytes, and in reads of that size
    wake_up,          // everybody listed becomes active right after the reply
};
std::string_view to_string(FaultKind kind);  // "wrong_signature"
std::string_view to_string(Call call);       // "session_enum"
std::optional<FaultKind> fault_kind_from(std::string_view text);
std::optional<Call> call_from(std::string_view text);

struct Fault {
    FaultKind kind = FaultKind::silence;
    std::optional<Call> call;            // none: session_enum and session_del
    Milliseconds delay{0};               // real time; with `delay`
    std::uint32_t size = 0;              // bytes; with `fragments`
    std::uint32_t skip = 0;              // so many of these calls go well first
    std::optional<std::uint32_t> times;  // then so many go wrong; none: all
    bool operator==(const Fault&) const = default;
};

// The faults of one server. From any thread.
class Faults {
  public:
    using Id = std::uint64_t;
    Id set(Fault fault);
    void remove(Id id);
    void clear();
    // What is to go wrong with this call, the first that fits; counts the call.
    std::optional<Fault> take(Call call);

  private:
    std::mutex mutex_;
    std::vector<std::pair<Id, Fault>> faults_;
    Id last_id_ = 0;
};

}  // namespace curfew::core::lab
