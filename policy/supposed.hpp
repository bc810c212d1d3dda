#pragma once
// Sessions that somebody supposes rather than sees: for `explain` and for policy tests. What is not said is
// unknown.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/memory.hpp"

namespace curfew::policy {

struct SupposedSession {
    std::optional<std::string> user;    // empty text: a session without a user name
    std::optional<std::string> client;  // with or without leading backslashes
    std::optional<core::Seconds> idle;
    std::optional<core::Seconds> quiet;
    std::optional<core::Seconds> connected;
    std::optional<std::uint32_t> open_files;
    std::optional<bool> guest;
    std::optional<bool> plaintext_password;
    std::optional<std::string> client_type;
    std::optional<std::string> transport;
};

// As a server would have been understood that said just this. `kind: auto` is left in doubt, as it is on a
// server that does not prove to be Windows. None of the sessions is the daemon's own.
// With names by DNS nobody is asked: of each client just what is said is known.
ServerLook suppose(const ServerTraits& server, const std::vector<SupposedSession>& sessions,
                   core::WallTime at, ClientNames names = ClientNames::as_reported);

// A memory in which every rule has been deciding for every session of the look for so long; empty: forever.
// What that proves is for remember() to say: no rule has held for longer than the session has been there.
ServerMemory as_if_held(const Policy& policy, const ServerLook& look, std::optional<core::Seconds> held);

}  // namespace curfew::policy
