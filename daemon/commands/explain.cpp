// `explain`: what the policy says of a session that somebody describes, and why. Asks no server.
#include <algorithm>
#include <cstdio>

#include "config/wording.hpp"
#include "core/text/utf.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/load.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/explanation.hpp"
#include "policy/call.hpp"
#include "policy/wording.hpp"

namespace curfew::daemon {
namespace {

// What is known, or supposed, of the server.
struct Asked {
    policy::ServerTraits traits;
    const config::Server* configured = nullptr;  // null: it is none of the configuration
};

std::optional<Asked> find_server(const config::Config& config, const ExplainOptions& options) {
    Asked asked;
    asked.traits.name = options.server;
    std::vector<std::string_view> names;
    for (const auto& server : config.servers) {
        names.push_back(server.traits.name);
        if (core::fold_case(server.traits.name) != core::fold_case(options.server)) continue;
        asked = {server.traits, &server};
        break;
    }
    if (!asked.configured && !options.tags) {
        std::fprintf(stderr,
                     "--server: %s is not in the configuration%s\n"
                     "A server that is not is described by its tags: --tags finance,berlin, or --tags ''\n",
                     for_people(options.server).c_str(), config::did_you_mean(options.server, names).c_str());
        return std::nullopt;
    }
    if (options.tags) asked.traits.tags = *options.tags;
    if (options.kind) asked.traits.kind = *options.kind;
    return asked;
}

void warn_of_unborne_tags(const config::Config& config, const std::vector<std::string>& tags) {
    for (const auto& tag : tags) {
        const bool borne = std::any_of(config.servers.begin(), config.servers.end(), [&](const auto& server) {
            const auto& of_it = server.traits.tags;
            return std::find(of_it.begin(), of_it.end(), tag) != of_it.end();
        });
        if (!borne)
            std::fprintf(stderr, "--tags: no server of the configuration bears the tag %s\n",
                         for_people(tag).c_str());
    }
}

struct Field {
    std::string name;
    std::string value;  // empty: unknown
};

std::vector<Field> known_and_unknown(const policy::SessionFacts& session) {
    const auto number = [](const auto& value) { return value ? policy::number_text(*value) : std::string{}; };
    const auto flag = [&](std::uint32_t bit) -> std::string {
        if (!session.reported.flags || (session.known_flags & bit) == 0) return {};
        return (*session.reported.flags & bit) != 0 ? "true" : "false";
    };
    return {{"idle", number(session.reported.idle)},
            {"quiet", session.quiet ? policy::quiet_text(*session.quiet) : std::string{}},
            {"connected", number(session.reported.connected)},
            {"open_files", number(session.reported.open_files)},
            {"guest", flag(core::sess_guest)},
            {"plaintext_password", flag(core::sess_noencryption)},
            {"client_type", session.reported.client_type.value_or("")},
            {"transport", session.reported.transport.value_or("")}};
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::string header(const Asked& asked, const policy::ServerLook& look) {
    const auto& session = look.sessions.front();
    std::string what =
        "Session:  " + policy::who(session) + " from " +
        (session.reported.client.empty() ? "a client without a name" : session.reported.client);
    std::vector<std::string> unknown;
    for (const Field& field : known_and_unknown(session)) {
        if (field.value.empty())
            unknown.push_back(field.name);
        else
            what += ", " + field.name + " " + field.value;
    }
    std::string where =
        "Server:   " + look.server.traits.name + ", kind " + std::string{policy::to_string(look.server.kind)};
    if (!asked.configured) where += ", not in the configuration";
    where += ", tags " + (asked.traits.tags.empty() ? std::string{"none"} : joined(asked.traits.tags));
    if (asked.traits.timezone) where += ", timezone " + asked.traits.timezone->name();
    std::string text = wrapped(what, 0) + wrapped(where, 0) + "Time:     " + utc_text(look.at.wall) + "\n";
    if (!unknown.empty()) text += wrapped("Unknown:  " + joined(unknown), 0);
    return text + "\n";
}

// What the decision is not the last word on.
std::vector<std::string> notes(const config::Config& config, const Asked& asked,
                               const policy::SessionFacts& session, const policy::Decision& decision) {
    std::vector<std::string> out;
    if (policy::outcome_of(decision) == "keep") return out;
    if (const auto missing = policy::missing_name(session))
        out.push_back("No call can name this session (" + std::string{policy::to_string(*missing)} +
                      "), so it is not ended.");
    if (config.mode == policy::Mode::observe)
        out.emplace_back("The configuration says `mode: observe`, so nothing is ended.");
    else if (asked.configured && asked.configured->mode == policy::Mode::observe)
        out.emplace_back("The server has `mode: observe`, so nothing is ended there.");
    out.emplace_back(
        "Bans, who else a call would end, limits and shares are not looked at here; `curfew plan` does.");
    return out;
}

void fields_json(JsonWriter& json, const Asked& asked, const policy::ServerLook& look) {
    json.key("server").begin_object().field("server", look.server.traits.name);
    json.key("configured").boolean(asked.configured != nullptr);
    json.field("kind", policy::to_string(look.server.kind)).key("tags").begin_array();
    for (const auto& tag : asked.traits.tags) json.value(tag);
    json.end_array();
    if (asked.traits.timezone) json.field("timezone", asked.traits.timezone->name());
    const auto& session = look.sessions.front();
    json.end_object().key("session").begin_object();
    json.field("user", session.reported.user).field("client", session.reported.client);
    for (const Field& field : known_and_unknown(session))
        if (!field.value.empty()) json.field(field.name, field.value);
    json.end_object();
}

}  // namespace

int explain(const ExplainOptions& options) {
    const auto configuration = load_or_complain(options.config);
    if (!configuration) return exit_usage;
    const auto asked = find_server(*configuration, options);
    if (!asked) return exit_usage;
    if (options.tags) warn_of_unborne_tags(*configuration, *options.tags);

    const auto at = options.at.value_or(SystemClock{}.now().wall);
    const auto look = policy::suppose(asked->traits, {options.session}, at, configuration->client_names);
    const auto& session = look.sessions.front();
    const auto explanation = policy::explain(configuration->policy, look.server, session, at);
    const auto remarks = notes(*configuration, *asked, session, explanation.decision);
    std::string text;
    if (options.output == Format::json) {
        JsonWriter json;
        json.begin_object().field("version", 1).field("at", utc_text(at));
        fields_json(json, *asked, look);
        explanation_json(json, configuration->policy, explanation);
        json.key("notes").begin_array();
        for (const auto& remark : remarks) json.value(remark);
        text = json.end_array().end_object().text() + "\n";
    } else {
        text = header(*asked, look) + explanation_text(configuration->policy, explanation);
        for (const auto& remark : remarks) text += wrapped(remark, 0);
    }
    std::fputs(text.c_str(), stdout);
    return exit_done;
}

}  // namespace curfew::daemon
