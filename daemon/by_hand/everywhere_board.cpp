#include "daemon/by_hand/everywhere_board.hpp"

#include <algorithm>

#include "daemon/output/escape.hpp"
#include "daemon/output/table.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t longest_list = 50;

std::string counted(std::uint64_t number, const std::string& thing) {
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

std::string in_brackets(const std::string& detail) {
    return detail.empty() ? "" : " (" + detail + ")";
}

std::string more_of(std::uint64_t all, std::size_t listed, const std::string& thing) {
    return all > listed ? "... and " + std::to_string(all - listed) + " more " + thing + "\n" : "";
}

template <class... Fs> struct Overloaded : Fs... { using Fs::operator()...; };
template <class... Fs> Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

void EverywhereBoard::take(const EverywhereNews& news) {
    if (const auto* there = std::get_if<ShownThere>(&news)) {
        if (!there->list.pairs.empty()) {
            auto& here = by_server_[there->server];
            here.disconnects += there->list.pairs.size();
            for (const auto& pair : there->list.pairs) here.sessions += pair.sessions;
        }
        disconnects_ += there->list.pairs.size();
        stays_ += there->list.stays.size();
        if (head_rows_ >= 2 * longest_list) return;
        head_.push_back(*there);
        head_rows_ += there->list.pairs.size() + there->list.stays.size();
    } else if (const auto* unasked = std::get_if<Unasked>(&news)) {
        unasked_[unasked->server] = unasked->error;
    } else if (const auto* asked = std::get_if<AskedAtLast>(&news)) {
        unasked_.erase(asked->server);
    } else if (const auto* counts = std::get_if<EverywhereCounts>(&news)) {
        counts_ = *counts;
    }
}

std::string EverywhereBoard::shown() const {
    Table pairs{{"SERVER", "CLIENT", "USER", "SESSIONS", "IDLE", "ENDS TOO"}};
    Table stays{{"STAYS", "SERVER", "CLIENT", "USER", "DETAIL"}};
    std::size_t pair_rows = 0;
    std::size_t stay_rows = 0;
    for (const auto& there : head_) {
        for (const auto& pair : there.list.pairs) {
            if (++pair_rows > longest_list) break;
            pairs.row({there.server, pair.client, pair.user, std::to_string(pair.sessions), pair.idle,
                       pair.ends_too});
        }
        for (const auto& one : there.list.stays) {
            if (++stay_rows > longest_list) break;
            stays.row({one.why, there.server, one.client, one.user, one.detail});
        }
    }
    std::string text;
    if (!pairs.empty()) text += pairs.text() + more_of(disconnects_, longest_list, "like these");
    if (disconnects_ > longest_list) {
        Table servers{{"SERVER", "DISCONNECTS", "SESSIONS"}};
        std::size_t rows = 0;
        for (const auto& [server, here] : by_server_) {
            if (++rows > longest_list) break;
            servers.row({server, std::to_string(here.disconnects), std::to_string(here.sessions)});
        }
        text += "\n" + servers.text() + more_of(by_server_.size(), longest_list, "servers");
    }
    if (!stays.empty()) text += "\n" + stays.text() + more_of(stays_, longest_list, "who stay");
    if (!unasked_.empty()) {
        Table table{{"NOT ASKED", "WHY"}};
        std::size_t rows = 0;
        for (const auto& [server, error] : unasked_)
            if (++rows <= longest_list) table.row({server, error});
        text += "\n" + table.text() + more_of(unasked_.size(), longest_list, "servers");
    }
    return text;
}

std::string EverywhereBoard::question(const EverywhereSummary& summary) {
    const auto asked = summary.servers - std::min(summary.unasked, summary.servers);
    return counted(summary.disconnects, "disconnect") + " of " + counted(summary.sessions, "session") +
           ", on " + std::to_string(asked) + " of " + counted(summary.servers, "server") + " that answered";
}

std::string EverywhereBoard::said(const EverywhereNews& news) const {
    const auto line =
        Overloaded{[&](const DoneThere& done) -> std::string {
                       const auto& outcome = done.outcome;
                       if (outcome.good && disconnects_ > longest_list) return {};
                       return done.server + " " + outcome.client + " " + outcome.user + ": " + outcome.text +
                              in_brackets(outcome.detail);
                   },
                   [](const CameSince& came) -> std::string {
                       return came.server + " " + came.client + " " + came.user + ": came since (" +
                              counted(came.sessions, "session") + "), and stays";
                   },
                   [](const Unasked& unasked) -> std::string {
                       return unasked.server + ": cannot be asked, and is asked again: " + unasked.error;
                   },
                   [](const AskedAtLast& asked) -> std::string { return asked.server + ": answers"; },
                   [](const auto&) -> std::string { return {}; }};
    return for_people(std::visit(line, news));
}

std::string EverywhereBoard::progress() const {
    std::string text = std::to_string(counts_.asked) + " of " + counted(counts_.servers, "server") + " asked";
    const bool ending = counts_.ended + counts_.withheld + counts_.failed + counts_.left > 0;
    if (ending)
        text += "; ended " + std::to_string(counts_.ended) + ", withheld " +
                std::to_string(counts_.withheld) + ", failed " + std::to_string(counts_.failed) + ", left " +
                std::to_string(counts_.left);
    return text;
}

std::string EverywhereBoard::over() const {
    std::string text = progress() + "\n";
    if (counts_.came > 0)
        text += counted(counts_.came, "session") +
                " came since and stayed: ask again, and agree to a new number\n";
    for (const auto& [server, error] : unasked_)
        text += for_people("not asked: " + server + ": " + error) + "\n";
    return text;
}

}  // namespace curfew::daemon
