#include "daemon/gate/log_audit.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

std::vector<Field> fields_of(IntentId id, const Intent& intent) {
    std::vector<Field> fields{
        {"id", id}, {"server", intent.server}, {"client", intent.client}, {"user", intent.user}};
    fields.emplace_back("sessions", intent.seen.sessions);
    fields.emplace_back("rule", intent.rule.empty() ? "(by hand)" : intent.rule);
    if (!intent.reason.empty()) fields.emplace_back("reason", intent.reason);
    if (!intent.owner.empty()) fields.emplace_back("owner", intent.owner);
    if (!intent.ticket.empty()) fields.emplace_back("ticket", intent.ticket);
    return fields;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::ended: return "ended";
        case Outcome::already_gone: return "already gone";
        case Outcome::still_there: return "still there";
        case Outcome::unknown: return "unknown";
        case Outcome::error: return "error";
        case Outcome::no_longer_matches: return "no longer matches";
        case Outcome::withheld: return "withheld";
        case Outcome::not_asked: return "not asked";
    }
    return "unknown";
}

asio::awaitable<core::Result<IntentId>> LogAudit::intent(const Intent& intent) {
    const IntentId id = next_++;
    auto fields = fields_of(id, intent);
    if (intent.seen.idle) fields.emplace_back("idle", intent.seen.idle->count());
    if (intent.seen.connected) fields.emplace_back("connected", intent.seen.connected->count());
    if (intent.seen.open_files) fields.emplace_back("open_files", std::uint64_t{*intent.seen.open_files});
    fields.emplace_back("config", intent.config_digest);
    log_.record(config::LogLevel::info, "disconnect_intent", fields);
    log_.flush();
    co_return id;
}

asio::awaitable<void> LogAudit::outcome(IntentId id, const Intent& intent, const Result& result) {
    auto fields = fields_of(id, intent);
    fields.emplace_back("outcome", to_string(result.outcome));
    if (result.why && result.outcome == Outcome::withheld)
        fields.emplace_back("why", policy::to_string(*result.why));
    if (result.error.code) {
        fields.emplace_back("error", core::name_of(result.error.code));
        fields.emplace_back("code", result.error.code.value());
        fields.emplace_back("message", core::describe(result.error));
    }
    if (!result.detail.empty()) fields.emplace_back("detail", result.detail);
    const bool good = result.outcome == Outcome::ended || result.outcome == Outcome::already_gone ||
                      result.outcome == Outcome::no_longer_matches || result.outcome == Outcome::withheld;
    log_.record(good ? config::LogLevel::info : config::LogLevel::warning, "disconnect_outcome", fields);
    co_return;
}

}  // namespace curfew::daemon
