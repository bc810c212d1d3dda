#include "daemon/status/status_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/clock.hpp"
#include "daemon/holds/hold_book.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t label_width = 15;

enum class Tone { good, doubtful, bad };

// 3h12m: the two largest units say enough.
std::string short_text(core::WallTime::duration duration) {
    constexpr std::array<std::pair<std::int64_t, char>, 4> units{
        {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    auto left = std::chrono::duration_cast<core::Seconds>(duration).count();
    if (left <= 0) return "0s";
    std::string text;
    int written = 0;
    for (const auto& [size, name] : units) {
        if (written == 2) break;
        if (left >= size) text += std::to_string(left / size) + name;
        if (left >= size || written > 0) ++written;
        left %= size;
    }
    return text;
}

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Broken between words; a word that is longer than a line stays whole, so that it can be copied.
std::string wrapped(const std::string& text, std::size_t indent) {
    std::string out;
    std::size_t used = indent;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(' ', begin), text.size());
        const auto word = text.substr(begin, end - begin);
        const auto wide = columns(word);
        if (used > indent && used + 1 + wide > width) {
            out += "\n" + std::string(indent, ' ');
            used = indent;
        } else if (used > indent) {
            out += ' ';
            ++used;
        }
        out += word;
        used += wide;
        begin = end + 1;
    }
    return out;
}

class Page {
  public:
    explicit Page(Paint paint) : paint_(paint) {}

    void line(std::string text, Tone tone = Tone::good) {
        text_ += painted(std::move(text), tone);
        text_ += '\n';
    }
    // "label          what there is to say, over several lines where it has to be"
    void item(std::string label, const std::string& text, Tone tone = Tone::good) {
        label.resize(label_width, ' ');
        line(label + wrapped(for_people(text), label_width), tone);
    }
    void note(const std::string& text, Tone tone, std::size_t indent) {
        line(std::string(indent, ' ') + wrapped(for_people(text), indent), tone);
    }
    // A table, and under each of its rows what does not fit into one.
    template <class Notes> void table(const Table& table, const Notes& notes) {
        const std::string text = table.text();
        std::size_t row = 0;
        for (std::size_t begin = 0; begin < text.size(); ++row) {
            const auto end = text.find('\n', begin);
            line(text.substr(begin, end - begin), row == 0 ? Tone::good : notes(row - 1, nullptr));
            if (row > 0) notes(row - 1, this);
            begin = end + 1;
        }
    }
    void gap() { text_ += '\n'; }
    std::string take() { return std::move(text_); }

  private:
    std::string painted(std::string text, Tone tone) const {
        if (paint_ == Paint::plain || tone == Tone::good) return text;
        return (tone == Tone::bad ? "\x1b[31m" : "\x1b[33m") + std::move(text) + "\x1b[0m";
    }

    Paint paint_;
    std::string text_;
};

std::string since(core::WallTime time, core::WallTime now) {
    return utc_text(time) + " (" + short_text(now - time) + ")";
}

void show_daemon(Page& page, const Status& status) {
    const bool enforces = status.mode == policy::Mode::enforce;
    page.item("curfew", status.version + ", pid " + std::to_string(status.pid) + ", running since " +
                            since(status.started, status.at));
    page.item("mode", enforces ? "enforce" : "observe: nothing is ended");
    if (enforces && !status.all_tried)
        page.item("", "not every server has been tried yet; nothing is ended before", Tone::doubtful);
}

void show_config(Page& page, const ConfigStatus& config, core::WallTime now) {
    page.item("configuration",
              config.path + ", " + counted(config.servers, "server") + ", " + counted(config.rules, "rule"));
    page.item("in force", config.digest.substr(0, 12) + " since " + since(config.in_force_since, now));
    switch (config.on_disk) {
        case ConfigStatus::OnDisk::same: page.item("on disk", "the one in force"); break;
        case ConfigStatus::OnDisk::refused:
            page.item("on disk", "REFUSED; what was in force stays in force", Tone::bad);
            break;
        case ConfigStatus::OnDisk::waits:
            page.item("on disk",
                      "WAITS for `curfew reload --confirm`" +
                          (config.disk_digest.empty() ? "" : ": " + config.disk_digest.substr(0, 12)),
                      Tone::bad);
            break;
    }
    for (const auto& reason : config.reasons) page.note(reason, Tone::bad, label_width);
}

void show_audit(Page& page, const AuditStatus& audit) {
    const std::string where = audit.path.empty() ? "on the log alone, there is no `audit`"
                                                 : audit.path + ", row " + std::to_string(audit.last_row);
    if (audit.trouble.empty()) {
        page.item("audit", where);
    } else {
        page.item("audit", "CANNOT BE WRITTEN, nothing is ended: " + audit.trouble, Tone::bad);
        page.item("", where);
    }
}

void show_fleet(Page& page, const Status& status) {
    std::array<std::uint64_t, 4> states{};
    for (const auto& server : status.servers) ++states[static_cast<std::size_t>(server.state)];
    std::string text = counted(status.servers.size(), "server") + ", " + counted(status.sessions, "session") +
                       ", " + counted(status.looks_under_way, "look") + " under way";
    for (const auto state :
         {ServerStatus::State::failing, ServerStatus::State::twin, ServerStatus::State::untried}) {
        const auto count = states[static_cast<std::size_t>(state)];
        if (count > 0) text += "; " + std::to_string(count) + " " + std::string{to_string(state)};
    }
    page.item("fleet", text);
}

