#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "daemon/books/commands.hpp"
#include "daemon/cli/cli.hpp"

namespace curfew::daemon {
namespace {

constexpr const char* default_config = "/etc/curfew/curfew.yaml";

struct AuditLine {
    AuditOptions audit{{default_config}};
    VerifyOptions verify;
    ConfigTextOptions text;
    std::vector<std::string> kinds;
    bool all = false;
    bool verifies = false;
};

void place_options(CLI::App& command, BooksPlace& place) {
    auto* config =
        command.add_option("--config", place.config, "The configuration that says where the audit is")
            ->capture_default_str()
            ->type_name("FILE");
    command.add_option("--file", place.file, "The audit itself")->type_name("FILE")->excludes(config);
}

CLI::Option* output_option(CLI::App& command, Format& output) {
    const std::map<std::string, Format> formats{
        {"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}};
    return command.add_option("--output", output, "How to print the result: table, json or csv")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
        ->type_name("FORMAT");
}

// An option whose text `parse` turns into a value; what it says of a wrong one is shown as it is.
template <class T, class Parse>
CLI::Option* parsed_option(CLI::App& command, const char* name, std::optional<T>& out, Parse parse,
                           const char* description) {
    return command.add_option_function<std::string>(
        name,
        [name, &out, parse](const std::string& text) {
            auto parsed = parse(text);
            if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
            out = *std::move(parsed);
        },
        description);
}

std::vector<CLI::Option*> range_options(CLI::App& command, TimeRange& range) {
    return {parsed_option(command, "--since", range.since, parse_moment,
                          "From then on, such as 2026-03-02T21:30:00+01:00, or how long ago, such as 7d")
                ->type_name("TIME"),
            parsed_option(command, "--until", range.until, parse_moment, "Before then")->type_name("TIME")};
}

std::string one_of(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 < words.size() ? ", " : " or ") + words[i];
    return text;
}

std::vector<CLI::Option*> filter_options(CLI::App& command, AuditLine& line) {
    auto& filter = line.audit.filter;
    std::vector<CLI::Option*> options{
        parsed_option(command, "--user", filter.user, policy::UserPattern::compile,
                      "Users that match, as in a policy")
            ->type_name("PATTERN"),
        parsed_option(command, "--client", filter.client, policy::ClientPattern::compile,
                      "Clients that match: names, an address or a CIDR block")
            ->type_name("PATTERN"),
        parsed_option(command, "--server", filter.server, policy::NamePattern::compile, "Servers that match")
            ->type_name("PATTERN"),
        command.add_option("--rule", filter.rule, "Of this rule; '' for what was done by hand")
            ->type_name("NAME")};
    const auto& outcomes = outcome_names();
    // Blanks are a nuisance on a command line.
    options.push_back(command
                          .add_option_function<std::string>(
                              "--outcome",
                              [&filter, &outcomes](std::string text) {
                                  std::replace(text.begin(), text.end(), '_', ' ');
                                  if (std::find(outcomes.begin(), outcomes.end(), text) == outcomes.end())
                                      throw CLI::ValidationError("--outcome", "expected " + one_of(outcomes));
                                  filter.outcome = text;
                              },
                              "Calls that came to this: " + one_of(outcomes))
                          ->type_name("OUTCOME"));
    const std::vector<std::string> kinds(entry_kinds.begin(), entry_kinds.end());
    auto* kind =
        command.add_option("--kind", line.kinds, "With commas: " + one_of(kinds) + "; by default call")
            ->delimiter(',')
            ->check(CLI::IsMember(kinds))
            ->type_name("KIND");
    options.push_back(kind);
    options.push_back(command.add_flag("--all", line.all, "Every kind")->excludes(kind));
    return options;
}

int run(AuditLine& line) {
    line.verify.place = line.text.place = line.audit.place;
    if (line.verifies) return verify_audit(line.verify);
    if (!line.text.digest.empty()) return audit_config_text(line.text);
    if (line.all) line.audit.filter.kinds.clear();
    if (!line.kinds.empty()) line.audit.filter.kinds = {line.kinds.begin(), line.kinds.end()};
    return audit(line.audit);
}

void add_audit(CLI::App& app, int& status) {
    const auto line = std::make_shared<AuditLine>();
    auto& command = *app.add_subcommand("audit", "What was done, when, and by which rule");
    place_options(command, line->audit.place);
    auto others = range_options(command, line->audit.range);
    for (auto* option : filter_options(command, *line)) others.push_back(option);
    others.push_back(output_option(command, line->audit.output));
    auto* verify = command.add_flag("--verify", line->verifies,
                                    "Check that no row was changed and none is missing; 1 where one is");
    const auto parse = [](const std::string& text) -> config::Parsed<RowHash> {
        if (auto row = parse_row_hash(text)) return *std::move(row);
        return config::Wrong{"expected a number and a hash, ID:HASH, as --verify prints them"};
    };
    parsed_option(command, "--expect", line->verify.expect, parse,
                  "With --verify: this row is there, as an earlier --verify called it")
        ->type_name("ID:HASH")
        ->needs(verify);
    auto* text = command
                     .add_option("--config-text", line->text.digest,
                                 "Print the configuration that was in force, by its digest's beginning")
                     ->check([](const std::string& digest) {
                         return digest.empty() ? std::string{"expected a digest"} : std::string{};
                     })
                     ->type_name("DIGEST")
                     ->excludes(verify);
    for (auto* option : others) {
        verify->excludes(option);
        text->excludes(option);
    }
    command.callback([line, &status] { status = run(*line); });
}

void add_report(CLI::App& app, int& status) {
    const auto options = std::make_shared<ReportOptions>();
    options->place.config = default_config;
    auto& command =
        *app.add_subcommand("report", "What each rule ended, and what it would have ended where it observes");
    place_options(command, options->place);
    command.add_option("--rule", options->rule, "Only this one; '' for what was done by hand")
        ->type_name("NAME");
    range_options(command, options->range);
    const std::map<std::string, By> ways{
        {"server", By::server}, {"user", By::user}, {"hour", By::hour}, {"all", By::all}};
    command.add_option("--by", options->by, "server, user, hour (on this machine's clock) or all")
        ->transform(CLI::CheckedTransformer(ways, CLI::ignore_case))
        ->type_name("WAY");
    output_option(command, options->output);
    command.callback([options, &status] { status = report(*options); });
}

}  // namespace

void add_books(CLI::App& app, int& status) {
    add_audit(app, status);
    add_report(app, status);
}

}  // namespace curfew::daemon
