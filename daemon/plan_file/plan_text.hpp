#pragma once
// A plan as a file: a line that says what it is, and a line for each disconnect, each an object of JSON with
// the SHA-256 of what it says (`sha256`); an entry's goes over the first line's too.
//
// So whoever reviews it may remove lines. An altered line, one of another plan and one that is there twice
// are refused. That guards against slips and not against people: who may write the file can write any hash,
// and who may apply it may end sessions by hand as well.

#include <string>
#include <string_view>

#include "core/errors/error.hpp"
#include "daemon/plan_file/plan_file.hpp"

namespace curfew::daemon {

inline constexpr std::size_t plan_max_bytes = 64U << 20U;
inline constexpr std::size_t plan_max_line = 4U << 20U;
inline constexpr std::size_t plan_max_entries = 200'000;

std::string plan_text(const PlanFile& plan);

// EBADMSG, with the number of the line and what is wrong with it.
core::Result<PlanFile> read_plan_text(std::string_view text);

// The whole file or nothing of it, mode 0600; what had this name is replaced, if it was a regular file.
// Blocks. Errors name the path.
core::Result<void> write_plan_file(const std::string& path, const PlanFile& plan);
core::Result<PlanFile> read_plan_file(const std::string& path);

}  // namespace curfew::daemon
