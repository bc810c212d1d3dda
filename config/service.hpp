#pragma once
// What the file says of the daemon itself, beside the policy: where it keeps its books, who may talk to it,
// and whom it tells. All paths are absolute.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace curfew::config {

// `audit:`. Without it calls are written to the log alone, and nothing is remembered over a restart.
struct Audit {
    std::string path;                                 // of the database; other files stand beside it
    core::Seconds keep{core::Seconds{86'400} * 400};  // older rows are dropped
    bool operator==(const Audit&) const = default;
};

// `control:`. Without it the commands that talk to a running daemon find nobody.
struct Control {
    std::string socket;
    std::optional<std::string> owner;  // by name; empty: whoever runs the daemon
    std::optional<std::string> group;
    std::uint32_t mode = 0600;
    bool operator==(const Control&) const = default;
};

// `http:`. Off unless it is there.
struct Http {
    std::string address = "127.0.0.1";  // an IP address
    std::uint16_t port = 9464;
    bool operator==(const Http&) const = default;
};

enum class News {
    disconnect,      // a call was made, with its outcome
    tripped,         // a rule exceeds its share
    limit,           // a speed or a budget holds sessions back
    server_lost,     // a server does not answer any more
    server_found,    // and answers again
    config_refused,  // the file on disk has errors and is not in force
    config_waits,    // it waits for `curfew reload --confirm`
    config_applied,  // another one is in force
    audit_failed,    // the audit cannot be written; nothing is ended
    audit_recovered,
};

// One entry of `notify:`.
struct Webhook {
    std::string url;                                // http or https; empty where it stands in `url_file`
    std::optional<std::string> url_file;            // for an address that is a secret itself
    std::optional<std::string> authorization_file;  // what the header Authorization says
    std::optional<std::string> ca_file;             // whom to trust; the system's authorities otherwise
    std::set<News> events;                          // never empty
    core::Seconds batch{10};                        // how long news are gathered
    core::Seconds timeout{10};                      // for one delivery
    bool operator==(const Webhook&) const = default;
};

// `reload:`
enum class Reload {
    automatic,  // a good edit is in force at once, unless it would do what nobody wants by accident
    confirm,    // every edit waits for `curfew reload --confirm`
};

std::string_view to_string(News news);  // as in the file

}  // namespace curfew::config
