#include <cstdio>

#include "core/text/durations.hpp"
#include "core/text/utf.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/fleet/sweep.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/json.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

std::string flags_text(const std::optional<std::uint32_t>& flags) {
    if (!flags) return "unknown";
    std::string text;
    if (*flags & core::sess_guest) text += "guest";
    if (*flags & core::sess_noencryption) text += text.empty() ? "plaintext" : ",plaintext";
    return text.empty() ? "-" : text;
}

std::string own_text(policy::Own own) {
    return own == policy::Own::no ? "" : "curfew";
}

// What DNS added to the client that was reported.
std::vector<std::string> known_as(const policy::FoundClient& found) {
    std::vector<std::string> names = found.names;
    if (found.full_name) names.push_back(*found.full_name);
    for (const auto& address : found.addresses) names.push_back(address.to_string());
    return names;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
}

std::vector<std::string> cells(const std::string& server, const policy::SessionFacts& session) {
    const auto& r = session.reported;
    std::vector<std::string> line{server,
                                  r.client,
                                  r.user,
                                  core::duration_text(r.connected),
                                  core::duration_text(r.idle),
                                  r.open_files ? std::to_string(*r.open_files) : "unknown",
                                  flags_text(r.flags),
                                  r.client_type.value_or(""),
                                  r.transport.value_or(""),
                                  own_text(session.own)};
    if (session.client.found) line.push_back(joined(known_as(*session.client.found)));
    return line;
}

std::vector<std::string> headings(policy::ClientNames names) {
    std::vector<std::string> line{"SERVER", "CLIENT", "USER",        "CONNECTED", "IDLE",
                                  "OPENS",  "FLAGS",  "CLIENT_TYPE", "TRANSPORT", "OWN"};
    if (names == policy::ClientNames::dns) line.emplace_back("KNOWN_AS");
    return line;
}

std::string as_csv(const std::vector<SweptServer>& servers, policy::ClientNames names) {
    std::string text;
    const auto line = [&](const std::vector<std::string>& fields) {
        for (std::size_t i = 0; i < fields.size(); ++i) text += (i ? "," : "") + for_csv(fields[i]);
        text += "\r\n";
    };
    line(headings(names));
    for (const auto& server : servers) {
        for (const auto& session : server.look.sessions) line(cells(server.member->name, session));
    }
    return text;
}

void session_json(JsonWriter& json, const std::string& server, const policy::SessionFacts& session) {
    const auto& r = session.reported;
    json.begin_object().field("server", server).field("client", r.client).field("user", r.user);
    if (r.connected) json.field("connected", r.connected->count());
    if (r.idle) json.field("idle", r.idle->count());
    if (r.open_files) json.field("open_files", std::int64_t{*r.open_files});
    if (r.flags) {
        json.key("guest").boolean(*r.flags & core::sess_guest);
        json.key("plaintext_password").boolean(*r.flags & core::sess_noencryption);
    }
    if (r.client_type) json.field("client_type", *r.client_type);
    if (r.transport) json.field("transport", *r.transport);
    if (session.client.found) {
        json.key("known_as").begin_array();
        for (const auto& name : known_as(*session.client.found)) json.value(name);
        json.end_array();
    }
    json.key("own").boolean(session.own != policy::Own::no).end_object();
}

std::string as_json(const std::vector<SweptServer>& servers) {
    JsonWriter json;
    json.begin_object().field("version", 1).key("sessions").begin_array();
    for (const auto& server : servers) {
        for (const auto& session : server.look.sessions) session_json(json, server.member->name, session);
    }
    return json.end_array().end_object().text() + "\n";
}

std::string as_table(const std::vector<SweptServer>& servers, policy::ClientNames names) {
    Table table{headings(names)};
    for (const auto& server : servers) {
        for (const auto& session : server.look.sessions) table.row(cells(server.member->name, session));
    }
    return table.text();
}

}  // namespace

int sessions(const SessionsOptions& options) {
    const auto configuration = load_or_complain(options.config);
    if (!configuration) return exit_usage;
    Runtime runtime{configuration};
    for (const auto& server : configuration->servers) {
        const bool wanted =
            !options.server || core::fold_case(*options.server) == core::fold_case(server.traits.name);
        if (wanted) runtime.add(server);
    }
    if (runtime.members.size() == 0) {
        std::fprintf(stderr, "%s: no server of this name in %s\n", for_people(*options.server).c_str(),
                     options.config.c_str());
        return exit_usage;
    }
    const auto servers = runtime.wait_for(look_at_all(runtime.members.all(), runtime.fleet, runtime.clock));
    runtime.close();
    const auto text = options.output == Format::json  ? as_json(servers)
                      : options.output == Format::csv ? as_csv(servers, configuration->client_names)
                                                      : as_table(servers, configuration->client_names);
    std::fputs(text.c_str(), stdout);
    int status = exit_done;
    for (const auto& server : servers) {
        if (!server.error) continue;
        std::fprintf(stderr, "%s: %s\n", for_people(server.member->name).c_str(),
                     for_people(core::describe(*server.error)).c_str());
        status = exit_failed;
    }
    return status;
}

}  // namespace curfew::daemon
