#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "config/decode/duration.hpp"
#include "config/decode/timestamp.hpp"
#include "core/auth/blocking_pool.hpp"
#include "daemon/cli/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/demo/commands.hpp"
#include "daemon/descriptors.hpp"
#include "daemon/hardening.hpp"

namespace {

using namespace curfew::daemon;

constexpr const char* default_config = "/etc/curfew/curfew.yaml";

const std::map<std::string, Format> table_or_json{{"table", Format::table}, {"json", Format::json}};
const std::map<std::string, Format> any_format{
    {"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}};

void config_option(CLI::App& command, std::string& config) {
    command.add_option("--config", config, "The configuration")->capture_default_str()->type_name("FILE");
}

void output_option(CLI::App& command, Format& output, const std::map<std::string, Format>& formats,
                   const char* names) {
    command.add_option("--output", output, "How to print the result: " + std::string{names})
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
        ->type_name("FORMAT");
}

// An option whose text `parse` turns into a value; what it says of a wrong one is shown as it is.
template <class T>
CLI::Option* parsed_option(CLI::App& command, const char* name, std::optional<T>& out,
                           curfew::config::Parsed<T> (*parse)(std::string_view), const char* description) {
    return command.add_option_function<std::string>(
        name,
        [name, &out, parse](const std::string& text) {
            const auto parsed = parse(text);
            if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
            out = *parsed;
        },
        description);
}

std::vector<std::string> split_tags(const std::string& text) {
    std::vector<std::string> tags;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) tags.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return tags;
}

void add_explain(CLI::App& app, ExplainOptions& options, int& status) {
    using curfew::config::parse_duration;
    auto& command = *app.add_subcommand(
        "explain", "Rule by rule, what the policy says of a session that you describe; asks no server");
    auto& session = options.session;
    config_option(command, options.config);
    command.add_option("--server", options.server, "One of the configuration, or any name with --tags")
        ->required();
    command.add_option("--user", session.user, "As the server reports it; '' for a session without")
        ->required();
    command.add_option("--client", session.client, "Its address or name, as the server reports it")
        ->required();
    parsed_option(command, "--idle", session.idle, parse_duration, "What is left out is unknown")
        ->type_name("DURATION");
    parsed_option(command, "--quiet", session.quiet, parse_duration, "How long no file was seen open")
        ->type_name("DURATION");
    parsed_option(command, "--connected", session.connected, parse_duration, "Such as 1h30m")
        ->type_name("DURATION");
    command.add_option("--open-files", session.open_files, "How many files it has open");
    command.add_option("--guest", session.guest, "true or false")->type_name("BOOL");
    command.add_option("--plaintext-password", session.plaintext_password, "true or false")
        ->type_name("BOOL");
    command.add_option("--client-type", session.client_type, "The kind of client, as reported");
    command.add_option("--transport", session.transport, "The transport, as reported");
    parsed_option(command, "--at", options.at, curfew::config::parse_timestamp,
                  "When, such as 2026-03-02T21:30:00+01:00; now by default")
        ->type_name("TIME");
    command
        .add_option_function<std::string>(
            "--tags", [&](const std::string& text) { options.tags = split_tags(text); },
            "The server's tags, with commas; instead of the configured ones")
        ->type_name("TAGS");
    const std::map<std::string, curfew::policy::Kind> kinds{{"windows", curfew::policy::Kind::windows},
                                                            {"samba", curfew::policy::Kind::samba}};
    command.add_option("--kind", options.kind, "What the server is: windows or samba")
        ->transform(CLI::CheckedTransformer(kinds, CLI::ignore_case))
        ->type_name("KIND");
    output_option(command, options.output, table_or_json, "table or json");
    command.callback([&] { status = explain(options); });
}

void add_disconnect(CLI::App& app, int& status) {
    const auto options = std::make_shared<EverywhereOptions>();
    const auto server = std::make_shared<std::string>();
    options->config = default_config;
    auto& command = *app.add_subcommand("disconnect", "End sessions by hand");
    config_option(command, options->config);
    const auto all = std::make_shared<bool>(false);
    auto* everywhere = command.add_flag("--everywhere", *all, "On every server of the configuration");
    auto* name = command.add_option("SERVER", *server, "The server's name")->excludes(everywhere);
    command
        .add_option("--client", options->clients,
                    "Sessions from this client; with --everywhere more than once: from any of them. With "
                    "--user, only sessions of both")
        ->allow_extra_args(false)
        ->type_name("NAME");
    command
        .add_option("--user", options->users,
                    "Sessions of this user; with --everywhere more than once: of any of them")
        ->allow_extra_args(false)
        ->type_name("NAME");
    command.add_option("--yes", options->yes, "Agree without being asked, if it is this many")
        ->type_name("N");
    command
        .add_option("--override-protect", options->override_protect,
                    "End protected sessions too, and say why")
        ->type_name("REASON");
    command.callback([=, &status] {
        if (options->clients.empty() && options->users.empty())
            throw CLI::RequiredError("--client or --user");
        if (*all) {
            status = disconnect_everywhere(*options);
            return;
        }
        if (name->count() == 0) throw CLI::RequiredError("SERVER or --everywhere");
        if (options->clients.size() > 1 || options->users.size() > 1)
            throw CLI::ValidationError("--client, --user", "more than one of them needs --everywhere");
        DisconnectOptions one{options->config, *server, {}, {}, options->yes, options->override_protect};
        if (!options->clients.empty()) one.client = options->clients.front();
        if (!options->users.empty()) one.user = options->users.front();
        status = disconnect(one);
    });
}

void add_demo(CLI::App& app, DemoOptions& options, int& status) {
    auto& command = *app.add_subcommand("demo", "An embedded fleet, a policy, and its enforcement, live");
    command.add_option("--servers", options.servers, "How many servers")
        ->capture_default_str()
        ->check(CLI::Range(1, 20'000));
    command.add_option("--seed", options.seed, "The same number, the same evening")->capture_default_str();
    command.add_option("--speed", options.speed, "Seconds in the lab for one real second")
        ->capture_default_str()
        ->check(CLI::Range(1.0, 10'000.0));
    command
        .add_option_function<std::string>(
            "--for",
            [&](const std::string& text) {
                const auto time = curfew::config::parse_duration(text);
                if (!time || time->count() < 1) throw CLI::ValidationError("--for", "a duration such as 20s");
                options.run_for = *time;
            },
            "How long, as in 20s or 5m")
        ->default_str("20s")
        ->type_name("DURATION");
    command.callback([&] { status = demo(options); });
}

void add_lab(CLI::App& app, LabCommandOptions& options, int& status) {
    auto& command = *app.add_subcommand("lab", "An embedded fleet to try a policy on, until Ctrl-C");
    command.add_option("SCENARIO", options.scenario, "Who is on which server; by default the demo's");
    command.add_option("--dir", options.directory, "Where the ready-made configuration goes")
        ->capture_default_str()
        ->type_name("DIRECTORY");
    command.add_option("--address", options.first_address, "Of the first server; the others follow it")
        ->capture_default_str();
    command.add_option("--port", options.port, "Where all of them listen; by default one that is free");
    command.add_option("--keytab", options.keytab, "Accept Kerberos logons with its keys")->type_name("FILE");
    command.callback([&] { status = lab(options); });
}

int parse_and_run(int argc, char** argv) {
    CLI::App app{"Enforces one policy on the SMB sessions of a fleet of file servers."};
    app.set_version_flag("--version", CURFEW_VERSION);
    app.require_subcommand(1);
    int status = exit_done;

    RunOptions run_options{default_config};
    auto& run_command = *app.add_subcommand("run", "The daemon, in the foreground");
    config_option(run_command, run_options.config);
    auto* once = run_command.add_flag("--once", run_options.once, "One sweep over the fleet, then exit");
    run_command.add_flag("--observe", run_options.observe, "End nothing, whatever the configuration says");
    run_command.add_option("--output", run_options.output, "With --once: table or json")
        ->transform(CLI::CheckedTransformer(table_or_json, CLI::ignore_case))
        ->type_name("FORMAT")
        ->needs(once);
    run_command.callback([&] { status = run(run_options); });

    PlanOptions plan_options{default_config};
    auto& plan_command =
        *app.add_subcommand("plan", "Ask the fleet and show what would be ended and why; end nothing");
    config_option(plan_command, plan_options.config);
    output_option(plan_command, plan_options.output, table_or_json, "table or json");
    parsed_option(plan_command, "--at", plan_options.at, curfew::config::parse_timestamp,
                  "Schedules, `from` and `until` as of then, such as 2026-03-02T21:30:00+01:00")
        ->type_name("TIME");
    auto* out = plan_command.add_option("--out", plan_options.out, "Write it for `curfew apply`, too")
                    ->type_name("FILE");
    plan_command.get_option("--at")->excludes(out);
    plan_command.add_flag("--exit-code", plan_options.exit_code, "Exit with 3 when something would be ended");
    plan_command.callback([&] { status = plan(plan_options); });

    CheckOptions check_options;
    auto& check_command =
        *app.add_subcommand("check", "Validate configurations; needs no server and no secret");
    check_command.add_option("FILE", check_options.files,
                             "The files; by default " + std::string{default_config});
    std::string check_config;
    check_command.add_option("--config", check_config, "The same as FILE")->type_name("FILE");
    check_command.add_flag("--strict", check_options.strict,
                           "Warnings count, and every rule wants an owner: exit with 1");
    output_option(check_command, check_options.output, table_or_json, "table or json");
    check_command.callback([&] {
        if (!check_config.empty()) check_options.files.push_back(check_config);
        if (check_options.files.empty()) check_options.files.emplace_back(default_config);
        status = check(check_options);
    });

    SessionsOptions sessions_options{default_config};
    auto& sessions_command = *app.add_subcommand("sessions", "Every session on the fleet, now");
    config_option(sessions_command, sessions_options.config);
    sessions_command.add_option("--server", sessions_options.server, "Only this one");
    output_option(sessions_command, sessions_options.output, any_format, "table, json or csv");
    sessions_command.callback([&] { status = sessions(sessions_options); });

    add_disconnect(app, status);

    ExplainOptions explain_options{default_config};
    add_explain(app, explain_options, status);

    TestOptions test_options;
    auto& test_command = *app.add_subcommand("test", "Run policy tests; needs no server and no secret");
    test_command.add_option("FILE", test_options.files, "Files of tests")->required();
    test_command.add_option("--junit", test_options.junit, "Write the results there as JUnit's XML too")
        ->type_name("FILE");
    test_command.callback([&] { status = test(test_options); });

    DemoOptions demo_options;
    add_demo(app, demo_options, status);
    LabCommandOptions lab_options;
    add_lab(app, lab_options, status);
    add_running(app, status);
    add_books(app, status);
    add_bans(app, status);
    add_control(app, status);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_done : exit_usage;
    }
    return status;
}

// A call that was given up (DNS, GSSAPI, the authorities of TLS) may still be inside a library, which an end
// in good order would tear down under it. What curfew itself has to write is written by now.
int leave(int status) {
    if (curfew::core::blocking_calls_under_way() > 0) {
        std::fflush(nullptr);
        std::_Exit(status);
    }
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    forbid_core_files();
    use_all_descriptors();
    try {
        return leave(parse_and_run(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "curfew: %s\n", error.what());
        return leave(exit_failed);
    }
}
