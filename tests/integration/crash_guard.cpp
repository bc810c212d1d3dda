#include "tests/integration/crash_guard.hpp"

namespace curfew::testing {
namespace {

// More than one round: smbd may fork while the list is being made. A killed process has no environment any
// more.
constexpr const char* script = R"(
read -r word && [ "$word" = done ] && exit 0
for round in 1 2 3 4 5 6 7 8 9 10; do
    found=$(grep -lsaF -e "$2" /proc/[0-9]*/environ | cut -d/ -f3)
    [ -z "$found" ] && break
    kill -KILL $found
done
rm -rf "$1"
)";

}  // namespace

CrashGuard::CrashGuard(const std::filesystem::path& dir, const std::string& marker) {
    SpawnOptions options;
    options.stdin_pipe = true;
    options.pdeathsig = false;
    shell_ = ChildProcess({"/bin/sh", "-c", script, "curfew-crash-guard", dir.string(), marker}, options);
}

void CrashGuard::dismiss() {
    if (!shell_.running()) return;
    shell_.write("done\n");
    shell_.wait(std::chrono::seconds(5));
}

}  // namespace curfew::testing
