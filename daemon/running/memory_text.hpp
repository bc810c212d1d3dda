#pragma once
// The memory of `for` and `quiet`, and trips, as text: for the books, and for whoever borrows them.
//
// Times are those of the steady clock, which means something only within one boot; the text says which.

#include <optional>
#include <string>
#include <vector>

#include "policy/fleet_summary.hpp"
#include "policy/memory.hpp"

namespace curfew::daemon {

// `seen`: both clocks at the last look, by which a jump between it and the next is noticed.
std::string write_memory(const policy::ServerMemory& memory, const std::string& boot,
                         const std::optional<core::Now>& seen = std::nullopt);
// Empty where the text is none of ours, or of another boot: nothing is proven then.
std::optional<policy::ServerMemory> read_memory(const std::string& text, const std::string& boot);

std::optional<core::Now> read_seen(const std::string& text);

std::string write_trip(const policy::Trip& trip);
std::optional<policy::Trip> read_trip(const std::string& text);

}  // namespace curfew::daemon
