#pragma once
// What the daemon shows over HTTP.

#include <string>

#include "daemon/http/request.hpp"
#include "daemon/metrics/metrics.hpp"
#include "daemon/notify/notify.hpp"
#include "daemon/running/status_book.hpp"

namespace curfew::daemon {

// As `plan --output json`, but as of the last visit to each server, and by the running daemon: who was ended
// there, or would be, with the outcome, and who is withheld.
std::string plan_json(const Status& status, const StatusBook& book);

MomentNumbers numbers_of(const StatusBook& book, const NotifyCounters& notified);

// Why /-/ready says no; empty: ready.
std::string not_ready(const Status& status);

}  // namespace curfew::daemon
