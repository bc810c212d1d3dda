#pragma once
// The audit on the log: `disconnect_intent` before a call, `disconnect_outcome` after it, with the same
// number.

#include <atomic>

#include "daemon/gate/audit.hpp"
#include "daemon/log/log.hpp"

namespace curfew::daemon {

class LogAudit final : public Audit {
  public:
    explicit LogAudit(Log& log) : log_(log) {}
    boost::asio::awaitable<core::Result<IntentId>> intent(const Intent& intent) override;
    boost::asio::awaitable<void> outcome(IntentId id, const Intent& intent, const Result& result) override;

  private:
    Log& log_;
    std::atomic<IntentId> next_ = 1;
};

}  // namespace curfew::daemon
