#include <algorithm>

#include "config/decode/scalars.hpp"
#include "config/tests/parts.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_pair = "a map such as `{user: anna, client: 10.20.1.7}`";

// As sessions are compared: without domain and backslashes, case ignored, addresses by their value.
ExpectedPair pair_of(std::string user, std::string client) {
    const auto look = policy::suppose({}, {{.user = user, .client = client}}, {});
    const auto& facts = look.sessions.front();
    return {facts.client_key, facts.user_key, std::move(client), std::move(user)};
}

class Pairs {
  public:
    explicit Pairs(const std::vector<policy::SupposedSession>& sessions) {
        for (const auto& session : sessions)
            known_.push_back(pair_of(session.user.value_or(""), session.client.value_or("")));
    }

    // Empty lists are meant here: nobody.
    std::vector<ExpectedPair> read(const Value& value) const {
        std::vector<ExpectedPair> out;
        if (!value.is_list()) {
            value.expected("a list, each " + std::string(a_pair) + ", or `[]` for nobody");
            return out;
        }
        for (std::size_t i = 0; i < value.node().items.size(); ++i)
            if (auto pair = read_pair(value.item(i))) out.push_back(std::move(*pair));
        return out;
    }

  private:
    std::optional<ExpectedPair> read_pair(const Value& value) const {
        MapReader map(value, a_pair);
        const auto user = map.required("user", "write `user: anna`");
        const auto client = map.required("client", "write `client: 10.20.1.7`");
        map.finish();
        if (!user || !client) return std::nullopt;
        auto user_text = read_name(*user, "the name of a user", Empty::allowed);
        auto client_text = read_name(*client, "an address or the name of a computer", Empty::allowed);
        if (!user_text || !client_text) return std::nullopt;
        ExpectedPair pair = pair_of(std::move(*user_text), std::move(*client_text));
        const bool there = std::any_of(known_.begin(), known_.end(), [&](const ExpectedPair& known) {
            return known.client_key == pair.client_key && known.user_key == pair.user_key;
        });
        if (!there)
            value.error("no session of this test is of the user " + quote(pair.user) + " from " +
                        quote(pair.client));
        return pair;
    }

    std::vector<ExpectedPair> known_;
};

}  // namespace

ExpectedDecision read_expected_decision(const Value& value, Known& known) {
    ExpectedDecision out;
    MapReader map(value, "a map such as `{decision: disconnect, rule: idle workstations}`");
    const auto decision = map.required("decision", "write `decision: keep`, `disconnect` or `pending`");
    const auto rule = map.optional("rule");
    map.finish();
    constexpr std::array<std::string_view, 3> outcomes{"keep", "disconnect", "pending"};
    if (decision)
        if (const auto index = read_word(*decision, outcomes)) out.outcome = outcomes[*index];
    if (rule) {
        out.rule = read_name(*rule, "the name of a rule");
        if (out.rule && !known.has_rule(*out.rule))
            rule->error("there is no rule " + quote(*out.rule) + " in the configuration" +
                        known.near_rule(*out.rule));
    }
    return out;
}

ExpectedPlan read_expected_plan(const Value& value, const std::vector<policy::SupposedSession>& sessions) {
    ExpectedPlan out;
    MapReader map(value, "a map such as `{ends: [{user: anna, client: 10.20.1.7}], withheld: []}`");
    const auto ends = map.optional("ends");
    const auto withheld = map.optional("withheld");
    map.finish();
    if (map.ok() && !ends && !withheld)
        value.error("`ends` or `withheld` is missing; write `ends: []` for nobody");
    const Pairs pairs(sessions);
    if (ends) out.ends = pairs.read(*ends);
    if (withheld) out.withheld = pairs.read(*withheld);
    return out;
}

void read_never(const Value& value) {
    MapReader map(value, "`{never: disconnect}`");
    const auto never = map.required("never", "write `never: disconnect`");
    map.finish();
    constexpr std::array<std::string_view, 1> words{"disconnect"};
    if (never) read_word(*never, words);
}

}  // namespace curfew::config
