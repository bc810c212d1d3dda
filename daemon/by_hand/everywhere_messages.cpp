#include "daemon/by_hand/everywhere_messages.hpp"

#include <utility>

#include "daemon/control/json_reader.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
    json.key(key).begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
}

std::vector<std::string> read_names(const JsonReader& json, std::string_view key) {
    auto names = json.texts(key);
    if (names.size() > most_selectors) json.wrong(key, "names more than " + std::to_string(most_selectors));
    for (const auto& name : names)
        if (name.empty()) json.wrong(key, "has an empty name");
    return names;
}

template <class T> core::Result<T> finished(const JsonReader& json, T value) {
    if (const auto fine = json.finish(); !fine) return fine.error();
    return value;
}

// One kind of news: what it is called, how it is written and read.
void write(JsonWriter& json, const ShownThere& there) {
    json.key("there").begin_object().field("server", there.server).key("pairs").begin_array();
    for (const auto& pair : there.list.pairs)
        json.begin_object()
            .field("client", pair.client)
            .field("user", pair.user)
            .field("sessions", number(pair.sessions))
            .field("idle", pair.idle)
            .field("ends_too", pair.ends_too)
            .end_object();
    json.end_array().key("stays").begin_array();
    for (const auto& one : there.list.stays)
        json.begin_object()
            .field("why", one.why)
            .field("client", one.client)
            .field("user", one.user)
            .field("detail", one.detail)
            .end_object();
    json.end_array().end_object();
}
ShownThere read_there(const JsonReader& json) {
    ShownThere there{json.text("server"), {}};
    for (const auto& pair : json.objects("pairs"))
        there.list.pairs.push_back({pair.text("client"), pair.text("user"), pair.count("sessions"),
                                    pair.text("idle"), pair.text("ends_too")});
    for (const auto& one : json.objects("stays"))
        there.list.stays.push_back(
            {one.text("why"), one.text("client"), one.text("user"), one.text("detail")});
    return there;
}

void write(JsonWriter& json, const Unasked& unasked) {
    json.key("unasked")
        .begin_object()
        .field("server", unasked.server)
        .field("error", unasked.error)
        .end_object();
}
void write(JsonWriter& json, const AskedAtLast& asked) {
    json.key("asked").begin_object().field("server", asked.server).end_object();
}
void write(JsonWriter& json, const DoneThere& done) {
    json.key("outcome")
        .begin_object()
        .field("server", done.server)
        .field("client", done.outcome.client)
        .field("user", done.outcome.user)
        .field("outcome", done.outcome.text)
        .field("detail", done.outcome.detail)
        .key("good")
        .boolean(done.outcome.good)
        .end_object();
}
void write(JsonWriter& json, const CameSince& came) {
    json.key("came")
        .begin_object()
        .field("server", came.server)
        .field("client", came.client)
        .field("user", came.user)
        .field("sessions", number(came.sessions))
        .end_object();
}
void write(JsonWriter& json, const EverywhereCounts& counts) {
    json.key("counts")
        .begin_object()
        .field("servers", number(counts.servers))
        .field("asked", number(counts.asked))
        .field("ended", number(counts.ended))
        .field("withheld", number(counts.withheld))
        .field("failed", number(counts.failed))
        .field("left", number(counts.left))
        .field("came", number(counts.came))
        .end_object();
}

EverywhereNews read_one(const JsonReader& json) {
    const auto keys = json.keys();
    const auto kind = keys.empty() ? std::string{} : keys.front();
    const auto one = json.object(kind);
    if (one && kind == "there") return read_there(*one);
    if (one && kind == "unasked") return Unasked{one->text("server"), one->text("error")};
    if (one && kind == "asked") return AskedAtLast{one->text("server")};
    if (one && kind == "outcome")
        return DoneThere{one->text("server"),
                         {one->text("client"), one->text("user"), one->text("outcome"), one->text("detail"),
                          one->flag("good")}};
    if (one && kind == "came")
        return CameSince{one->text("server"), one->text("client"), one->text("user"), one->count("sessions")};
    if (one && kind == "counts")
        return EverywhereCounts{one->count("servers"),  one->count("asked"),  one->count("ended"),
                                one->count("withheld"), one->count("failed"), one->count("left"),
                                one->count("came")};
    json.wrong(kind, "is no news that is known");
    return EverywhereCounts{};
}

}  // namespace

std::string everywhere_look_json(const EverywhereRequest& request) {
    JsonWriter json;
    json.begin_object().field("version", 1).field("command", "everywhere-look");
    write_texts(json, "users", request.users);
    write_texts(json, "clients", request.clients);
    if (request.override_protect) json.field("override_protect", *request.override_protect);
    return json.end_object().text();
}

core::Result<EverywhereRequest> read_everywhere_look(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "users", "clients", "override_protect"});
    EverywhereRequest request{read_names(*json, "users"), read_names(*json, "clients"),
                              json->maybe_text("override_protect")};
    if (request.users.empty() && request.clients.empty())
        json->wrong("users", "and `clients` name nobody, which does not mean everybody");
    const auto& reason = request.override_protect;
    if (reason && reason->find_first_not_of(" \t\r\n") == std::string::npos)
        json->wrong("override_protect", "is no reason");
    return finished(*json, std::move(request));
}

std::string everywhere_end_json(const EverywhereAgreed& agreed) {
    JsonWriter json;
    json.begin_object()
        .field("version", 1)
        .field("command", "everywhere-end")
        .field("token", number(agreed.token))
        .field("disconnects", number(agreed.disconnects));
    return json.end_object().text();
}

core::Result<EverywhereAgreed> read_everywhere_end(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    json->only({"version", "command", "token", "disconnects"});
    return finished(*json, EverywhereAgreed{json->count("token"), json->count("disconnects")});
}

std::string news_json(const EverywhereNews& news) {
    JsonWriter json;
    json.begin_object();
    std::visit([&](const auto& one) { write(json, one); }, news);
    return json.end_object().text();
}

core::Result<EverywhereNews> read_news(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    return finished(*json, read_one(*json));
}

EverywhereSummary summary_of(const EverywhereShown& shown, std::uint64_t token) {
    return {token, shown.servers, shown.disconnects, shown.sessions, shown.unasked.size()};
}

std::string summary_json(const EverywhereSummary& summary) {
    JsonWriter json;
    json.begin_object()
        .key("shown")
        .begin_object()
        .field("token", number(summary.token))
        .field("servers", number(summary.servers))
        .field("disconnects", number(summary.disconnects))
        .field("sessions", number(summary.sessions))
        .field("unasked", number(summary.unasked))
        .end_object();
    return json.end_object().text();
}

bool is_summary(std::string_view text) {
    return text.starts_with("{\"shown\"");
}

core::Result<EverywhereSummary> read_summary(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    const auto shown = json->object("shown");
    if (!shown) return finished(*json, EverywhereSummary{});
    return finished(
        *json, EverywhereSummary{shown->count("token"), shown->count("servers"), shown->count("disconnects"),
                                 shown->count("sessions"), shown->count("unasked")});
}

}  // namespace curfew::daemon
