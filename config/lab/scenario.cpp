#include "config/lab/scenario.hpp"

#include <exception>
#include <string_view>
#include <utility>

#include "config/decode/map_reader.hpp"
#include "config/lab/parts.hpp"
#include "config/lab/values.hpp"
#include "config/read_file.hpp"
#include "config/reporter.hpp"
#include "config/yaml/limits.hpp"
#include "config/yaml/parse.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view write_alike_once = "; what is alike is written once, with `count`";

// It stands in front of names, as in `LAB\curfew` and `LAB:curfew:password`.
std::optional<std::string> read_domain(const Value& value) {
    auto domain = read_bounded_name(value, "the name of a domain", {64, Empty::refused});
    if (!domain || domain->find_first_of("\\/:@# ") == std::string::npos) return domain;
    value.expected("the name of a domain such as `LAB`");
    return std::nullopt;
}

core::lab::Scenario read_all(const Value& root, const Reporter& reporter) {
    core::lab::Scenario out;
    MapReader map(root, "a map with `version` and `servers`");
    const auto version = map.required("version", "write `version: 1`");
    const auto seed = map.optional("seed");
    const auto speed = map.optional("speed");
    const auto domain = map.optional("domain");
    const auto accounts = map.optional("accounts");
    const auto servers =
        map.required("servers", "name the servers of the lab, such as `servers: [{name: fs1.lab}]`");
    const auto habits = map.optional("habits");
    map.finish();

    if (version && !version->is_plain("1"))
        version->expected("`1` without quotes, the version of this form that this curfew reads");
    if (seed) out.seed = read_seed(*seed).value_or(out.seed);
    if (speed) out.speed = read_speed(*speed).value_or(out.speed);
    if (domain) out.domain = read_domain(*domain).value_or(out.domain);
    out.accounts = {{"curfew", "", core::lab::Rights::administrator}};
    if (accounts) out.accounts = read_accounts(*accounts);
    Habits known;
    if (habits) known.read(*habits);
    if (servers) out.servers = read_lab_servers(*servers, known);
    if (reporter.errors() == 0) known.warn_of_unused();
    return out;
}

template <class Text> LoadedScenario load_by(const std::string& path, Text text_of) {
    LoadedScenario out;
    try {
        Reporter reporter;
        const Parsed<std::string> text = text_of();
        if (!text) {
            reporter.report(Severity::error, {path, 0, 0}, "", "cannot be read: " + text.error().message);
        } else if (const auto document = yaml::parse(path, *text, reporter, write_alike_once)) {
            auto scenario = read_all({*document, reporter}, reporter);
            if (reporter.errors() == 0) out.scenario = std::move(scenario);
        }
        out.diagnostics = reporter.take({path});
    } catch (const std::exception& problem) {
        out.scenario.reset();
        out.diagnostics.push_back(
            {Severity::error, {path, 0, 0}, "", std::string("cannot be read: ") + problem.what()});
    }
    return out;
}

}  // namespace

LoadedScenario load_scenario(const std::string& path) {
    // One byte more than may be, to see that it is too much.
    return load_by(path, [&] { return read_file(path, yaml::max_bytes + 1); });
}

LoadedScenario scenario_from_text(const std::string& text, const std::string& path) {
    return load_by(path, [&] { return Parsed<std::string>(boost::system::in_place_value, text); });
}

}  // namespace curfew::config
