#include "daemon/control/ban_messages.hpp"

#include <algorithm>
#include <utility>

#include "core/text/durations.hpp"
#include "daemon/bans/ban_book.hpp"
#include "daemon/control/messages.hpp"
#include "daemon/control/status_reader.hpp"
#include "daemon/output/json.hpp"
#include "daemon/status/status_json.hpp"

namespace curfew::daemon {
namespace {

JsonWriter& begin(JsonWriter& json, std::string_view command) {
    return json.begin_object().field("version", 1).field("command", command);
}

std::string ended(JsonWriter& json) {
    return json.end_object().text();
}

void count(JsonWriter& json, std::string_view key, std::uint64_t number) {
    json.field(key, static_cast<std::int64_t>(number));
}

void write_whom(JsonWriter& json, const policy::Banned& whom) {
    json.field(whom.is_user() ? "user" : "client", whom.text());
}

// Empty where there is none, or where it is wrong.
std::optional<policy::Banned> read_whom(const JsonReader& json) {
    const auto user = json.maybe_text("user");
    const auto client = json.maybe_text("client");
    if (user && client) json.wrong("client", "is one too many: a `user` or a `client`");
    if (!user && !client) return std::nullopt;
    auto whom = user ? policy::Banned::user(*user) : policy::Banned::client(*client);
    if (whom) return *std::move(whom);
    json.wrong(user ? "user" : "client", whom.error().message);
    return std::nullopt;
}

std::optional<policy::Banned> read_somebody(const JsonReader& json) {
    if (!json.has("user") && !json.has("client")) json.wrong("user", "is missing, or `client`");
    return read_whom(json);
}

core::Seconds read_length(const JsonReader& json) {
    const auto seconds = json.count("for");
    const core::Seconds length{static_cast<core::Seconds::rep>(
        std::min(seconds, static_cast<std::uint64_t>(longest_ban.count()) + 1))};
    if (length < shortest_ban || length > longest_ban)
        json.wrong("for", "is from " + core::duration_text(shortest_ban) + " to " +
                              core::duration_text(longest_ban) + ", in seconds");
    return length;
}

void check_reason(const JsonReader& json, std::string_view key, const std::string& text) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) json.wrong(key, "is empty");
    if (text.size() > longest_reason)
        json.wrong(key, "is longer than " + std::to_string(longest_reason) + " bytes");
}

void write_bans(JsonWriter& json, std::string_view key, const std::vector<BanStatus>& bans) {
    json.key(key).begin_array();
    for (const auto& ban : bans) ban_json(json, ban);
    json.end_array();
}

template <class T> core::Result<T> finished(const JsonReader& json, T value) {
    if (const auto fine = json.finish(); !fine) return fine.error();
    return value;
}

// Where there is nobody something is wrong, and the reader knows what.
core::Error what_is_wrong(const JsonReader& json) {
    return json.finish().error();
}

}  // namespace

int exit_status(const UnbanReply& reply) {
    return reply.bans.empty() ? 1 : 0;
}

std::string request_json(const BanLookRequest& request) {
    JsonWriter json;
    begin(json, "ban-look");
    write_whom(json, request.whom);
    json.key("overrides_protect").boolean(request.overrides_protect);
    return ended(json);
}

std::string request_json(const BanRequest& request) {
    JsonWriter json;
    begin(json, "ban");
    write_whom(json, request.whom);
    json.field("for", std::int64_t{request.length.count()}).field("reason", request.reason);
    if (request.override_protect) json.field("override_protect", *request.override_protect);
    return ended(json);
}

std::string request_json(const UnbanRequest& request) {
    JsonWriter json;
    begin(json, "unban");
    if (request.id) count(json, "id", *request.id);
    if (request.whom) write_whom(json, *request.whom);
    return ended(json);
}

core::Result<BanLookRequest> read_ban_look_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "user", "client", "overrides_protect"});
    const bool overrides = json->maybe_flag("overrides_protect").value_or(false);
    auto whom = read_somebody(*json);
    if (!whom) return what_is_wrong(*json);
    return finished(*json, BanLookRequest{*std::move(whom), overrides});
}

core::Result<BanRequest> read_ban_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "user", "client", "for", "reason", "override_protect"});
    auto whom = read_somebody(*json);
    if (!whom) return what_is_wrong(*json);
    BanRequest request{*std::move(whom), read_length(*json), json->text("reason"),
                       json->maybe_text("override_protect")};
    check_reason(*json, "reason", request.reason);
    if (request.override_protect) check_reason(*json, "override_protect", *request.override_protect);
    return finished(*json, std::move(request));
}

core::Result<UnbanRequest> read_unban_request(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "id", "user", "client"});
    UnbanRequest request{json->maybe_count("id"), read_whom(*json)};
    if (request.id && (json->has("user") || json->has("client")))
        json->wrong("id", "says all; it takes no `user` and no `client`");
    if (!request.id && !json->has("user") && !json->has("client"))
        json->wrong("id", "is missing, or `user` or `client`");
    return finished(*json, std::move(request));
}

std::string reply_json(const BanReach& reply) {
    JsonWriter json;
    json.begin_object().field("whom", reply.whom);
    count(json, "sessions", reply.sessions);
    count(json, "servers", reply.servers);
    count(json, "protected", reply.is_protected);
    count(json, "doubtful", reply.doubtful);
    count(json, "unknown_servers", reply.unknown);
    count(json, "observing_servers", reply.observing);
    if (!reply.rests.empty()) json.field("rests", reply.rests);
    return ended(json);
}

std::string reply_json(const BanReply& reply) {
    JsonWriter json;
    json.begin_object().key("ban");
    ban_json(json, reply.ban);
    return ended(json);
}

std::string reply_json(const UnbanReply& reply) {
    JsonWriter json;
    json.begin_object();
    write_bans(json, "bans", reply.bans);
    write_bans(json, "remaining", reply.remaining);
    return ended(json);
}

core::Result<BanReach> read_ban_reach(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    BanReach reach;
    reach.whom = json->text("whom");
    reach.sessions = json->count("sessions");
    reach.servers = json->count("servers");
    reach.is_protected = json->count("protected");
    reach.doubtful = json->count("doubtful");
    reach.unknown = json->count("unknown_servers");
    reach.observing = json->count("observing_servers");
    reach.rests = json->maybe_text("rests").value_or(std::string{});
    return finished(*json, std::move(reach));
}

core::Result<BanReply> read_ban_reply(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    BanReply reply;
    if (const auto ban = json->object("ban")) reply.ban = read_ban(*ban);
    return finished(*json, std::move(reply));
}

core::Result<UnbanReply> read_unban_reply(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    UnbanReply reply{read_bans(*json, "bans"), read_bans(*json, "remaining")};
    return finished(*json, std::move(reply));
}

}  // namespace curfew::daemon
