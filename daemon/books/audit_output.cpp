#include "daemon/books/audit_output.hpp"

#include <string>
#include <utility>
#include <vector>

#include "core/text/durations.hpp"
#include "daemon/clock.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

std::string number_text(const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : std::string{};
}

std::string count_text(const std::optional<std::uint64_t>& count) {
    return count ? std::to_string(*count) : std::string{};
}

std::string time_text(const std::optional<core::WallTime>& time) {
    return time ? utc_text(*time) : std::string{};
}

// Of the outcome where there is one: it knows more.
const std::string& later(const AuditEntry& entry, std::string Row::*member) {
    return entry.outcome && !((*entry.outcome).*member).empty() ? (*entry.outcome).*member
                                                                : entry.row.*member;
}

std::string rule_text(const Row& row, bool call) {
    if (!row.rule.empty() || !call) return row.rule;
    return row.who.empty() ? "(by hand)" : "(by hand, " + row.who + ")";
}

std::string outcome_words(const AuditEntry& entry) {
    if (entry.is_call() && !entry.outcome) return "none: under way, or its process died";
    if (entry.row.kind == "would_end") return "would end";
    std::string text{entry.outcome_text()};
    const auto& error = later(entry, &Row::error);
    const auto& why = later(entry, &Row::why);
    if (!error.empty()) text += (text.empty() ? "" : " ") + error;
    if (!why.empty() && why != text) text += (text.empty() ? "" : ": ") + why;
    if (entry.is_recovered()) text += " (recovered)";
    return text;
}

std::string remarks(const AuditEntry& entry) {
    std::string text = entry.row.reason;
    const auto add = [&](const std::string& more) {
        if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
    };
    add(entry.row.detail);
    if (entry.outcome) add(entry.outcome->detail);
    return text;
}

class AsTable final : public AuditOutput {
  public:
    AsTable(bool kinds, Sink sink) : kinds_(kinds), table_(headings(kinds), std::move(sink)) {}

    void add(const AuditEntry& entry) override {
        const Row& row = entry.row;
        const Row& seen = entry.seen();
        // Of what is about no session nothing is unknown.
        const bool sessions = seen.sessions || entry.is_call();
        std::vector<std::string> cells{utc_text(row.at), std::to_string(row.id)};
        if (kinds_) cells.emplace_back(entry.kind());
        for (auto cell :
             {row.server, row.client, row.user, count_text(seen.sessions),
              sessions ? idle_text(seen) : std::string{},
              sessions && !seen.open_files ? std::string{"unknown"} : number_text(seen.open_files),
              rule_text(row, entry.is_call()), outcome_words(entry), remarks(entry)})
            cells.push_back(std::move(cell));
        table_.row(cells);
    }
    void finish() override { table_.finish(); }

  private:
    static std::string idle_text(const Row& seen) {
        return seen.idle ? core::duration_text(core::Seconds{*seen.idle}) : "unknown";
    }
    static std::vector<std::string> headings(bool kinds) {
        std::vector<std::string> line{"AT", "ROW"};
        if (kinds) line.emplace_back("KIND");
        for (const char* heading :
             {"SERVER", "CLIENT", "USER", "SESSIONS", "IDLE", "OPENS", "RULE", "OUTCOME", "REMARKS"})
            line.emplace_back(heading);
        return line;
    }

    bool kinds_;
    StreamTable table_;
};

class AsJson final : public AuditOutput {
  public:
    explicit AsJson(Sink sink) : sink_(std::move(sink)) { sink_("{\"version\": 1, \"rows\": ["); }

