#pragma once
// Parts of a status, read back from JSON. What is wrong is with the reader.

#include <string_view>
#include <vector>

#include "daemon/control/json_reader.hpp"
#include "daemon/status/status.hpp"

namespace curfew::daemon {

HoldStatus read_hold(const JsonReader& json);
std::vector<HoldStatus> read_holds(const JsonReader& json, std::string_view key);
BanStatus read_ban(const JsonReader& json);
std::vector<BanStatus> read_bans(const JsonReader& json, std::string_view key);
std::vector<policy::Trip> read_trips(const JsonReader& json, std::string_view key);

}  // namespace curfew::daemon