void show_holds(Page& page, const Status& status) {
    if (status.holds.empty()) return;
    page.gap();
    Table table{{"HOLD", "ON", "UNTIL", "LEFT", "WHO"}};
    for (const auto& hold : status.holds)
        table.row({std::to_string(hold.id), hold.scope, utc_text(hold.until),
                   short_text(hold.until - status.at), hold.who});
    page.table(table, [&](std::size_t row, Page* under) {
        const auto& hold = status.holds[row];
        if (under != nullptr) {
            under->note(hold.reason, Tone::good, 6);
            if (!hold.durable) under->note("not written down yet: a restart would end it", Tone::doubtful, 6);
        }
        return Tone::doubtful;
    });
}

void show_bans(Page& page, const Status& status) {
    if (status.bans.empty()) return;
    page.gap();
    Table table{{"BAN", "WHOM", "UNTIL", "LEFT", "WHO"}};
    for (const auto& ban : status.bans)
        table.row({std::to_string(ban.id), ban.whom, utc_text(ban.until), short_text(ban.until - status.at),
                   ban.who});
    constexpr std::size_t indent = 5;
    page.table(table, [&](std::size_t row, Page* under) {
        const auto& ban = status.bans[row];
        if (under != nullptr) {
            under->note(ban.reason, Tone::good, indent);
            if (ban.override_protect)
                under->note("`protect` does not bind it: " + *ban.override_protect, Tone::doubtful, indent);
        }
        return Tone::doubtful;
    });
    if (const auto why = why_bans_rest(status); !why.empty())
        page.note("Nobody is ended by them now: " + why, Tone::bad, 2);
}

void show_trips(Page& page, const Status& status) {
    if (status.trips.empty()) return;
    page.gap();
    Table table{{"TRIPPED", "ON", "WOULD END", "OF"}};
    for (const auto& trip : status.trips)
        table.row({trip.rule.name, trip.server.value_or("(the whole fleet)"), std::to_string(trip.would_end),
                   std::to_string(trip.of)});
    page.table(table, [](std::size_t, Page*) { return Tone::bad; });
    page.note("These rules end nothing there until somebody edits them or says", Tone::good, 2);
    page.note("curfew resume --rule NAME [--server S]", Tone::good, 4);
}

Tone tone_of(ServerStatus::State state) {
    switch (state) {
        case ServerStatus::State::failing:
        case ServerStatus::State::twin: return Tone::bad;
        case ServerStatus::State::untried: return Tone::doubtful;
        case ServerStatus::State::ok: break;
    }
    return Tone::good;
}

std::string next_text(const ServerStatus& server, core::WallTime now) {
    if (!server.next_look) return "under way";
    return *server.next_look <= now ? "due" : "in " + short_text(*server.next_look - now);
}

void show_server_notes(Page& page, const ServerStatus& server) {
    constexpr std::size_t indent = 4;
    if (server.state == ServerStatus::State::failing) {
        const std::string often =
            server.failures > 1 ? " (" + std::to_string(server.failures) + " times in a row)" : "";
        page.note((server.error.empty() ? server.error_name : server.error) + often, Tone::bad, indent);
    }
    if (!server.twin.empty())
        page.note("the same server as " + server.twin + "; nothing is ended on either", Tone::bad, indent);
    for (const auto& doubt : server.doubts) page.note(doubt, Tone::doubtful, indent);
}

void show_servers(Page& page, const Status& status) {
    if (status.servers.empty()) return;
    page.gap();
    Table table{{"SERVER", "STATE", "LAST LOOK", "SESSIONS", "LEVEL", "NEXT LOOK"}};
    for (const auto& server : status.servers) {
        std::string state{to_string(server.state)};
        if (server.mode == policy::Mode::observe) state += ", observes";
        table.row({server.server, std::move(state),
                   server.last_look ? short_text(status.at - *server.last_look) + " ago" : "never",
                   server.last_look ? std::to_string(server.sessions) : "-",
                   server.level ? std::to_string(*server.level) : "-", next_text(server, status.at)});
    }
    page.table(table, [&](std::size_t row, Page* under) {
        if (under != nullptr) show_server_notes(*under, status.servers[row]);
        return tone_of(status.servers[row].state);
    });
}

}  // namespace

std::string status_text(const Status& status, Paint paint) {
    Page page{paint};
    show_daemon(page, status);
    show_config(page, status.config, status.at);
    show_audit(page, status.audit);
    show_fleet(page, status);
    show_holds(page, status);
    show_bans(page, status);
    show_trips(page, status);
    show_servers(page, status);
    return page.take();
}

std::string why_bans_rest(const Status& status) {
    if (status.mode == policy::Mode::observe) return "the mode is observe";
    const auto observes = [](const ServerStatus& server) { return server.mode == policy::Mode::observe; };
    if (std::all_of(status.servers.begin(), status.servers.end(), observes)) return "every server observes";
    for (const auto& hold : status.holds)
        if (hold.scope == to_string(HoldScope{})) return "hold " + std::to_string(hold.id) + " on everything";
    if (!status.audit.trouble.empty()) return "the audit cannot be written";
    if (!status.all_tried) return "not every server has been tried yet";
    return {};
}

bool needs_a_person(const Status& status) {
    return status.config.on_disk != ConfigStatus::OnDisk::same || !status.audit.trouble.empty() ||
           !status.trips.empty() ||
           std::any_of(status.servers.begin(), status.servers.end(), [](const auto& server) {
               return server.state == ServerStatus::State::failing ||
                      server.state == ServerStatus::State::twin;
           });
}

}  // namespace curfew::daemon
