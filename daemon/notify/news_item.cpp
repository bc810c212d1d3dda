#include "daemon/notify/news_item.hpp"

#include <algorithm>
#include <map>

#include "daemon/clock.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t longest_text = 1000;  // bytes, of a sentence or a field
constexpr std::size_t most_reasons = 20;

// At the start of a character.
std::string cut(std::string_view text) {
    if (text.size() <= longest_text) return std::string{text};
    std::size_t end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return std::string{text.substr(0, end)} + "\u2026";
}

std::string counted(config::News event, std::size_t n) {
    const auto words = [n](const char* one, const char* many) {
        return std::to_string(n) + " " + (n == 1 ? one : many);
    };
    switch (event) {
        case config::News::disconnect: return words("disconnect", "disconnects");
        case config::News::tripped: return words("rule tripped", "rules tripped");
        case config::News::limit: return words("limit reached", "limits reached");
        case config::News::server_lost: return words("server lost", "servers lost");
        case config::News::server_found: return words("server found again", "servers found again");
        case config::News::config_refused: return words("configuration refused", "configurations refused");
        case config::News::config_waits: return words("configuration waits", "configurations wait");
        case config::News::config_applied: return words("configuration in force", "configurations in force");
        case config::News::audit_failed: return words("failure of the audit", "failures of the audit");
        case config::News::audit_recovered: return words("recovery of the audit", "recoveries of the audit");
    }
    return words("event", "events");
}

}  // namespace

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::info: return "info";
        case Severity::warning: return "warning";
        case Severity::critical: return "critical";
    }
    return "info";
}

std::shared_ptr<const NewsItem> write_down(std::string id, core::WallTime at, const Story& story) {
    auto item = std::make_shared<NewsItem>();
    item->event = story.event;
    item->severity = story.severity;
    item->text = cut(for_chat(cut(story.text)));
    JsonWriter json;
    json.begin_object();
    json.field("id", id);
    json.field("at", utc_text(at));
    json.field("event", config::to_string(story.event));
    json.field("severity", to_string(story.severity));
    json.field("text", item->text);
    for (const auto& field : story.fields) {
        if (field.number) {
            json.field(field.key, std::stoll(field.text));
        } else {
            json.field(field.key, cut(field.text));
        }
    }
    if (!story.reasons.empty()) {
        json.key("reasons").begin_array();
        const std::size_t shown = std::min(story.reasons.size(), most_reasons);
        for (std::size_t i = 0; i < shown; ++i) json.value(cut(story.reasons[i]));
        json.end_array();
        if (shown < story.reasons.size())
            json.field("more_reasons", static_cast<std::int64_t>(story.reasons.size() - shown));
    }
    json.end_object();
    item->id = std::move(id);
    item->json = json.text();
    return item;
}

std::string summary_of(const Sender& sender, const std::vector<std::shared_ptr<const NewsItem>>& news) {
    if (news.empty()) return {};
    std::string text = for_chat("curfew on " + sender.host + ": ");
    if (news.size() == 1) return text + news.front()->text;
    std::map<config::News, std::size_t> by_event;
    for (const auto& item : news) ++by_event[item->event];
    std::string list;
    for (const auto& [event, n] : by_event) list += (list.empty() ? "" : ", ") + counted(event, n);
    const auto gravest = std::max_element(
        news.begin(), news.end(), [](const auto& a, const auto& b) { return a->severity < b->severity; });
    return text + list + ". Among them: " + (*gravest)->text;
}

std::string body_of(const Sender& sender, std::string_view delivery,
                    const std::vector<std::shared_ptr<const NewsItem>>& news) {
    JsonWriter head;
    head.begin_object();
    head.field("version", 1);
    head.field("text", summary_of(sender, news));
    head.field("delivery", delivery);
    head.key("sender").begin_object();
    head.field("program", "curfew").field("version", sender.version).field("host", sender.host);
    head.end_object();
    head.key("news").begin_array();
    std::string body = head.text();
    std::size_t bytes = body.size() + 2;
    for (const auto& item : news) bytes += item->json.size() + 2;
    body.reserve(bytes);
    for (std::size_t i = 0; i < news.size(); ++i) {
        if (i > 0) body += ", ";
        body += news[i]->json;
    }
    return body += "]}";
}

}  // namespace curfew::daemon
