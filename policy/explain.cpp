#include "policy/explain.hpp"

#include "core/text/durations.hpp"
#include "policy/anatomy.hpp"
#include "policy/wording.hpp"

namespace curfew::policy {
namespace {

template <class T> std::string known_number(const std::optional<T>& value) {
    return value ? number_text(*value) : std::string{};
}

class Explainer {
  public:
    Explainer(const ServerFacts& server, const SessionFacts& session, const Circumstances& now)
        : server_(server), session_(session), now_(now) {}

    Explained explain(const Condition& condition) const {
        const Anatomy anatomy = anatomy_of(condition);
        if (const auto* question = std::get_if<Question>(&anatomy)) return answer(condition, *question);
        return combine(std::get<Combination>(anatomy));
    }

  private:
    Truth truth_of_condition(const Condition& condition) const {
        return evaluate(condition, server_, session_, now_);
    }

    Explained answer(const Condition& condition, const Question& question) const {
        Explained out{.truth = truth_of_condition(condition),
                      .key = std::string{question.key},
                      .wanted = question.wanted};
        if (!question.about.empty()) out.found = found(question);
        // Of a list that holds the entry that does; of one that is unknown those that are.
        if (out.truth != Truth::no && !question.entries.empty()) {
            std::vector<std::string> decisive;
            for (const Condition& entry : question.entries) {
                if (truth_of_condition(entry) != out.truth) continue;
                decisive.push_back(std::get<Question>(anatomy_of(entry)).wanted);
                if (out.truth == Truth::yes) break;
            }
            out.wanted = one_of(decisive);
        }
        if (out.truth == Truth::unknown) out.reason = why_unknown(question);
        return out;
    }

    Explained combine(const Combination& combination) const {
        Explained out{.key = std::string{to_string(combination.join)}};
        for (const Condition* part : combination.parts) out.parts.push_back(explain(*part));
        if (out.parts.empty()) {
            out.reason = "there is nothing in it";
            return out;
        }
        out.truth = out.parts.front().truth;
        for (const Explained& part : out.parts)
            out.truth = combination.join == Join::any ? out.truth || part.truth : out.truth && part.truth;
        if (combination.join == Join::negation) out.truth = !out.truth;
        return out;
    }

    std::string found(const Question& question) const {
        switch (question.about.front()) {
            case Fact::user:
                if (!session_.user_known) return {};
                return session_.reported.user.empty() ? "''" : session_.reported.user;
            case Fact::client: return session_.reported.client;
            case Fact::server: return server_.traits.name;
            case Fact::tags: return tags();
            case Fact::idle:
                if (!session_.reported.idle && question.or_quiet && session_.quiet)
                    return "unknown, quiet for " + quiet_text(*session_.quiet);
                return known_number(session_.reported.idle);
            case Fact::quiet: return session_.quiet ? quiet_text(*session_.quiet) : std::string{};
            case Fact::crowd: return {};
            case Fact::connected: return known_number(session_.reported.connected);
            case Fact::open_files: return known_number(session_.reported.open_files);
            case Fact::guest: return flag(core::sess_guest);
            case Fact::plaintext_password: return flag(core::sess_noencryption);
            case Fact::transport: return session_.reported.transport.value_or("");
            case Fact::client_type: return session_.reported.client_type.value_or("");
            case Fact::time:
            case Fact::timezone: return clock(question);
        }
        return {};
    }

    std::string clock(const Question& question) const {
        const auto& zone = question.clock ? question.clock : server_.traits.timezone;
        return zone ? clock_text(*zone, now_.at) : std::string{};
    }

    std::string tags() const {
        std::string text;
        for (const auto& tag : server_.traits.tags) text += (text.empty() ? "" : ", ") + tag;
        return text.empty() ? "none" : text;
    }

    std::string flag(std::uint32_t flag) const {
        if (!session_.reported.flags || (session_.known_flags & flag) == 0) return {};
        return (*session_.reported.flags & flag) != 0 ? "true" : "false";
    }

    std::string why_unknown(const Question& question) const {
        const std::string not_reported = "the server does not report it";
        if (question.about.empty()) return not_reported;
        switch (question.about.front()) {
            case Fact::user:
                if (!session_.user_known) return not_reported;
                return session_.domain.empty() ? "the server reports no domain" : "the name is no plain text";
            case Fact::client:
                if (session_.client.found) return why_client_unknown(*session_.client.found);
                if (session_.client.address) return "an address is not held against names";
                return session_.client.name ? "a name is not held against addresses" : not_reported;
            case Fact::quiet:
                if (session_.quiet) return "curfew has not looked for long enough";
                return "the server does not report open files";
            case Fact::crowd:
                return now_.crowd ? "who else is there is not certain"
                                  : "one session alone does not say who else is there";
            case Fact::idle:
                if (question.or_quiet && session_.quiet) return "curfew has not looked for long enough";
                if (question.or_quiet) return "neither the idle time nor how long it has been quiet is known";
                if (server_.kind == Kind::samba) return "Samba reports no idle times";
                if (server_.kind == Kind::windows) return not_reported;
                return not_reported + ", or the 0 of what may be a Samba";
            case Fact::time:
            case Fact::timezone:
                if (question.about.size() > 1 && !server_.traits.timezone)
                    return "it goes by the server's clock, and the server has no `timezone`";
                return "nothing is known of that clock at this time";
            case Fact::server:
            case Fact::tags:
            case Fact::connected:
            case Fact::open_files:
            case Fact::guest:
            case Fact::plaintext_password:
            case Fact::transport:
            case Fact::client_type: break;
        }
        return not_reported;
    }

