#pragma once
// The names one NetSessionDel is given, as the server spelled them, and words about sessions for people.

#include <optional>
#include <string>
#include <vector>

#include "core/names.hpp"
#include "policy/facts.hpp"
#include "policy/server_plan.hpp"

namespace curfew::policy {

struct Call {
    core::ClientName client;
    core::UserName user;
};

// Empty where a name is missing: then there is nothing that could be called.
std::optional<Call> call_for(const SessionFacts& session);
std::optional<Why> missing_name(const SessionFacts& session);

std::optional<core::Seconds> longest_idle(const ServerLook& look, const std::vector<std::size_t>& sessions);

std::string who(const SessionFacts& session);

}  // namespace curfew::policy
