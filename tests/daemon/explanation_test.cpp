#include "daemon/output/explanation.hpp"

#include <gtest/gtest.h>

#include "daemon/output/escape.hpp"
#include "policy/supposed.hpp"
#include "tests/policy/builders.hpp"

namespace curfew::daemon {
namespace {

using namespace policy::build;

policy::Policy rules() {
    return policy::build::policy({policy::build::disconnect("idle workstations", idle(30min))},
                                 user({"svc-*"}), "service accounts");
}

policy::Explanation explained(const policy::Policy& of, const policy::SupposedSession& session) {
    const auto seen = policy::suppose(server(policy::Kind::windows), {session}, now.wall);
    return policy::explain(of, seen.server, seen.sessions.front(), now.wall);
}

TEST(Explanation, reads_from_the_protections_to_the_decision) {
    EXPECT_EQ(explanation_text(rules(), explained(rules(), {.user = "anna", .idle = 31min})),
              "Protection 1 (service accounts): does not protect\n"
              "  user anna, 'svc-*': false\n"
              "Rule 1 'idle workstations' (disconnect): decides\n"
              "  idle 31m, at least 30m: true\n"
              "\n"
              "Decision: disconnect, by the rule 'idle workstations'\n");
}

TEST(Explanation, the_same_as_json) {
    JsonWriter json;
    json.begin_object();
    explanation_json(json, rules(), explained(rules(), {.user = "anna"}));
    json.end_object();
    EXPECT_EQ(
        json.text(),
        R"({"protect": [{"reason": "service accounts", "protects": false, "when": {"condition": "user", )"
        R"("wanted": "'svc-*'", "found": "anna", "truth": "false"}}], "rules": [{"rule": )"
        R"("idle workstations", "then": "disconnect", "mode": "enforce", "standing": "does not match", )"
        R"("when": {"condition": "idle", "wanted": "at least 30m", "truth": "unknown", "why": )"
        R"("the server does not report it"}}], "decision": {"outcome": "keep", "observed": [], )"
        R"("text": "keep: no rule matches"}})");
}

TEST(Explanation, is_escaped_and_fits_on_a_terminal) {
    const policy::SupposedSession session{
        .user = "\x1b[2J" + std::string(30, 'a') + " \xe2\x80\xae " + std::string(30, 'b'), .client = "x"};
    const auto text = explanation_text(rules(), explained(rules(), session));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("\\x1b[2J"), std::string::npos);
    EXPECT_NE(text.find("\\u{202e}"), std::string::npos);
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        EXPECT_LE(columns(text.substr(begin, end - begin)), 80U) << text.substr(begin, end - begin);
        begin = end + 1;
    }
}

TEST(Explanation, lines_are_broken_between_words) {
    EXPECT_EQ(wrapped("one two", 2), "  one two\n");
    EXPECT_EQ(wrapped(std::string(40, 'a') + " " + std::string(39, 'b'), 0),
              std::string(40, 'a') + " " + std::string(39, 'b') + "\n");
    EXPECT_EQ(wrapped(std::string(40, 'a') + " " + std::string(40, 'b'), 0),
              std::string(40, 'a') + "\n  " + std::string(40, 'b') + "\n");
}

}  // namespace
}  // namespace curfew::daemon
