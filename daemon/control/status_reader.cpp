#include "daemon/control/status_reader.hpp"

#include <array>
#include <limits>
#include <utility>

#include "daemon/control/messages.hpp"

namespace curfew::daemon {
namespace {

template <class T, std::size_t n>
T word(const JsonReader& json, std::string_view key,
       const std::array<std::pair<std::string_view, T>, n>& words) {
    const auto text = json.text(key);
    for (const auto& [name, meaning] : words) {
        if (name == text) return meaning;
    }
    json.wrong(key, "is of no kind that is known");
    return words.front().second;
}

constexpr std::array<std::pair<std::string_view, policy::Mode>, 2> modes{
    {{"observe", policy::Mode::observe}, {"enforce", policy::Mode::enforce}}};

// A number that has to fit.
template <class T> T fitting(const JsonReader& json, std::string_view key, std::int64_t number) {
    if (number >= std::int64_t{std::numeric_limits<T>::min()} &&
        number <= std::int64_t{std::numeric_limits<T>::max()})
        return static_cast<T>(number);
    json.wrong(key, "is out of range");
    return 0;
}

ConfigStatus read_config(const JsonReader& json) {
    using OnDisk = ConfigStatus::OnDisk;
    constexpr std::array<std::pair<std::string_view, OnDisk>, 3> words{
        {{"same", OnDisk::same}, {"refused", OnDisk::refused}, {"waits", OnDisk::waits}}};
    ConfigStatus config;
    config.path = json.text("path");
    config.digest = json.text("digest");
    config.in_force_since = json.time("in_force_since");
    config.on_disk = word(json, "on_disk", words);
    config.disk_digest = json.maybe_text("disk_digest").value_or(std::string{});
    config.reasons = json.texts("reasons");
    config.servers = json.count("servers");
    config.rules = json.count("rules");
    return config;
}

AuditStatus read_audit(const JsonReader& json) {
    AuditStatus audit;
    audit.path = json.maybe_text("path").value_or(std::string{});
    audit.trouble = json.maybe_text("trouble").value_or(std::string{});
    audit.last_row = json.count("last_row");
    return audit;
}

void read_error(const JsonReader& json, ServerStatus& server) {
    server.error_name = json.maybe_text("error").value_or(std::string{});
    server.code = fitting<int>(json, "code", json.maybe_number("code").value_or(0));
    server.error = json.maybe_text("message").value_or(std::string{});
    server.failures = fitting<std::uint32_t>(json, "failures", json.maybe_number("failures").value_or(0));
}

ServerStatus read_server(const JsonReader& json) {
    using State = ServerStatus::State;
    constexpr std::array<std::pair<std::string_view, State>, 4> states{
        {{"untried", State::untried}, {"ok", State::ok}, {"failing", State::failing}, {"twin", State::twin}}};
    ServerStatus server;
    server.server = json.text("server");
    server.state = word(json, "state", states);
    server.tags = json.texts("tags");
    server.mode = word(json, "mode", modes);
    server.last_look = json.maybe_time("last_look");
    server.next_look = json.maybe_time("next_look");
    server.sessions = json.count("sessions");
    if (const auto level = json.maybe_number("level"))
        server.level = fitting<std::uint32_t>(json, "level", *level);
    server.kind = json.maybe_text("kind").value_or(std::string{});
    read_error(json, server);
    server.doubts = json.texts("doubts");
    server.twin = json.maybe_text("twin").value_or(std::string{});
    return server;
}

}  // namespace

HoldStatus read_hold(const JsonReader& json) {
    HoldStatus hold;
    hold.id = json.count("id");
    hold.scope = json.text("scope");
    hold.since = json.time("since");
    hold.until = json.time("until");
    hold.reason = json.text("reason");
    hold.who = json.text("who");
    hold.durable = json.flag("durable");
    return hold;
}

std::vector<HoldStatus> read_holds(const JsonReader& json, std::string_view key) {
    std::vector<HoldStatus> holds;
    for (const auto& one : json.objects(key)) holds.push_back(read_hold(one));
    return holds;
}

BanStatus read_ban(const JsonReader& json) {
    BanStatus ban;
    ban.id = json.count("id");
    ban.whom = json.text("whom");
    ban.since = json.time("since");
    ban.until = json.time("until");
    ban.reason = json.text("reason");
    ban.override_protect = json.maybe_text("override_protect");
    ban.who = json.text("who");
    return ban;
}

std::vector<BanStatus> read_bans(const JsonReader& json, std::string_view key) {
    std::vector<BanStatus> bans;
    for (const auto& one : json.objects(key)) bans.push_back(read_ban(one));
    return bans;
}

std::vector<policy::Trip> read_trips(const JsonReader& json, std::string_view key) {
    std::vector<policy::Trip> trips;
    for (const auto& one : json.objects(key)) {
        policy::Trip trip;
        trip.rule = {one.text("rule"), one.text("digest")};
        trip.server = one.maybe_text("server");
        trip.would_end = one.count("would_end");
        trip.of = one.count("of");
        trips.push_back(std::move(trip));
    }
    return trips;
}

core::Result<Status> status_from_json(std::string_view text) {
    const auto json = JsonReader::read(text);
    if (!json) return json.error();
    if (json->count("version") != 1) json->wrong("version", "is to be 1");
    Status status;
    status.version = json->text("curfew");
    status.pid = json->maybe_number("pid").value_or(0);
    status.at = json->time("at");
    status.started = json->time("started");
    status.mode = word(*json, "mode", modes);
    status.all_tried = json->flag("all_tried");
    if (const auto config = json->object("config")) status.config = read_config(*config);
    if (const auto audit = json->object("audit")) status.audit = read_audit(*audit);
    status.sessions = json->count("sessions");
    status.looks_under_way = json->count("looks_under_way");
    status.holds = read_holds(*json, "holds");
    status.bans = read_bans(*json, "bans");
    status.trips = read_trips(*json, "trips");
    for (const auto& server : json->objects("servers")) status.servers.push_back(read_server(server));
    if (const auto fine = json->finish(); !fine) return fine.error();
    return status;
}

}  // namespace curfew::daemon
