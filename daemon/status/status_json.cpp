#include "daemon/status/status_json.hpp"

#include "daemon/clock.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

// Counts stay far below what a signed number holds.
void count(JsonWriter& json, std::string_view key, std::uint64_t number) {
    json.field(key, static_cast<std::int64_t>(number));
}

void texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& all) {
    json.key(key).begin_array();
    for (const auto& one : all) json.value(one);
    json.end_array();
}

void if_any(JsonWriter& json, std::string_view key, const std::string& text) {
    if (!text.empty()) json.field(key, text);
}

void mode(JsonWriter& json, policy::Mode value) {
    json.field("mode", value == policy::Mode::enforce ? "enforce" : "observe");
}

std::string_view to_string(ConfigStatus::OnDisk on_disk) {
    switch (on_disk) {
        case ConfigStatus::OnDisk::same: return "same";
        case ConfigStatus::OnDisk::refused: return "refused";
        case ConfigStatus::OnDisk::waits: return "waits";
    }
    return "same";
}

void config_json(JsonWriter& json, const ConfigStatus& config) {
    json.key("config").begin_object().field("path", config.path).field("digest", config.digest);
    json.field("in_force_since", utc_text(config.in_force_since));
    json.field("on_disk", to_string(config.on_disk));
    if_any(json, "disk_digest", config.disk_digest);
    texts(json, "reasons", config.reasons);
    count(json, "servers", config.servers);
    count(json, "rules", config.rules);
    json.end_object();
}

void audit_json(JsonWriter& json, const AuditStatus& audit) {
    json.key("audit").begin_object().key("ok").boolean(audit.trouble.empty());
    if_any(json, "path", audit.path);
    if_any(json, "trouble", audit.trouble);
    count(json, "last_row", audit.last_row);
    json.end_object();
}

void server_json(JsonWriter& json, const ServerStatus& server) {
    json.begin_object().field("server", server.server).field("state", to_string(server.state));
    mode(json, server.mode);
    texts(json, "tags", server.tags);
    if (server.last_look) json.field("last_look", utc_text(*server.last_look));
    if (server.next_look) json.field("next_look", utc_text(*server.next_look));
    count(json, "sessions", server.sessions);
    if (server.level) json.field("level", std::int64_t{*server.level});
    if_any(json, "kind", server.kind);
    if (server.state == ServerStatus::State::failing) {
        json.field("error", server.error_name).field("code", std::int64_t{server.code});
        json.field("message", server.error).field("failures", std::int64_t{server.failures});
    }
    if_any(json, "twin", server.twin);
    texts(json, "doubts", server.doubts);
    json.end_object();
}

}  // namespace

void hold_json(JsonWriter& json, const HoldStatus& hold) {
    json.begin_object();
    count(json, "id", hold.id);
    json.field("scope", hold.scope).field("since", utc_text(hold.since)).field("until", utc_text(hold.until));
    json.field("reason", hold.reason).field("who", hold.who).key("durable").boolean(hold.durable);
    json.end_object();
}

void ban_json(JsonWriter& json, const BanStatus& ban) {
    json.begin_object();
    count(json, "id", ban.id);
    json.field("whom", ban.whom).field("since", utc_text(ban.since)).field("until", utc_text(ban.until));
    json.field("reason", ban.reason);
    if (ban.override_protect) json.field("override_protect", *ban.override_protect);
    json.field("who", ban.who).end_object();
}

void trip_json(JsonWriter& json, const policy::Trip& trip) {
    json.begin_object().field("rule", trip.rule.name).field("digest", trip.rule.digest);
    if (trip.server) json.field("server", *trip.server);
    count(json, "would_end", trip.would_end);
    count(json, "of", trip.of);
    json.end_object();
}

std::string status_json(const Status& status) {
    JsonWriter json;
    json.begin_object().field("version", 1).field("curfew", status.version).field("pid", status.pid);
    json.field("at", utc_text(status.at)).field("started", utc_text(status.started));
    mode(json, status.mode);
    json.key("all_tried").boolean(status.all_tried);
    config_json(json, status.config);
    audit_json(json, status.audit);
    count(json, "sessions", status.sessions);
    count(json, "looks_under_way", status.looks_under_way);
    json.key("holds").begin_array();
    for (const auto& hold : status.holds) hold_json(json, hold);
    json.end_array().key("bans").begin_array();
    for (const auto& ban : status.bans) ban_json(json, ban);
    json.end_array().key("trips").begin_array();
    for (const auto& trip : status.trips) trip_json(json, trip);
    json.end_array().key("servers").begin_array();
    for (const auto& server : status.servers) server_json(json, server);
    return json.end_array().end_object().text();
}

}  // namespace curfew::daemon
