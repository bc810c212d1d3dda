#pragma once
// One decoder for every section of the file. Each puts what it understood into the draft and complains of the
// rest by itself.

#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/decode/value.hpp"
#include "config/draft.hpp"

namespace curfew::config {

class Files;

std::optional<policy::Mode> read_mode(const Value& value);

struct ServerDefaults {
    std::optional<std::vector<std::string>> tags;
    std::optional<Mention> credentials;
    std::optional<policy::Kind> kind;
    std::optional<bool> shared_connections;
    std::optional<policy::Zone> timezone;
    std::optional<core::Dialect> min_dialect;
    std::optional<core::Encryption> encryption;
    std::optional<policy::Mode> mode;
};
ServerDefaults read_server_defaults(const Value& value, Draft& draft);
void read_servers(const Value& value, const ServerDefaults& defaults, Files& files, Draft& draft);

void read_credentials(const Value& value, Draft& draft);
std::optional<policy::Zone> read_zone(const Value& value, Zones& zones);

void read_lists(const Value& value, Files& files, Draft& draft);

// Calendars before the schedules that except them, and these before the conditions that name them.
void read_calendars(const Value& value, Files& files, Draft& draft);
void read_schedules(const Value& value, Draft& draft);

Polling read_polling(const Value& value);
policy::ClientNames read_clients(const Value& value);
policy::LimitOverrides read_limits(const Value& value);

// `when` and what stands in `not`, `any`, `all`.
std::optional<policy::Condition> read_when(const Value& value, Draft& draft);
std::optional<policy::Concurrent> read_concurrent(const Value& value);
std::optional<policy::Rollout> read_rollout(const Value& value, Draft& draft);
void read_protect(const Value& value, Draft& draft);
void read_rules(const Value& value, Files& files, Draft& draft);
Log read_log(const Value& value);

// What the daemon has beside the policy. Nothing where the section did not decode.
std::optional<Audit> read_audit(const Value& value);
std::optional<Control> read_control(const Value& value);
std::optional<Http> read_http(const Value& value);
std::vector<Webhook> read_notify(const Value& value);
std::optional<Reload> read_reload(const Value& value);

// What concerns several sections: dangling references, what nobody uses.
void cross_check(const Draft& draft);
// Which calendars and schedules somebody names.
void mark_used(Draft& draft);

}  // namespace curfew::config