    void add(const AuditEntry& entry) override {
        const Row& row = entry.row;
        JsonWriter json;
        json.begin_object().field("kind", entry.kind()).field("id", signed_of(row.id));
        json.field("at", utc_text(row.at));
        if (entry.outcome) {
            json.field("outcome_id", signed_of(entry.outcome->id));
            json.field("outcome_at", utc_text(entry.outcome->at));
        }
        text(json, "server", row.server);
        text(json, "client", row.client);
        text(json, "user", row.user);
        text(json, "client_key", row.client_key);
        text(json, "user_key", row.user_key);
        text(json, "rule", row.rule);
        text(json, "rule_digest", row.rule_digest);
        text(json, "reason", row.reason);
        text(json, "owner", row.owner);
        text(json, "ticket", row.ticket);
        text(json, "config", row.config);
        if (entry.is_call()) json.key("by_hand").boolean(row.rule.empty());
        text(json, "who", row.who);
        seen(json, entry.seen());
        text(json, "outcome", std::string{entry.outcome_text()});
        if (entry.outcome) json.key("recovered").boolean(entry.is_recovered());
        text(json, "why", later(entry, &Row::why));
        text(json, "error", later(entry, &Row::error));
        if (const auto& code = entry.outcome ? entry.outcome->code : row.code) json.field("code", *code);
        text(json, "detail", later(entry, &Row::detail));
        json.field("run", signed_of(row.run)).end_object();
        sink_((first_ ? "\n" : ",\n") + json.text());
        first_ = false;
    }
    void finish() override { sink_(first_ ? "]}\n" : "\n]}\n"); }

  private:
    static std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }
    static void text(JsonWriter& json, const char* name, const std::string& value) {
        if (!value.empty()) json.field(name, value);
    }
    static void seen(JsonWriter& json, const Row& row) {
        if (row.sessions) json.field("sessions", signed_of(*row.sessions));
        if (row.idle) json.field("idle", *row.idle);
        if (row.connected) json.field("connected", *row.connected);
        if (row.open_files) json.field("open_files", *row.open_files);
        if (row.started) json.field("started", utc_text(*row.started));
    }

    Sink sink_;
    bool first_ = true;
};

class AsCsv final : public AuditOutput {
  public:
    explicit AsCsv(Sink sink) : sink_(std::move(sink)) {
        sink_(
            "kind,id,at,outcome_id,outcome_at,server,client,user,rule,who,sessions,idle,connected,open_files,"
            "started,outcome,recovered,why,error,code,reason,owner,ticket,config,detail,run\r\n");
    }

    void add(const AuditEntry& entry) override {
        const Row& row = entry.row;
        const Row& seen = entry.seen();
        const auto& outcome = entry.outcome;
        std::string line = for_csv(entry.kind());
        // Numbers and times are ours: no spreadsheet has to be kept from them.
        for (const auto& plain :
             {std::to_string(row.id), utc_text(row.at), outcome ? std::to_string(outcome->id) : std::string{},
              outcome ? utc_text(outcome->at) : std::string{}})
            line += "," + plain;
        for (const auto* name : {&row.server, &row.client, &row.user, &row.rule, &row.who})
            line += "," + for_csv(*name);
        for (const auto& plain :
             {count_text(seen.sessions), number_text(seen.idle), number_text(seen.connected),
              number_text(seen.open_files), time_text(seen.started)})
            line += "," + plain;
        line += "," + for_csv(entry.outcome_text());
        line += outcome ? (entry.is_recovered() ? ",true" : ",false") : ",";
        line += "," + for_csv(later(entry, &Row::why)) + "," + for_csv(later(entry, &Row::error));
        line += "," + number_text(outcome ? outcome->code : row.code);
        for (const auto* text : {&row.reason, &row.owner, &row.ticket, &row.config})
            line += "," + for_csv(*text);
        line += "," + for_csv(later(entry, &Row::detail)) + "," + std::to_string(row.run) + "\r\n";
        sink_(line);
    }
    void finish() override {}

  private:
    Sink sink_;
};

}  // namespace

std::unique_ptr<AuditOutput> audit_output(Format format, bool kinds, Sink sink) {
    switch (format) {
        case Format::json: return std::make_unique<AsJson>(std::move(sink));
        case Format::csv: return std::make_unique<AsCsv>(std::move(sink));
        case Format::table: break;
    }
    return std::make_unique<AsTable>(kinds, std::move(sink));
}

}  // namespace curfew::daemon
