// Plan files as hands and chance make them: whatever is read is written again and read as the same, and the
// text of a good plan with any line left out is still one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/plan_file/plan_text.hpp"

namespace {

using namespace curfew;

void require(bool holds) {
    if (!holds) std::abort();
}

// Names of a stranger's choosing, through writing and reading: they come back, or as what is left of them,
// which then stays.
void carry(std::string_view name) {
    daemon::PlanFile plan;
    plan.host = name;
    plan.entries.push_back(
        {std::string{name}, "c", std::string{name}, {"r", "d"}, "c", std::string{name}, {}});
    plan.entries[0].targets.push_back({std::string{name}, "u", core::WallTime{}});
    plan.entries[0].targets.push_back({"c", std::string{name}, std::nullopt});
    const auto once = daemon::read_plan_text(daemon::plan_text(plan));
    require(once.has_value());
    const auto twice = daemon::read_plan_text(daemon::plan_text(*once));
    require(twice.has_value() && *twice == *once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t enough = 64 * 1024;
    if (size > enough) return 0;
    const std::string text(data, data + size);
    const auto plan = daemon::read_plan_text(text);
    if (plan) {
        const auto again = daemon::read_plan_text(daemon::plan_text(*plan));
        require(again.has_value() && *again == *plan);
    } else {
        require(!plan.error().context.empty());
    }
    constexpr std::size_t a_name = 512;
    if (size <= a_name) carry(text);
    return 0;
}
