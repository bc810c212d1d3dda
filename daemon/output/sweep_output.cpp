#include "daemon/output/sweep_output.hpp"

#include <map>
#include <utility>

#include "core/text/durations.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/json.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

std::string rule_name(const config::Config& config, const std::optional<std::size_t>& rule) {
    return rule ? config.policy.rules[*rule].key.name : std::string{};
}

// What a ban wants goes by its number, where a rule's goes by its name.
template <class Swept>
std::string wanted_by(const config::Config& config, const Swept& swept,
                      const std::optional<std::size_t>& rule) {
    return swept.ban ? "(ban " + std::to_string(*swept.ban) + ")" : rule_name(config, rule);
}

template <class Swept>
void wanted_by_json(JsonWriter& json, const config::Config& config, const Swept& swept,
                    const std::optional<std::size_t>& rule) {
    json.field("rule", swept.ban ? std::string{} : rule_name(config, rule));
    if (swept.ban) json.field("ban", static_cast<std::int64_t>(*swept.ban));
}

bool is_rule(const policy::Doubt& doubt) {
    return doubt.about.kind == policy::PolicyEntry::Kind::rule;
}

void doubts_json(JsonWriter& json, const policy::Policy& policy, const std::vector<policy::Doubt>& doubts) {
    if (doubts.empty()) return;
    json.key("doubts").begin_array();
    for (const auto& doubt : doubts) {
        json.begin_object().field(is_rule(doubt) ? "rule" : "protect", policy::name_of(policy, doubt.about));
        json.field("why", policy::why_in_words(doubt)).end_object();
    }
    json.end_array();
}

// Servers that are alike share a row: a policy on a thousand of them is to be read by a person.
std::string doubts_table(const SweepOutput& output) {
    struct Row {
        std::string who;
        std::string why;
        std::vector<std::string> servers;
    };
    std::vector<Row> rows;
    std::map<std::pair<policy::PolicyEntry, std::string>, std::size_t> row_of;
    for (const auto& server : output.servers) {
        for (const auto& doubt : server.doubts.present) {
            const std::string why = policy::why_in_words(doubt);
            const auto [row, fresh] = row_of.try_emplace({doubt.about, why}, rows.size());
            if (fresh) {
                const char* what = is_rule(doubt) ? "rule " : "protect: ";
                rows.push_back({what + policy::name_of(output.config.policy, doubt.about), why, {}});
            }
            rows[row->second].servers.push_back(server.member->name);
        }
    }
    constexpr std::size_t most_named = 3;
    Table table{{"DOUBTFUL", "WHY", "SERVERS"}};
    for (auto& row : rows) {
        std::string servers;
        const std::size_t count = row.servers.size();
        const std::size_t named = count > most_named + 1 ? most_named : count;
        for (std::size_t i = 0; i < named; ++i) servers += (i == 0 ? "" : ", ") + row.servers[i];
        if (named < count) servers += " and " + std::to_string(count - named) + " more";
        table.row({std::move(row.who), std::move(row.why), std::move(servers)});
    }
    return table.empty() ? std::string{} : "\n" + table.text();
}

void servers_json(JsonWriter& json, const SweepOutput& output) {
    json.key("servers").begin_array();
    for (const auto& server : output.servers) {
        json.begin_object().field("server", server.member->name);
        if (server.error) {
            json.field("status", "error").field("error", core::name_of(server.error->code));
            json.field("code", server.error->code.value()).field("message", core::describe(*server.error));
        } else {
            json.field("status", server.twin ? "same server twice" : "ok");
            if (server.twin) json.field("other", *server.twin);
            json.field("level", static_cast<std::int64_t>(server.answer.level));
            json.field("sessions", static_cast<std::int64_t>(server.look.sessions.size()));
            doubts_json(json, output.config.policy, server.doubts.present);
        }
        json.end_object();
    }
    json.end_array();
}

}  // namespace

