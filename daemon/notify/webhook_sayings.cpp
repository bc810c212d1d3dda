#include "daemon/notify/webhook_sayings.hpp"

#include <utility>

namespace curfew::daemon {

using config::LogLevel;

std::vector<Field> WebhookSayings::fields(std::size_t webhook) const {
    return {{"webhook", std::uint64_t{webhook}}, {"host", called_}};
}

void WebhookSayings::answered(Log& log, std::size_t webhook, const Reply& reply, std::uint64_t news) {
    if (!reply.host.empty()) called_ = reply.host;
    auto said = fields(webhook);
    if (reply.answer == Outbox::Answer::taken) {
        if (failures_ > 0) {
            said.emplace_back("failures", failures_);
            log.info("notify_works_again", said);
        }
        failures_ = 0;
        refused_told_ = full_told_ = too_old_told_ = false;
        return;
    }
    if (reply.status != 0) said.emplace_back("status", std::uint64_t{reply.status});
    said.emplace_back("news", news);
    if (reply.answer == Outbox::Answer::refused) {
        said.emplace_back("message", reply.message + "; they are lost");
        const bool first = !std::exchange(refused_told_, true);
        log.event(first ? LogLevel::warning : LogLevel::debug, "notify_refused", said);
        return;
    }
    said.emplace_back("failures", ++failures_);
    said.emplace_back("message", reply.message);
    log.event(failures_ == 1 ? LogLevel::warning : LogLevel::debug, "notify_failed", said);
}

void WebhookSayings::counted(Log& log, std::size_t webhook, const OutboxCounters& counters) {
    const auto say = [&](Lost reason, bool warn, const char* message) {
        const auto lost = counters.lost_for(reason) - last_.lost_for(reason);
        if (lost == 0) return;
        auto said = fields(webhook);
        said.emplace_back("why", to_string(reason));
        said.emplace_back("news", lost);
        said.emplace_back("message", message);
        log.event(warn ? LogLevel::warning : LogLevel::debug, "notify_lost", said);
    };
    const auto more = [&](Lost reason) { return counters.lost_for(reason) > last_.lost_for(reason); };
    if (more(Lost::full))
        say(Lost::full, !std::exchange(full_told_, true), "no more can wait; the oldest are dropped");
    if (more(Lost::too_old))
        say(Lost::too_old, !std::exchange(too_old_told_, true), "nobody took them for a day");
    say(Lost::stopping, true, "curfew ends, and nobody took them");
    say(Lost::removed, true, "the webhook is not in the configuration any more");
    last_ = counters;
}

}  // namespace curfew::daemon
