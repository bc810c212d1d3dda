#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "config/decode/duration.hpp"
#include "core/text/durations.hpp"
#include "daemon/bans/ban_book.hpp"
#include "daemon/cli/cli.hpp"
#include "daemon/control/commands.hpp"

namespace curfew::daemon {
namespace {

constexpr std::uint64_t most_numbers = std::numeric_limits<std::int64_t>::max();

// What is asked for, before it is known to be sound.
struct BanWords {
    DaemonAt at;
    std::optional<std::string> user, client;
    std::optional<std::uint64_t> id;
    core::Seconds length{0};
    std::string reason;
    std::optional<std::string> override_protect;
    bool yes = false;

    void add_to(CLI::App& command) {
        at.config = "/etc/curfew/curfew.yaml";
        command.add_option("--config", at.config, "The configuration that names the daemon's socket")
            ->capture_default_str()
            ->type_name("FILE");
        command.add_option("--socket", at.socket, "The daemon's socket, whatever the configuration says")
            ->type_name("PATH");
        command.add_option("--user", user, "One name: anna, in any domain, or CORP\\anna")->type_name("NAME");
        command.add_option("--client", client, "One address, or one name, whichever servers report")
            ->type_name("CLIENT");
    }
    policy::Banned whom() const {
        auto compiled = user ? policy::Banned::user(*user) : policy::Banned::client(*client);
        if (!compiled) throw CLI::ValidationError(user ? "--user" : "--client", compiled.error().message);
        return *std::move(compiled);
    }
};

std::string not_a_reason(const std::string& text) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) return "is empty";
    if (text.size() > longest_reason) return "is longer than " + std::to_string(longest_reason) + " bytes";
    return {};
}

core::Seconds length_in(const std::string& text) {
    const auto length = config::parse_duration(text);
    if (!length) throw CLI::ValidationError("--for", length.error().message);
    if (*length < shortest_ban || *length > longest_ban)
        throw CLI::ValidationError(
            "--for", "from " + core::duration_text(shortest_ban) + " to " + core::duration_text(longest_ban));
    return *length;
}

void add_ban(CLI::App& app, int& status) {
    const auto words = std::make_shared<BanWords>();
    auto& command = *app.add_subcommand(
        "ban", "For a time, somebody's sessions are ended on sight, before all rules; it locks nobody out");
    words->add_to(command);
    command
        .add_option_function<std::string>(
            "--for", [words](const std::string& text) { words->length = length_in(text); },
            "How long, such as 8h; then it ends by itself")
        ->required()
        ->type_name("DURATION");
    command.add_option("--reason", words->reason, "Why, for the audit and whoever reads the status")
        ->required()
        ->check(not_a_reason)
        ->type_name("TEXT");
    command
        .add_option("--override-protect", words->override_protect,
                    "Those whom `protect` protects, too, for this reason")
        ->check(not_a_reason)
        ->type_name("REASON");
    command.add_flag("--yes", words->yes, "Do not ask");
    command.callback([words, &status] {
        if (words->user.has_value() == words->client.has_value())
            throw CLI::RequiredError("exactly one of --user and --client");
        status = ban(
            {words->at, {words->whom(), words->length, words->reason, words->override_protect}, words->yes});
    });
}

void add_unban(CLI::App& app, int& status) {
    const auto words = std::make_shared<BanWords>();
    auto& command = *app.add_subcommand("unban", "Ends a ban, or all of somebody's");
    words->add_to(command);
    command.add_option("--id", words->id, "The ban of this number, as in `status`")
        ->check(CLI::Range(std::uint64_t{1}, most_numbers))
        ->type_name("N");
    command.callback([words, &status] {
        if (words->user.has_value() + words->client.has_value() + words->id.has_value() != 1)
            throw CLI::RequiredError("exactly one of --user, --client and --id");
        UnbanRequest request{words->id, std::nullopt};
        if (!request.id) request.whom = words->whom();
        status = unban({words->at, std::move(request)});
    });
}

}  // namespace

void add_bans(CLI::App& app, int& status) {
    add_ban(app, status);
    add_unban(app, status);
}

}  // namespace curfew::daemon