std::string outcome_text(const Verdict& verdict) {
    if (verdict.kind == Verdict::Kind::refused) return "not audited";
    const auto& result = verdict.result;
    if (result.outcome == Outcome::error && result.error.code) return core::name_of(result.error.code);
    return std::string{to_string(result.outcome)};
}

std::string sweep_json(const SweepOutput& output) {
    JsonWriter json;
    json.begin_object().field("version", 1).field("at", utc_text(output.at));
    json.field("mode", output.mode == policy::Mode::enforce ? "enforce" : "observe");
    servers_json(json, output);
    json.key("disconnects").begin_array();
    for (const auto& disconnect : output.result.disconnects) {
        json.begin_object().field("server", disconnect.server->member->name);
        json.field("client", disconnect.wanted->client.text()).field("user", disconnect.wanted->user.text());
        json.field("sessions", static_cast<std::int64_t>(disconnect.wanted->targets.size()));
        wanted_by_json(json, output.config, disconnect, disconnect.wanted->rule);
        if (output.ended) json.field("outcome", outcome_text(disconnect.verdict));
        json.end_object();
    }
    json.end_array().key("withheld").begin_array();
    for (const auto& entry : output.result.withheld) {
        json.begin_object().field("server", entry.server->member->name);
        json.field("client", entry.withheld.client).field("user", entry.withheld.user);
        wanted_by_json(json, output.config, entry, entry.withheld.rule);
        json.field("why", policy::to_string(entry.withheld.why));
        if (!entry.withheld.detail.empty()) json.field("detail", entry.withheld.detail);
        json.end_object();
    }
    return json.end_array().end_object().text() + "\n";
}

std::string sweep_table(const SweepOutput& output) {
    std::string text;
    Table servers{{"SERVER", "SESSIONS", "LEVEL", "STATUS"}};
    for (const auto& server : output.servers) {
        const auto& name = server.member->name;
        if (server.error) {
            servers.row({name, "-", "-", core::describe(*server.error)});
        } else {
            const std::string status =
                server.twin ? "the same server as " + *server.twin + ": nothing is ended" : "ok";
            servers.row({name, std::to_string(server.look.sessions.size()),
                         std::string{core::to_string(server.answer.level)}, status});
        }
    }
    text += servers.text();

    Table disconnects{
        {output.ended ? "OUTCOME" : "WOULD END", "SERVER", "CLIENT", "USER", "IDLE", "SESSIONS", "RULE"}};
    for (const auto& disconnect : output.result.disconnects) {
        disconnects.row({output.ended ? outcome_text(disconnect.verdict) : "disconnect",
                         disconnect.server->member->name, disconnect.wanted->client.text(),
                         disconnect.wanted->user.text(), core::duration_text(disconnect.wanted->idle),
                         std::to_string(disconnect.wanted->targets.size()),
                         wanted_by(output.config, disconnect, disconnect.wanted->rule)});
    }
    text += disconnects.empty() ? "\nNothing is to be ended.\n" : "\n" + disconnects.text();

    Table withheld{{"WITHHELD", "SERVER", "CLIENT", "USER", "RULE", "DETAIL"}};
    for (const auto& entry : output.result.withheld) {
        withheld.row({std::string{policy::to_string(entry.withheld.why)}, entry.server->member->name,
                      entry.withheld.client, entry.withheld.user,
                      wanted_by(output.config, entry, entry.withheld.rule), entry.withheld.detail});
    }
    if (!withheld.empty()) text += "\n" + withheld.text();
    text += doubts_table(output);
    for (const auto& trip : output.result.trips) {
        text += "\nTripped: rule " + for_people(trip.rule.name) + " would end " +
                std::to_string(trip.would_end) + " of " + std::to_string(trip.of) + " sessions on " +
                for_people(trip.server.value_or("the whole fleet")) +
                "; it ends nothing there (limits.share).\n";
    }
    return text;
}

}  // namespace curfew::daemon
