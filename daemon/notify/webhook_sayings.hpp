#pragma once
// What the log says of one webhook: that something is wrong once, and not at every attempt.

#include <cstdint>
#include <string>

#include "daemon/log/log.hpp"
#include "daemon/notify/outbox.hpp"
#include "daemon/notify/reply.hpp"

namespace curfew::daemon {

class WebhookSayings {
  public:
    // `called`: something to call it by that is no secret.
    explicit WebhookSayings(std::string called) : called_(std::move(called)) {}

    void answered(Log& log, std::size_t webhook, const Reply& reply, std::uint64_t news);
    // Of what was counted lost since the last time.
    void counted(Log& log, std::size_t webhook, const OutboxCounters& counters);

  private:
    std::vector<Field> fields(std::size_t webhook) const;

    std::string called_;
    std::uint64_t failures_ = 0;
    bool refused_told_ = false;
    bool full_told_ = false;
    bool too_old_told_ = false;
    OutboxCounters last_;
};

}  // namespace curfew::daemon
