#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/integration/samba_server.hpp"

namespace curfew::testing {

// The two calls made by somebody else's client (Samba's Python bindings, in a process of its own): what the
// server answers when curfew's code has no part in it.
struct ListedSession {
    std::string client;
    std::string user;
    std::uint32_t open_files = 0;
    std::uint32_t seconds = 0;
    std::uint32_t idle_seconds = 0;
};

struct ProbeReply {
    int error = -1;  // the WERROR, 0 is success; -1 when there was no answer
    std::vector<ListedSession> sessions;
    std::string text;  // what the probe said, for a failed test's message
};

// NetSessionEnum at level 1, as this user of the server. Lists the probe's own session too.
ProbeReply probe_enumerate(const SambaServer& server, const std::string& caller);

// NetSessionDel; an empty name is passed as a null pointer.
ProbeReply probe_delete(const SambaServer& server, const std::string& caller, const std::string& client,
                        const std::string& user);

}  // namespace curfew::testing
