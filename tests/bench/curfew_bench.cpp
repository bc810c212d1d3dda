// What curfew costs and how soon it acts. Every table is of one run, with the aims that were met or missed.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>

#include "tests/bench/crowded_server.hpp"
#include "tests/bench/everywhere.hpp"
#include "tests/bench/fleet_passes.hpp"
#include "tests/bench/lab_scale.hpp"
#include "tests/bench/look.hpp"
#include "tests/bench/matches.hpp"

namespace curfew::bench {
namespace {

constexpr const char* usage =
    "usage: curfew_bench [look]                      what a look costs beside other clients\n"
    "       curfew_bench look --only-kept            kept looks alone, for a profiler\n"
    "       curfew_bench lab [--servers 10000]       what a lab of so many servers costs\n"
    "       curfew_bench fleet [--servers N]         passes over 100, 1,000 and 10,000 kept servers, or over "
    "N\n"
    "       curfew_bench crowd [--sessions N]        1, 1,000 and 50,000 sessions on one server, or N\n"
    "       curfew_bench matches [--seconds 160]     how late a match is found, and with how many looks\n"
    "       curfew_bench everywhere [--servers 10000] disconnect --everywhere\n"
    "       curfew_bench all                         all of these, one after the other\n";

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc{} && end == text.data() + text.size() && value > 0;
    return good ? std::optional{value} : std::nullopt;
}

int all() {
    int status = look(false);
    for (const auto bench : {+[] { return lab_scale(10'000); }, +[] { return fleet_passes({}); },
                             +[] { return crowded_server({}); }, +[] { return matches(160); },
                             +[] { return everywhere(10'000); }}) {
        std::printf("\n\n");
        std::fflush(stdout);
        if (const int one = bench(); one != EXIT_SUCCESS) status = one;
    }
    return status;
}

// Empty where the arguments are not understood.
std::optional<int> run(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "look";
    const std::string_view option = argc > 2 ? argv[2] : "";
    const auto given = argc == 4 ? number(argv[3]) : std::nullopt;
    const bool plain = argc <= 2;
    const auto with = [&](std::string_view name) { return given && option == name; };
    if (what == "look" && argc == 3 && option == "--only-kept") return look(true);
    if (what == "look" && plain) return look(false);
    if (what == "lab" && (plain || with("--servers"))) return lab_scale(given.value_or(10'000));
    if (what == "fleet" && (plain || with("--servers"))) return fleet_passes(given);
    if (what == "crowd" && (plain || with("--sessions"))) return crowded_server(given);
    if (what == "matches" && (plain || with("--seconds"))) return matches(given.value_or(160));
    if (what == "everywhere" && (plain || with("--servers"))) return everywhere(given.value_or(10'000));
    if (what == "all" && plain) return all();
    return std::nullopt;
}

}  // namespace
}  // namespace curfew::bench

int main(int argc, char** argv) {
    try {
        if (const auto status = curfew::bench::run(argc, argv)) return *status;
        std::fputs(curfew::bench::usage, stderr);
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return EXIT_FAILURE;
    }
}
