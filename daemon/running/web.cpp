#include "daemon/running/web.hpp"

#include <algorithm>

#include "daemon/clock.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

void server_json(JsonWriter& json, const ServerStatus& server) {
    json.begin_object().field("server", server.server);
    switch (server.state) {
        case ServerStatus::State::untried: json.field("status", "untried"); break;
        case ServerStatus::State::twin: json.field("status", "same server twice"); break;
        case ServerStatus::State::ok:
            json.field("status", "ok").field("sessions", static_cast<std::int64_t>(server.sessions));
            if (server.level) json.field("level", std::int64_t{*server.level});
            break;
        case ServerStatus::State::failing:
            json.field("status", "error").field("error", server.error_name);
            json.field("code", std::int64_t{server.code});
            break;
    }
    if (server.last_look) json.field("last_look", utc_text(*server.last_look));
    json.end_object();
}

JsonWriter& begin_decision(JsonWriter& json, const std::string& server, const LastDecision& one) {
    json.begin_object().field("server", server).field("client", one.client).field("user", one.user);
    return json;
}

}  // namespace

std::string plan_json(const Status& status, const StatusBook& book) {
    JsonWriter json;
    json.begin_object().field("version", 1).field("at", utc_text(status.at));
    json.field("mode", status.mode == policy::Mode::enforce ? "enforce" : "observe");
    json.key("servers").begin_array();
    for (const auto& server : status.servers) server_json(json, server);
    json.end_array();
    const auto visits = book.visits();
    json.key("disconnects").begin_array();
    for (const auto& visit : visits) {
        for (const auto& one : visit.disconnects) {
            begin_decision(json, visit.server, one)
                .field("sessions", static_cast<std::int64_t>(one.sessions));
            json.field("rule", one.rule).field("outcome", one.outcome).end_object();
        }
    }
    json.end_array().key("withheld").begin_array();
    for (const auto& visit : visits) {
        for (const auto& one : visit.withheld) {
            begin_decision(json, visit.server, one).field("rule", one.rule).field("why", one.why);
            if (!one.detail.empty()) json.field("detail", one.detail);
            json.end_object();
        }
    }
    return json.end_array().end_object().text();
}

MomentNumbers numbers_of(const StatusBook& book, const NotifyCounters& notified) {
    MomentNumbers numbers;
    for (const auto& visit : book.visits()) {
        for (const auto& one : visit.withheld) ++numbers.withheld[one.why];
        for (const auto& [what, count] : visit.decisions) numbers.decisions[what] += count;
    }
    for (const auto& webhook : notified.webhooks) {
        WebhookNumbers one{webhook.sent, webhook.queued, {}};
        for (std::size_t reason = 0; reason < lost_reasons; ++reason)
            one.lost[std::string{to_string(static_cast<Lost>(reason))}] = webhook.lost[reason];
        numbers.webhooks.push_back(std::move(one));
    }
    return numbers;
}

std::string not_ready(const Status& status) {
    const auto untried = std::count_if(status.servers.begin(), status.servers.end(), [](const auto& one) {
        return one.state == ServerStatus::State::untried;
    });
    if (untried > 0) return std::to_string(untried) + " servers have not been tried since the start";
    if (!status.all_tried) return "not every server has been tried since the configuration changed";
    if (!status.audit.trouble.empty()) return "the audit cannot be written";
    return {};
}

}  // namespace curfew::daemon
