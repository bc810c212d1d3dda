#include "daemon/control/messages.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/durations.hpp"
#include "daemon/control/json_reader.hpp"
#include "daemon/control/status_reader.hpp"
#include "daemon/output/json.hpp"
#include "daemon/status/status_json.hpp"

namespace curfew::daemon {
namespace {

using On = HoldScope::On;
using Is = ReloadReply::Is;

constexpr std::array<std::pair<std::string_view, On>, 3> named_scopes{
    {{"server", On::server}, {"tag", On::tag}, {"rule", On::rule}}};
constexpr std::array<std::pair<std::string_view, Is>, 4> reload_words{{{"in force", Is::in_force},
                                                                       {"unchanged", Is::unchanged},
                                                                       {"refused", Is::refused},
                                                                       {"waits", Is::waits}}};

JsonWriter& begin(JsonWriter& json, std::string_view command) {
    return json.begin_object().field("version", 1).field("command", command);
}

std::string ended(JsonWriter& json) {
    return json.end_object().text();
}

void write_scope(JsonWriter& json, const HoldScope& scope) {
    if (scope.on == On::everything) {
        json.key("all").boolean(true);
        return;
    }
    for (const auto& [key, on] : named_scopes) {
        if (on == scope.on) json.field(key, scope.name);
    }
}

// Empty where there is none; several are wrong.
std::optional<HoldScope> read_scope(const JsonReader& json) {
    std::optional<HoldScope> scope;
    const auto found = [&](std::string_view key, HoldScope one) {
        if (scope) json.wrong(key, "is one scope too many: `all`, `server`, `tag` or `rule`");
        scope = std::move(one);
    };
    if (json.has("all")) {
        if (json.flag("all"))
            found("all", {});
        else
            json.wrong("all", "is true or not there");
    }
    for (const auto& [key, on] : named_scopes) {
        auto name = json.maybe_text(key);
        if (!name) continue;
        if (name->empty()) json.wrong(key, "is empty");
        found(key, {on, std::move(*name)});
    }
    return scope;
}

void read_length(const JsonReader& json, HoldRequest& request) {
    const auto seconds = json.count("for");
    request.length = core::Seconds{static_cast<core::Seconds::rep>(
        std::min(seconds, static_cast<std::uint64_t>(longest_hold.count()) + 1))};
    if (request.length < shortest_hold || request.length > longest_hold)
        json.wrong("for", "is from " + core::duration_text(shortest_hold) + " to " +
                              core::duration_text(longest_hold) + ", in seconds");
}

void write_holds(JsonWriter& json, std::string_view key, const std::vector<HoldStatus>& holds) {
    json.key(key).begin_array();
    for (const auto& hold : holds) hold_json(json, hold);
    json.end_array();
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
    json.key(key).begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
}

template <class T> core::Result<T> finished(const JsonReader& json, T value) {
    if (const auto fine = json.finish(); !fine) return fine.error();
    return value;
}

}  // namespace

bool begins_digest(std::string_view text) {
    constexpr std::size_t as_shown = 12;
    constexpr std::size_t whole = 64;
    return text.size() >= as_shown && text.size() <= whole &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view to_string(Is is) {
    for (const auto& [word, one] : reload_words) {
        if (one == is) return word;
    }
    return "unchanged";
}

int exit_status(const ResumeReply& reply) {
    return reply.holds.empty() && reply.trips.empty() ? 1 : 0;
}

int exit_status(const ReloadReply& reply) {
    switch (reply.is) {
        case Is::refused: return 2;
        case Is::waits: return 1;
        case Is::in_force:
        case Is::unchanged: break;
    }
    return 0;
}

std::string request_json(const StatusRequest& request) {
    JsonWriter json;
    begin(json, "status");
    if (request.server) json.field("server", *request.server);
    return ended(json);
}

std::string request_json(const HoldRequest& request) {
    JsonWriter json;
    begin(json, "hold");
    write_scope(json, request.scope);
    json.field("for", std::int64_t{request.length.count()}).field("reason", request.reason);
    return ended(json);
}

std::string request_json(const ResumeRequest& request) {
    JsonWriter json;
    begin(json, "resume");
    if (request.id) json.field("id", static_cast<std::int64_t>(*request.id));
    if (request.scope) write_scope(json, *request.scope);
    if (request.server) json.field("server", *request.server);
    return ended(json);
}

std::string request_json(const ReloadRequest& request) {
    JsonWriter json;
    begin(json, "reload").key("confirm").boolean(request.confirm);
    if (request.digest) json.field("digest", *request.digest);
    return ended(json);
}

core::Result<StatusRequest> read_status_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "server"});
    return finished(*json, StatusRequest{json->maybe_text("server")});
}

