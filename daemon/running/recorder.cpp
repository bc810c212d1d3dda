#include "daemon/running/recorder.hpp"

#include "daemon/running/memory_text.hpp"

namespace curfew::daemon {

std::string trip_note(const policy::Trip& trip) {
    // Lengths, so that no two sets of names read alike.
    const std::string server = trip.server.value_or("");
    return trip_notes + std::to_string(trip.rule.name.size()) + ":" + trip.rule.name + ":" +
           trip.rule.digest + (trip.server ? ":server:" : ":fleet:") + server;
}

std::string hold_note(std::uint64_t id) {
    return hold_notes + std::to_string(id);
}

Row Recorder::row(std::string kind) const {
    Row row;
    row.at = clock_.now().wall;
    row.kind = std::move(kind);
    row.config = fleet_.edition()->config().digest;
    return row;
}

void Recorder::withheld(const WithheldThere& event) {
    const auto& withheld = event.withheld;
    if (withheld.why != policy::Why::observe || !withheld.rule) return;
    const auto& rule = event.policy.rules[*withheld.rule];
    for (const auto& session : event.look.sessions) {
        if (session.reported.client != withheld.client || session.reported.user != withheld.user) continue;
        if (session.own != policy::Own::no) continue;
        Row one = row("would_end");
        one.at = event.look.at.wall;
        one.server = event.server;
        one.client = session.reported.client;
        one.user = session.reported.user;
        one.client_key = session.client_key;
        one.user_key = session.user_key;
        one.rule = rule.key.name;
        one.rule_digest = rule.key.digest;
        one.reason = rule.reason;
        one.owner = rule.owner;
        one.ticket = rule.ticket;
        one.sessions = 1;
        if (session.reported.idle) one.idle = session.reported.idle->count();
        if (session.reported.connected) one.connected = session.reported.connected->count();
        if (session.reported.open_files) one.open_files = *session.reported.open_files;
        if (session.started) {
            const auto ago = event.look.at.steady - *session.started;
            one.started = event.look.at.wall - std::chrono::duration_cast<core::WallTime::duration>(ago);
        }
        one.why = policy::to_string(withheld.why);
        store_.would_end(std::move(one));
    }
}

void Recorder::tripped(const policy::Trip& trip) {
    store_.put_later({trip_note(trip), write_trip(trip)});
    Row one = row("tripped");
    one.server = trip.server.value_or("");
    one.rule = trip.rule.name;
    one.rule_digest = trip.rule.digest;
    one.sessions = trip.would_end;
    one.detail = "would end " + std::to_string(trip.would_end) + " of " + std::to_string(trip.of);
    store_.event(std::move(one));
}

void Recorder::resumed(const policy::Trip& trip, const std::string& who) {
    store_.put_later({trip_note(trip), ""});
    Row one = row("resume");
    one.server = trip.server.value_or("");
    one.rule = trip.rule.name;
    one.rule_digest = trip.rule.digest;
    one.who = who;
    one.detail = "may act again";
    store_.event(std::move(one));
}

void Recorder::held(const Hold& hold) {
    Row one = row("hold");
    one.who = hold.who;
    one.reason = hold.reason;
    one.detail = to_string(hold.scope) + " until " + utc_text(hold.until.wall);
    store_.event(std::move(one));
}

void Recorder::released(const Hold& hold, const std::string& who) {
    Row one = row("resume");
    one.who = who;
    one.reason = hold.reason;
    one.detail = to_string(hold.scope) + (who.empty() ? ": its time is over" : "");
    store_.event(std::move(one));
}

void Recorder::configured(const Edition& edition, const std::vector<config::FileText>& texts) {
    std::string all;
    for (const auto& file : texts) all += "# --- " + file.name + "\n" + file.text + "\n";
    store_.configured(edition.config().digest, std::move(all));
    Row one = row("config");
    one.config = edition.config().digest;
    one.detail = std::to_string(edition.config().servers.size()) + " servers, " +
                 std::to_string(edition.policy().rules.size()) + " rules";
    store_.event(std::move(one));
}

}  // namespace curfew::daemon
