#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "config/decode/duration.hpp"
#include "core/text/durations.hpp"
#include "daemon/cli/cli.hpp"
#include "daemon/control/commands.hpp"

namespace curfew::daemon {
namespace {

using On = HoldScope::On;

constexpr std::uint64_t most_numbers = std::numeric_limits<std::int64_t>::max();

void daemon_options(CLI::App& command, DaemonAt& at) {
    at.config = "/etc/curfew/curfew.yaml";
    command.add_option("--config", at.config, "The configuration that names the daemon's socket")
        ->capture_default_str()
        ->type_name("FILE");
    command.add_option("--socket", at.socket, "The daemon's socket, whatever the configuration says")
        ->type_name("PATH");
}

// --server, --tag, --rule and --all, as `scope` and what is said of it when they are read.
struct ScopeWords {
    std::string server, tag, rule;
    bool all = false;

    void add_to(CLI::App& command, const std::string& verb) {
        const auto name = [&](const char* option, std::string& text, const std::string& what) {
            command.add_option(option, text, verb + what)
                ->check([](const std::string& given) { return given.empty() ? "is empty" : std::string{}; })
                ->type_name("NAME");
        };
        name("--server", server, "one server");
        name("--tag", tag, "the servers with this tag");
        name("--rule", rule, "one rule");
        command.add_flag("--all", all, verb + "everything");
    }
    int count() const { return !server.empty() + !tag.empty() + !rule.empty() + (all ? 1 : 0); }
    HoldScope scope() const {
        if (!rule.empty()) return {On::rule, rule};
        if (!server.empty()) return {On::server, server};
        if (!tag.empty()) return {On::tag, tag};
        return {};
    }
};

void add_status(CLI::App& app, int& status_out) {
    auto options = std::make_shared<StatusOptions>();
    auto& command = *app.add_subcommand(
        "status", "The running daemon at a glance: what is in force, holds, trips, every server");
    daemon_options(command, options->at);
    command.add_option("--server", options->server, "Only this one")->type_name("NAME");
    const std::map<std::string, Format> formats{{"table", Format::table}, {"json", Format::json}};
    command.add_option("--output", options->output, "How to print the result: table or json")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
        ->type_name("FORMAT");
    command.callback([options, &status_out] { status_out = status(*options); });
}

void add_hold(CLI::App& app, int& status_out) {
    auto options = std::make_shared<HoldOptions>();
    auto words = std::make_shared<ScopeWords>();
    auto& command = *app.add_subcommand(
        "hold", "For a time, no rule ends anybody there; a person's own `disconnect` is not bound");
    daemon_options(command, options->at);
    words->add_to(command, "Hold ");
    auto& request = options->request;
    command
        .add_option_function<std::string>(
            "--for",
            [&request](const std::string& text) {
                const auto length = config::parse_duration(text);
                if (!length) throw CLI::ValidationError("--for", length.error().message);
                if (*length < shortest_hold || *length > longest_hold)
                    throw CLI::ValidationError("--for", "from " + core::duration_text(shortest_hold) +
                                                            " to " + core::duration_text(longest_hold));
                request.length = *length;
            },
            "How long, such as 2h; then it ends by itself")
        ->required()
        ->type_name("DURATION");
    command.add_option("--reason", request.reason, "Why, for whoever reads the status")
        ->required()
        ->check([](const std::string& text) {
            if (text.find_first_not_of(" \t\r\n") == std::string::npos) return std::string{"is empty"};
            if (text.size() > longest_reason)
                return "is longer than " + std::to_string(longest_reason) + " bytes";
            return std::string{};
        })
        ->type_name("TEXT");
    command.callback([options, words, &status_out] {
        if (words->count() != 1) throw CLI::RequiredError("exactly one of --server, --tag, --rule and --all");
        options->request.scope = words->scope();
        status_out = hold(*options);
    });
}

void add_resume(CLI::App& app, int& status_out) {
    auto options = std::make_shared<ResumeOptions>();
    auto words = std::make_shared<ScopeWords>();
    auto& command = *app.add_subcommand(
        "resume", "Ends holds; with --rule the rule's trips too, with --rule and --server the trip there");
    daemon_options(command, options->at);
    words->add_to(command, "What was held as ");
    command.add_option("--id", options->request.id, "The hold of this number, as in `status`")
        ->check(CLI::Range(std::uint64_t{1}, most_numbers))
        ->type_name("N");
    command.callback([options, words, &status_out] {
        auto& request = options->request;
        const bool rule_there = !words->rule.empty() && !words->server.empty() && words->count() == 2;
        if (words->count() + (request.id ? 1 : 0) != (rule_there ? 2 : 1))
            throw CLI::RequiredError(
                "exactly one of --server, --tag, --rule, --all and --id, or --rule with --server");
        if (words->count() > 0) request.scope = words->scope();
        if (rule_there) request.server = words->server;
        status_out = resume(*options);
    });
}

void add_reload(CLI::App& app, int& status_out) {
    auto options = std::make_shared<ReloadOptions>();
    auto& command =
        *app.add_subcommand("reload", "The daemon reads its configuration now, and says what became of it");
    daemon_options(command, options->at);
    // An empty DIGEST, as of a script's variable, is not the same as none.
    constexpr const char* none = "what waits";
    auto digest = std::make_shared<std::string>();
    const auto* confirm =
        command
            .add_option("--confirm", *digest,
                        "What waits for a person comes into force; with DIGEST, its first 12 "
                        "digits or more, only if it is that one")
            ->expected(0, 1)
            ->type_name("[DIGEST]")
            ->default_str(none);
    command.callback([options, digest, confirm, &status_out] {
        options->request.confirm = confirm->count() > 0;
        if (options->request.confirm && *digest != none) {
            if (!begins_digest(*digest))
                throw CLI::ValidationError("--confirm", "DIGEST is 12 to 64 digits, 0 to 9 and a to f");
            options->request.digest = *digest;
        }
        status_out = reload(*options);
    });
}

}  // namespace

void add_control(CLI::App& app, int& status) {
    add_status(app, status);
    add_hold(app, status);
    add_resume(app, status);
    add_reload(app, status);
}

}  // namespace curfew::daemon
