#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "config/decode/duration.hpp"
#include "daemon/cli/cli.hpp"
#include "daemon/commands/apply.hpp"
#include "daemon/commands/commands.hpp"

namespace curfew::daemon {
namespace {

constexpr const char* default_config = "/etc/curfew/curfew.yaml";

void config_option(CLI::App& command, std::string& config) {
    config = default_config;
    command.add_option("--config", config, "The configuration")->capture_default_str()->type_name("FILE");
}

}  // namespace

void add_running(CLI::App& app, int& status) {
    const auto applying = std::make_shared<ApplyOptions>();
    auto& apply_command =
        *app.add_subcommand("apply", "End what is in a plan and still matches, and nothing else");
    config_option(apply_command, applying->config);
    apply_command.add_option("FILE", applying->file, "What `curfew plan --out` wrote")->required();
    apply_command
        .add_option_function<std::string>(
            "--max-age",
            [applying](const std::string& text) {
                const auto time = config::parse_duration(text);
                if (!time) throw CLI::ValidationError("--max-age", time.error().message);
                applying->max_age = *time;
            },
            "An older plan is refused")
        ->default_str("15m")
        ->type_name("DURATION");
    apply_command.callback([applying, &status] { status = apply(*applying); });

    const auto comparing = std::make_shared<DiffOptions>();
    auto& diff_command = *app.add_subcommand(
        "diff", "What the file on disk, or NEW, would decide differently from what is in force, now");
    config_option(diff_command, comparing->config);
    diff_command.add_option("NEW", comparing->other, "Another configuration");
    diff_command
        .add_option_function<std::string>(
            "--output",
            [comparing](const std::string& text) {
                if (text != "table" && text != "json")
                    throw CLI::ValidationError("--output", "table or json");
                comparing->json = text == "json";
            },
            "How to print the result: table or json")
        ->type_name("FORMAT");
    diff_command.callback([comparing, &status] { status = diff(*comparing); });
}

}  // namespace curfew::daemon
