#pragma once
// Test data that reads like the sentence it tests.

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy/server_plan.hpp"

namespace curfew::policy {

// How Google Test prints them.
inline void PrintTo(Truth truth, std::ostream* out) {
    *out << to_string(truth);
}
inline void PrintTo(Why why, std::ostream* out) {
    *out << to_string(why);
}
inline void PrintTo(Kind kind, std::ostream* out) {
    *out << to_string(kind);
}

namespace build {

using namespace std::chrono_literals;

inline const core::Now now{core::SteadyTime{} + 100'000s, core::WallTime{} + 1'800'000'000s};

struct SessionSpec {
    std::string user;
    std::string client = "10.20.1.7";
    std::optional<core::Seconds> idle = 45min;
    std::optional<core::Seconds> connected = 3h;
    std::optional<std::uint32_t> open_files = 0;
    std::optional<std::uint32_t> flags = 0;
    std::optional<std::string> client_type = std::nullopt;
    std::optional<std::string> transport = std::nullopt;

    operator core::Session() const {
        core::Session session;
        session.user = user;
        session.client = client;
        session.idle = idle;
        session.connected = connected;
        session.open_files = open_files;
        session.flags = flags;
        session.client_type = client_type;
        session.transport = transport;
        return session;
    }
};

// The daemon's connection: svc-curfew from 10.9.9.9, logged on a minute ago.
inline core::OwnConnection own_connection() {
    return {"CORP\\svc-curfew", "10.9.9.9", now.steady - 60s};
}
inline SessionSpec own_session() {
    return {.user = "svc-curfew", .client = "10.9.9.9", .idle = 0s, .connected = 60s};
}

inline core::Enumeration enumeration(core::Level level, std::vector<SessionSpec> sessions) {
    core::Enumeration result;
    result.level = level;
    for (const auto& session : sessions) result.sessions.push_back(session);
    result.own = own_connection();
    return result;
}

// What was asked over a connection that the server lists too, as every server does; it comes last.
inline ServerLook look(const ServerTraits& traits, std::vector<SessionSpec> sessions) {
    sessions.push_back(own_session());
    const auto level = traits.kind == Kind::windows ? core::Level::transports : core::Level::administrative;
    return facts_of(traits, enumeration(level, std::move(sessions)), now);
}
inline ServerTraits server(Kind kind) {
    ServerTraits traits;
    traits.name = "fs1";
    traits.kind = kind;
    return traits;
}
inline ServerLook windows(std::vector<SessionSpec> sessions) {
    return look(server(Kind::windows), std::move(sessions));
}
inline ServerLook samba(std::vector<SessionSpec> sessions) {
    return look(server(Kind::samba), std::move(sessions));
}
inline ServerLook samba_unshared(std::vector<SessionSpec> sessions) {
    auto traits = server(Kind::samba);
    traits.shared_connections = false;
    return look(traits, std::move(sessions));
}

inline Condition always() {
    return {Always{}};
}
inline Condition user(std::initializer_list<std::string_view> patterns) {
    UserMatches node;
    for (const auto text : patterns) node.any_of.push_back(UserPattern::compile(text).value());
    return {node};
}
inline Condition client(std::initializer_list<std::string_view> patterns) {
    ClientMatches node;
    for (const auto text : patterns) node.any_of.push_back(ClientPattern::compile(text).value());
    return {node};
}
inline Condition server_named(std::initializer_list<std::string_view> patterns) {
    ServerMatches node;
    for (const auto text : patterns) node.any_of.push_back(NamePattern::compile(text).value());
    return {node};
}
inline Condition transport(std::initializer_list<std::string_view> patterns) {
    TransportMatches node;
    for (const auto text : patterns) node.any_of.push_back(NamePattern::compile(text).value());
    return {node};
}
inline Condition client_type(std::initializer_list<std::string_view> patterns) {
    ClientTypeMatches node;
    for (const auto text : patterns) node.any_of.push_back(NamePattern::compile(text).value());
    return {node};
}
inline Condition idle(core::Seconds at_least) {
    return {IdleIn{{at_least, std::nullopt}}};
}
inline Condition open_files(std::uint32_t exactly) {
    return {OpenFilesIn{{exactly, exactly + 1}}};
}
inline Condition not_(Condition condition) {
    return {Not{std::make_shared<const Condition>(std::move(condition))}};
}
inline Condition all(std::vector<Condition> conditions) {
    return {AllOf{std::move(conditions)}};
}
inline Condition any(std::vector<Condition> conditions) {
    return {AnyOf{std::move(conditions)}};
}

inline Rule disconnect(std::string name, Condition when, Mode mode = Mode::enforce) {
    Rule rule;
    rule.key = {std::move(name), "digest"};
    rule.when = std::move(when);
    rule.mode = mode;
    return rule;
}
inline Rule observe(std::string name, Condition when) {
    return disconnect(std::move(name), std::move(when), Mode::observe);
}
inline Rule keep(std::string name, Condition when) {
    Rule rule = disconnect(std::move(name), std::move(when));
    rule.then = Action::keep;
    return rule;
}

inline Policy policy(std::vector<Rule> rules) {
    Policy result;
    result.rules = std::move(rules);
    return result;
}
inline Policy policy(std::vector<Rule> rules, Condition protect, std::string reason) {
    Policy result = policy(std::move(rules));
    result.protect.push_back({std::move(protect), std::move(reason)});
    return result;
}

// "10.20.1.7 anna -> idle" for every disconnect, "10.20.1.8 bob: collateral" for everyone withheld; the rule
// `all` is left out, for most tests need no other.
inline std::vector<std::string> summary(const ServerPlan& plan, const Policy& policy) {
    std::vector<std::string> lines;
    const auto by = [&](std::optional<std::size_t> rule) {
        if (!rule || policy.rules.empty() || policy.rules[*rule].key.name == "all") return std::string{};
        return " by " + policy.rules[*rule].key.name;
    };
    for (const auto& one : plan.disconnects) {
        lines.push_back("ends " + one.client.text() + " " + one.user.text() + " x" +
                        std::to_string(one.targets.size()) + by(one.rule));
    }
    for (const auto& one : plan.withheld) {
        lines.push_back(one.client + " " + one.user + ": " + std::string{to_string(one.why)} + by(one.rule));
    }
    return lines;
}

}  // namespace build
}  // namespace curfew::policy
