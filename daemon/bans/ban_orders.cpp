#include "daemon/bans/ban_orders.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

core::Error usage(std::string what) {
    return {boost::system::error_code{EINVAL, boost::system::generic_category()}, std::move(what)};
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::optional<std::string> wrong_with(const BanDesk& desk, const BanOrder& order) {
    if (!desk.store) return "there is no `audit:` in the configuration, and a ban has to be in one";
    if (is_blank(order.reason)) return "a ban needs a reason";
    if (order.override_protect && is_blank(*order.override_protect))
        return "overriding `protect` needs a reason";
    if (order.length < shortest_ban || order.length > longest_ban)
        return "a ban lasts from one minute to ninety days";
    return std::nullopt;
}

Row row_of(const BanDesk& desk, std::string kind, const KeptBan& kept, std::string who) {
    Row row;
    row.at = desk.clock.now().wall;
    row.kind = std::move(kind);
    row.config = desk.fleet.edition()->config().digest;
    row.who = std::move(who);
    row.reason = kept.ban.reason;
    row.detail = "ban " + std::to_string(kept.ban.id) + ": " + to_string(kept.ban.whom) + " until " +
                 utc_text(kept.until.wall);
    if (const auto& why = kept.ban.override_protect) row.detail += "; protect overridden: " + *why;
    return row;
}

void say(Log& log, const char* event, const KeptBan& kept, const std::string& who) {
    log.warning(event, {{"ban", kept.ban.id},
                        {"whom", to_string(kept.ban.whom)},
                        {"until", utc_text(kept.until.wall)},
                        {"who", who},
                        {"reason", kept.ban.reason}});
}

}  // namespace

std::string ban_note(std::uint64_t id) {
    return ban_notes + std::to_string(id);
}

asio::awaitable<core::Result<KeptBan>> order_ban(BanDesk desk, BanOrder order, std::string who) {
    if (const auto wrong = wrong_with(desk, order)) co_return usage(*wrong);
    auto kept = desk.fleet.ban(std::move(order.whom), order.length, std::move(order.reason),
                               std::move(order.override_protect), std::move(who), desk.clock.now());
    std::vector<Note> notes{{ban_note(kept.ban.id), BanBook::write(kept, boot_id())}};
    const auto written = co_await desk.store->put(std::move(notes));
    if (!written) {
        desk.fleet.take_away_ban(kept.ban.id);
        co_return written.error();
    }
    kept.durable = true;
    // Before a call of its own can be.
    desk.store->event(row_of(desk, "ban", kept, kept.who));
    say(desk.log, "banned", kept, kept.who);
    desk.fleet.ban_is_durable(kept.ban.id);
    co_return kept;
}

asio::awaitable<core::Result<std::vector<KeptBan>>> lift_bans(BanDesk desk, std::vector<KeptBan> bans,
                                                              std::string who) {
    std::vector<KeptBan> lifted;
    if (bans.empty() || !desk.store) co_return lifted;
    std::vector<Note> notes;
    for (const auto& kept : bans) notes.push_back({ban_note(kept.ban.id), ""});
    const auto written = co_await desk.store->put(std::move(notes));
    if (!written) co_return written.error();
    for (const auto& asked : bans) {
        auto kept = desk.fleet.take_away_ban(asked.ban.id);
        if (!kept) continue;  // its time was over meanwhile
        desk.store->event(row_of(desk, "unban", *kept, who));
        say(desk.log, "unbanned", *kept, who);
        lifted.push_back(*std::move(kept));
    }
    co_return lifted;
}

void end_bans(BanDesk desk) {
    for (const auto& kept : desk.fleet.expire_bans(desk.clock.now())) {
        desk.log.info(
            "ban_ended",
            {{"ban", kept.ban.id}, {"whom", to_string(kept.ban.whom)}, {"reason", kept.ban.reason}});
        if (!desk.store) continue;
        desk.store->put_later({ban_note(kept.ban.id), ""});
        auto row = row_of(desk, "unban", kept, {});
        row.detail += "; its time is over";
        desk.store->event(std::move(row));
    }
}

void restore_bans(BanDesk desk) {
    const auto complain = [&](const std::string& message) {
        desk.log.error("not_remembered", {{"what", "bans"}, {"message", message}});
    };
    const auto notes = desk.store->notes(ban_notes);
    if (!notes) return complain(core::describe(notes.error()));
    const auto boot = boot_id();
    for (const auto& note : *notes) {
        auto kept = BanBook::read(note.value, boot, desk.clock.now());
        if (!kept || note.key != ban_note(kept->ban.id)) {
            complain("a ban in the audit cannot be read, and ends nobody: " + note.key);
            continue;
        }
        say(desk.log, "banned", *kept, kept->who);
        desk.fleet.restore(*std::move(kept));
    }
}

}  // namespace curfew::daemon