core::Result<HoldRequest> read_hold_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "all", "server", "tag", "rule", "for", "reason"});
    HoldRequest request;
    const auto scope = read_scope(*json);
    if (!scope) json->wrong("all", "is missing, or `server`, `tag` or `rule`");
    if (scope) request.scope = *scope;
    read_length(*json, request);
    request.reason = json->text("reason");
    if (request.reason.find_first_not_of(" \t\r\n") == std::string::npos) json->wrong("reason", "is empty");
    if (request.reason.size() > longest_reason)
        json->wrong("reason", "is longer than " + std::to_string(longest_reason) + " bytes");
    return finished(*json, std::move(request));
}

core::Result<ResumeRequest> read_resume_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "all", "server", "tag", "rule", "id"});
    ResumeRequest request;
    request.id = json->maybe_count("id");
    if (json->has("rule") && json->has("server")) {
        request.scope = HoldScope{On::rule, json->text("rule")};
        request.server = json->text("server");
        if (request.scope->name.empty()) json->wrong("rule", "is empty");
        if (request.server->empty()) json->wrong("server", "is empty");
        for (const auto* other : {"all", "tag"}) {
            if (json->has(other)) json->wrong(other, "is one scope too many: a `rule` on a `server`");
        }
    } else {
        request.scope = read_scope(*json);
    }
    if (request.id && request.scope) json->wrong("id", "says all; it takes no scope");
    if (!request.id && !request.scope) json->wrong("all", "is missing, or `server`, `tag`, `rule` or `id`");
    return finished(*json, std::move(request));
}

core::Result<ReloadRequest> read_reload_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "confirm", "digest"});
    ReloadRequest request{json->maybe_flag("confirm").value_or(false), json->maybe_text("digest")};
    if (request.digest && !request.confirm) json->wrong("digest", "goes with `confirm` only");
    if (request.digest && !begins_digest(*request.digest))
        json->wrong("digest", "is not 12 to 64 digits, 0 to 9 and a to f");
    return finished(*json, std::move(request));
}

std::string reply_json(const HoldReply& reply) {
    JsonWriter json;
    json.begin_object().key("hold");
    hold_json(json, reply.hold);
    return ended(json);
}

std::string reply_json(const ResumeReply& reply) {
    JsonWriter json;
    json.begin_object();
    write_holds(json, "holds", reply.holds);
    json.key("trips").begin_array();
    for (const auto& trip : reply.trips) trip_json(json, trip);
    json.end_array();
    write_holds(json, "remaining", reply.remaining);
    return ended(json);
}

std::string reply_json(const ReloadReply& reply) {
    JsonWriter json;
    json.begin_object().field("reload", to_string(reply.is));
    if (!reply.digest.empty()) json.field("digest", reply.digest);
    write_texts(json, "reasons", reply.reasons);
    write_texts(json, "changes", reply.changes);
    write_texts(json, "warnings", reply.warnings);
    return ended(json);
}

core::Result<HoldReply> read_hold_reply(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    HoldReply reply;
    if (const auto hold = json->object("hold")) reply.hold = read_hold(*hold);
    return finished(*json, std::move(reply));
}

core::Result<ResumeReply> read_resume_reply(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    ResumeReply reply;
    reply.holds = read_holds(*json, "holds");
    reply.trips = read_trips(*json, "trips");
    reply.remaining = read_holds(*json, "remaining");
    return finished(*json, std::move(reply));
}

core::Result<ReloadReply> read_reload_reply(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    ReloadReply reply;
    const auto is = json->text("reload");
    bool known = false;
    for (const auto& [word, one] : reload_words) {
        if (word != is) continue;
        reply.is = one;
        known = true;
    }
    if (!known) json->wrong("reload", "is of no kind that is known");
    reply.digest = json->maybe_text("digest").value_or(std::string{});
    reply.reasons = json->texts("reasons");
    reply.changes = json->texts("changes");
    reply.warnings = json->texts("warnings");
    return finished(*json, std::move(reply));
}

}  // namespace curfew::daemon
