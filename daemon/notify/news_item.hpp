#pragma once
// One piece of news, as it is told to every webhook that wants it, and the body of a delivery of several.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/service.hpp"
#include "core/time.hpp"
#include "daemon/log/log.hpp"

namespace curfew::daemon {

enum class Severity { info, warning, critical };
std::string_view to_string(Severity severity);

// What happened, before anybody is told.
struct Story {
    config::News event = config::News::disconnect;
    Severity severity = Severity::info;
    std::string text;           // one sentence for people; names in it as they came
    std::vector<Field> fields;  // as in the log's events
    std::vector<std::string> reasons = {};
};

// Written out once, whoever it goes to. Names and messages in it are cut to a length.
struct NewsItem {
    std::string id;
    config::News event = config::News::disconnect;
    Severity severity = Severity::info;
    std::string text;  // safe for a chat
    std::string json;
    std::size_t bytes() const { return sizeof *this + id.size() + text.size() + json.size(); }
};

std::shared_ptr<const NewsItem> write_down(std::string id, core::WallTime at, const Story& story);

struct Sender {
    std::string version;
    std::string host;
};

// The whole body, as daemon/notify/NOTIFICATIONS.md describes it.
std::string body_of(const Sender& sender, std::string_view delivery,
                    const std::vector<std::shared_ptr<const NewsItem>>& news);

// A sentence or two for a chat.
std::string summary_of(const Sender& sender, const std::vector<std::shared_ptr<const NewsItem>>& news);

}  // namespace curfew::daemon
