#include "daemon/fleet/sayings.hpp"

#include "daemon/clock.hpp"

namespace curfew::daemon {
namespace {

std::string list_of(const std::vector<core::Level>& levels) {
    std::string text;
    for (const auto level : levels) text += (text.empty() ? "" : ", ") + std::string{core::to_string(level)};
    return text;
}

std::string lost_at(core::Level level) {
    switch (level) {
        case core::Level::names: return "users are not known there, so no session can be ended";
        case core::Level::anyone: return "open files and flags are unknown there";
        case core::Level::administrative: return "client types and transports are unknown there";
        case core::Level::client_types: return "transports are unknown there";
        case core::Level::transports: break;
    }
    return "nothing";
}

}  // namespace

void say_failed(Log& log, Member& member, const core::Error& error) {
    const std::string trouble = core::describe(error);
    const std::vector<Field> fields{{"server", member.name},
                                    {"error", core::name_of(error.code)},
                                    {"code", error.code.value()},
                                    {"failures", std::uint64_t{member.failures}},
                                    {"message", trouble}};
    const bool news = trouble != member.last_trouble;
    log.event(news ? config::LogLevel::warning : config::LogLevel::debug, "look_failed", fields);
    member.last_trouble = trouble;
}

void say_answered(Log& log, Member& member, const core::Enumeration& enumeration,
                  const policy::ServerFacts& facts) {
    const std::string& name = member.name;
    if (!member.last_trouble.empty()) {
        log.info("server_found_again", {{"server", name}, {"failures", std::uint64_t{member.failures}}});
        member.last_trouble.clear();
    }
    if (member.level_told) return;
    member.level_told = true;
    log.info("server_level", {{"server", name},
                              {"level", static_cast<std::uint64_t>(enumeration.level)},
                              {"kind", policy::to_string(facts.kind)}});
    if (!enumeration.denied.empty()) {
        log.warning("level_denied",
                    {{"server", name},
                     {"denied", list_of(enumeration.denied)},
                     {"level", static_cast<std::uint64_t>(enumeration.level)},
                     {"lost", lost_at(enumeration.level)},
                     {"message", "make the account a member of Administrators or Server Operators"}});
    } else if (enumeration.level == core::Level::names) {
        log.warning("level_without_users", {{"server", name}, {"lost", lost_at(enumeration.level)}});
    }
}

void say_twin(Log& log, Member& member, const std::string& other) {
    if (member.twin_told) return;
    member.twin_told = true;
    log.error("same_server_twice",
              {{"server", member.name},
               {"other", other},
               {"message",
                "both entries reach one server (same ServerGuid); nothing is ended on either until one of "
                "them is taken out of `servers`"}});
}

void say_doubts(Log& log, const Member& member, const policy::Policy& policy,
                const std::vector<policy::Doubt>& doubts) {
    for (const auto& doubt : doubts) {
        const bool is_rule = doubt.about.kind == policy::PolicyEntry::Kind::rule;
        log.warning("doubt", {{"server", member.name},
                              {is_rule ? "rule" : "protect", policy::name_of(policy, doubt.about)},
                              {"why", policy::why_in_words(doubt)}});
    }
}

void say_rule(Log& log, const policy::Rule& rule, bool on) {
    std::vector<Field> fields{{"rule", rule.key.name}};
    const std::string from = rule.from ? utc_text(*rule.from) : std::string{};
    const std::string until = rule.until ? utc_text(*rule.until) : std::string{};
    if (rule.from) fields.push_back({"from", from});
    if (rule.until) fields.push_back({"until", until});
    log.event(config::LogLevel::info, on ? "rule_on" : "rule_off", fields);
}

void say_rules_off(Log& log, const policy::Policy& policy, core::WallTime now) {
    for (const auto& rule : policy.rules) {
        if (!rule.is_on(now)) say_rule(log, rule, false);
    }
}

void say_tripped(Log& log, const policy::Trip& trip) {
    log.error(
        "rule_tripped",
        {{"rule", trip.rule.name},
         {"server", trip.server.value_or("(the whole fleet)")},
         {"would_end", trip.would_end},
         {"of", trip.of},
         {"message",
          "the rule would end more than its share of sessions; it ends nothing there until somebody says "
          "`curfew resume --rule`: read `curfew plan`, then correct the rule or raise its limits.share"}});
}

void WithheldRound::say(const std::string& client, const std::string& user, const std::string& rule,
                        policy::Why why, const std::string& detail) {
    const std::string key = client + '\0' + user + '\0' + rule + '\0' + std::string{policy::to_string(why)};
    const bool news = !member_.told.contains(key) && !now_.contains(key);
    now_.insert(key);
    if (!news) return;
    std::vector<Field> fields{{"server", member_.name}, {"client", client}, {"user", user}};
    fields.emplace_back("rule", rule);
    fields.emplace_back("why", policy::to_string(why));
    if (!detail.empty()) fields.emplace_back("detail", detail);
    log_.info("withheld", fields);
}

}  // namespace curfew::daemon
