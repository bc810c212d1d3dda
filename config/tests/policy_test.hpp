#pragma once
// A file of policy tests as values: the cases of `curfew test`. LANGUAGE.md is the reference.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.hpp"
#include "policy/proof.hpp"
#include "policy/supposed.hpp"

namespace curfew::config {

// What a person expects of one session.
struct ExpectedDecision {
    std::string outcome;              // keep, disconnect or pending
    std::optional<std::string> rule;  // which decides; it is in the policy
};

// Of a client and a user, by the keys that sessions are compared by, and as they were written.
struct ExpectedPair {
    std::string client_key;
    std::string user_key;
    std::string client;
    std::string user;
};
struct ExpectedPlan {
    std::optional<std::vector<ExpectedPair>> ends;  // empty: nothing is expected of it
    std::optional<std::vector<ExpectedPair>> withheld;
};

struct OneSession {
    policy::ServerTraits server;
    core::WallTime at{};
    policy::SupposedSession session;
    std::optional<core::Seconds> held;  // empty: forever
    ExpectedDecision expect;
};
struct AllSessions {
    policy::ServerTraits server;
    core::WallTime at{};
    std::vector<policy::SupposedSession> sessions;
    std::optional<core::Seconds> held;
    ExpectedPlan expect;
};
struct NeverEnded {
    policy::Premises premises;
};

struct PolicyTest {
    std::string name;  // unique in its file
    Position at;
    std::variant<OneSession, AllSessions, NeverEnded> what;
};

struct PolicyTests {
    std::shared_ptr<const Config> config;  // the one that is tested
    std::vector<PolicyTest> tests;
};

struct LoadedTests {
    std::optional<PolicyTests> tests;     // empty where there is an error, also in the configuration
    std::vector<Diagnostic> diagnostics;  // of the file first, then of the configuration
};

// Do not throw. The configuration is read from where the file says, relative to it.
LoadedTests load_tests(const std::string& path);
LoadedTests tests_from_text(const std::string& text, const std::string& path);

}  // namespace curfew::config