    std::string why_client_unknown(const FoundClient& found) const {
        if (session_.client.address) {
            if (found.names.empty()) return "no name of that address is known";
            return found.names.size() > 1 ? "not all of its names agree" : "its full name is not known";
        }
        if (!session_.client.name) return "the server does not report it";
        if (found.addresses.empty() && !found.full_name)
            return "neither its addresses nor a longer name are known";
        return "what is known of that name does not settle it";
    }

    const ServerFacts& server_;
    const SessionFacts& session_;
    const Circumstances now_;
};

bool matches(const Rule& rule, Truth truth) {
    return rule.then == Action::keep ? truth != Truth::no : truth == Truth::yes;
}

std::string quoted_rule(const Policy& policy, std::size_t rule) {
    return "the rule " + spelled(policy.rules[rule].key.name);
}

}  // namespace

Explanation explain(const Policy& policy, const ServerFacts& server, const SessionFacts& session,
                    core::WallTime at, const Crowd* crowd) {
    Explanation out;
    for (const Protection& protection : policy.protect)
        out.protect.push_back(Explainer{server, session, {.at = at}}.explain(protection.when));
    bool decided = false;
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
        const Rule& rule = policy.rules[i];
        ExplainedRule& entry = out.rules.emplace_back();
        if (decided) continue;
        if (!rule.is_on(at)) {
            entry.standing = Standing::off;
            continue;
        }
        entry.when = Explainer{server, session, {.at = at, .crowd = crowd, .rule = i}}.explain(rule.when);
        const bool transparent = rule.observes_on(server.traits);
        if (!matches(rule, entry.when->truth)) {
            entry.standing = Standing::does_not_match;
        } else if (transparent) {
            entry.standing = Standing::observes;
        } else {
            entry.standing = Standing::decides;
            decided = true;
        }
    }
    out.decision = decide(policy, server, session, at, crowd);
    return out;
}

std::string sentence(const Explained& explained) {
    const std::string truth{to_string(explained.truth)};
    if (explained.key == "any" && explained.parts.empty() && explained.reason.empty())
        return "every session: " + truth;
    if (!explained.parts.empty() || explained.wanted.empty()) return explained.key + ": " + truth;
    std::string text = explained.key;
    if (explained.truth == Truth::unknown && explained.found.empty())
        return text + " is unknown (asked: " + explained.wanted + "): " + explained.reason;
    if (!explained.found.empty()) text += " " + explained.found;
    text += ", " + explained.wanted + ": " + truth;
    return explained.reason.empty() ? text : text + ", for " + explained.reason;
}

std::string_view to_string(Standing standing) {
    switch (standing) {
        case Standing::off: return "off";
        case Standing::does_not_match: return "does not match";
        case Standing::observes: return "observes";
        case Standing::decides: return "decides";
        case Standing::not_asked: return "not asked";
    }
    return "?";
}

std::string_view outcome_of(const Decision& decision) {
    if (decision.protection || decision.action == Action::keep) return "keep";
    return decision.pending ? "pending" : "disconnect";
}

std::string decision_text(const Policy& policy, const Decision& decision) {
    if (decision.protection) {
        const std::string& reason = policy.protect[*decision.protection].reason;
        std::string text =
            "keep: protected by entry " + std::to_string(*decision.protection + 1) + " of `protect`";
        if (!reason.empty()) text += " (" + reason + ")";
        if (decision.action == Action::disconnect)
            text += "; otherwise " + quoted_rule(policy, *decision.rule) + " would decide";
        return text;
    }
    if (!decision.rule && !decision.observed.empty())
        return "keep: no rule decides, and " + quoted_rule(policy, decision.observed.front()) +
               " only observes here";
    if (!decision.rule) return "keep: no rule matches";
    if (decision.action == Action::keep) return "keep, by " + quoted_rule(policy, *decision.rule);
    if (!decision.pending) return "disconnect, by " + quoted_rule(policy, *decision.rule);
    std::string text = "pending, by " + quoted_rule(policy, *decision.rule) + ": for " +
                       core::duration_text(decision.pending->hold);
    if (!decision.pending->same_session) return text + ", not counted: when the session began is unknown";
    return text + ", held " + core::duration_text(decision.pending->held);
}

}  // namespace curfew::policy
