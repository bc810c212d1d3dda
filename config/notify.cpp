#include <algorithm>
#include <utility>

#include "config/decode/map_reader.hpp"
#include "config/decode/path.hpp"
#include "config/decode/scalars.hpp"
#include "config/decode/url.hpp"
#include "config/sections.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

constexpr core::Seconds second{1};
constexpr core::Seconds hour{3'600};
constexpr core::Seconds ten_minutes{600};

constexpr std::string_view a_webhook = "a map such as `{url: https://chat.corp.example/hook}`";

constexpr std::array news{News::disconnect,   News::tripped,        News::limit,        News::server_lost,
                          News::server_found, News::config_refused, News::config_waits, News::config_applied,
                          News::audit_failed, News::audit_recovered};

// Where a webhook is expected and a text stands, it is most likely its address, which is not repeated.
bool is_map_of_keys(const Value& value) {
    if (!value.is_scalar()) return true;
    value.error("expected " + std::string(a_webhook) + ", found a text; write `url: ` before it");
    return false;
}

std::optional<UrlShape> read_url(const Value& value, std::string& url) {
    constexpr std::string_view a_url = "a URL such as `https://chat.corp.example/hook`";
    if (!value.is_scalar() || value.node().text.empty()) {
        value.expected(a_url);
        return std::nullopt;
    }
    const auto shape = parse_url(value.node().text);
    if (!shape) {
        value.error(shape.error().message);
        return std::nullopt;
    }
    url = value.node().text;
    return *shape;
}

// Whoever writes the header itself where its file is named must not find it in a log.
std::optional<std::string> read_authorization_file(const Value& value) {
    if (value.is_scalar()) {
        const std::string text = core::fold_case(value.node().text);
        for (const std::string_view scheme : {"bearer ", "basic ", "digest ", "token "})
            if (text.starts_with(scheme)) {
                value.error(
                    "expected the path of a file that holds the header, found the header itself; it is a "
                    "secret, so move it to a file");
                return std::nullopt;
            }
    }
    return read_secret_path(value);
}

// Neither does an address that stands where its file is named.
std::optional<std::string> read_url_file(const Value& value) {
    const std::string text = value.is_scalar() ? core::fold_case(value.node().text) : std::string();
    if (!text.starts_with("http:") && !text.starts_with("https:")) return read_secret_path(value);
    value.error(
        "expected the path of a file that holds the URL, found the URL itself; write `url:` before it");
    return std::nullopt;
}

std::set<News> read_events(const Value& value) {
    std::array<std::string_view, news.size()> words;
    for (std::size_t i = 0; i < news.size(); ++i) words[i] = to_string(news[i]);
    std::set<News> events;
    for (const Value& item : one_or_many(value, "an event such as `disconnect`"))
        if (const auto index = read_word(item, words)) events.insert(news[*index]);
    return events;
}

// What the address says of who may listen.
void check_url(const UrlShape& shape, const Value& url, bool authorized,
               const std::optional<Value>& authorities) {
    if (shape.secure) return;
    if (authorities)
        authorities->warning("`http` knows no certificates, and this file has no effect; write `https`");
    if (shape.loopback) return;
    if (authorized)
        url.error("with `http` everybody on the way reads what `authorization_file` holds; write `https`");
    else
        url.warning("with `http` everybody on the way reads who was disconnected; write `https`");
}

std::optional<Webhook> read_webhook(const Value& value) {
    if (!is_map_of_keys(value)) return std::nullopt;
    constexpr std::array<std::string_view, 2> addresses{"url", "url_file"};
    MapReader map(value, a_webhook);
    const auto address = map.one_of(addresses);
    const auto authorization = map.optional("authorization_file");
    const auto authorities = map.optional("ca_file");
    const auto events = map.optional("events");
    const auto batch = map.optional("batch");
    const auto timeout = map.optional("timeout");
    map.finish();
    Webhook webhook;
    webhook.events.insert(news.begin(), news.end());
    std::optional<UrlShape> shape;
    if (address && map.has("url"))
        shape = read_url(*address, webhook.url);
    else if (address)
        webhook.url_file = read_url_file(*address);
    if (shape) check_url(*shape, *address, authorization.has_value(), authorities);
    if (authorization) webhook.authorization_file = read_authorization_file(*authorization);
    if (authorities) webhook.ca_file = read_path(*authorities);
    if (events) webhook.events = read_events(*events);
    if (batch) webhook.batch = read_duration(*batch, {second, hour}).value_or(webhook.batch);
    if (timeout) webhook.timeout = read_duration(*timeout, {second, ten_minutes}).value_or(webhook.timeout);
    if (webhook.url.empty() && !webhook.url_file) return std::nullopt;
    return webhook;
}

}  // namespace

std::vector<Webhook> read_notify(const Value& value) {
    std::vector<Webhook> out;
    if (!value.is_list()) {
        if (auto webhook = read_webhook(value)) out.push_back(std::move(*webhook));
        return out;
    }
    if (value.node().items.empty()) value.expected(std::string(a_webhook) + ", or a list of them");
    for (std::size_t i = 0; i < value.node().items.size(); ++i)
        if (auto webhook = read_webhook(value.item(i))) out.push_back(std::move(*webhook));
    return out;
}

}  // namespace curfew::config
