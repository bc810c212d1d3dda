#pragma once
// The status for machines: what `curfew status --output json` prints and /api/v1/status answers. Stable:
// fields may be added. Described in daemon/control/PROTOCOL.md.

#include <string>

#include "daemon/status/status.hpp"

namespace curfew::daemon {

class JsonWriter;

std::string status_json(const Status& status);  // one line, without its end
void hold_json(JsonWriter& json, const HoldStatus& hold);
void ban_json(JsonWriter& json, const BanStatus& ban);
void trip_json(JsonWriter& json, const policy::Trip& trip);

}  // namespace curfew::daemon
