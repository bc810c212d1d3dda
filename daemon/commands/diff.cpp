#include <cstdio>
#include <filesystem>

#include "daemon/commands/apply.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/load.hpp"
#include "daemon/control/client.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/json.hpp"
#include "daemon/output/table.hpp"
#include "daemon/running/requests.hpp"

namespace curfew::daemon {
namespace {

int complain(const std::string& what, int status) {
    std::fprintf(stderr, "curfew: %s\n", for_people(what).c_str());
    return status;
}

std::string as_json(const Diff& diff) {
    JsonWriter json;
    json.begin_object().field("version", 1).field("changed", diff.changed).field("digest", diff.digest);
    json.field("of", static_cast<std::int64_t>(diff.of)).key("sessions").begin_array();
    for (const auto& one : diff.sessions) {
        json.begin_object().field("server", one.server).field("client", one.client).field("user", one.user);
        json.field("before", one.before).field("after", one.after).end_object();
    }
    return json.end_array().end_object().text() + "\n";
}

std::string as_text(const Diff& diff) {
    std::string text = for_people(diff.changed + " (" + diff.digest.substr(0, 12) + ")") + "\n\n";
    Table table{{"SERVER", "CLIENT", "USER", "IN FORCE", "WOULD BE"}};
    for (const auto& one : diff.sessions)
        table.row({one.server, one.client, one.user, one.before, one.after});
    if (!table.empty()) text += table.text() + "\n";
    return text + std::to_string(diff.sessions.size()) + " of " + std::to_string(diff.of) +
           " sessions would be decided differently.\n";
}

}  // namespace

int diff(const DiffOptions& options) {
    const auto configuration = load_or_complain(options.config);
    if (!configuration && options.other.empty()) return exit_usage;
    std::string path;
    std::shared_ptr<const config::Config> other;
    if (!options.other.empty()) {
        other = load_or_complain(options.other);
        if (!other) return exit_usage;
        path = std::filesystem::absolute(options.other).lexically_normal().string();
    }
    // Where the file on disk has errors, the other one says as well where the daemon listens.
    const auto& from = configuration ? configuration : other;
    if (!from->control)
        return complain("there is no `control:` in the configuration: no daemon can be asked", exit_usage);
    auto client = ControlClient::connect(*from->control, {});
    if (!client) return complain(core::describe(client.error()), exit_failed);
    std::string text;
    const auto answer = client->ask(diff_request_json(path), [&](const std::string& line) { text = line; });
    if (!answer) return complain(core::describe(answer.error()), exit_failed);
    if (!answer->error.empty()) return complain(answer->error, answer->exit);
    const auto read = read_diff(text);
    if (!read) return complain(core::describe(read.error()), exit_failed);
    std::fputs((options.json ? as_json(*read) : as_text(*read)).c_str(), stdout);
    return exit_done;
}

}  // namespace curfew::daemon
