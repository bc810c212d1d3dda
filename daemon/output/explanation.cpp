#include "daemon/output/explanation.hpp"

#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

using policy::Explained;

std::string condition_text(const Explained& explained, std::size_t indent, std::size_t width) {
    std::string text = wrapped(policy::sentence(explained), indent, width);
    for (const Explained& part : explained.parts) text += condition_text(part, indent + 2, width);
    return text;
}

std::string protection_text(const policy::Protection& protection, const Explained& explained,
                            std::size_t number, std::size_t width) {
    std::string head = "Protection " + std::to_string(number);
    if (!protection.reason.empty()) head += " (" + protection.reason + ")";
    switch (explained.truth) {
        case policy::Truth::yes: head += ": protects"; break;
        case policy::Truth::unknown: head += ": protects, for it is unknown"; break;
        case policy::Truth::no: head += ": does not protect"; break;
    }
    return wrapped(head, 0, width) + condition_text(explained, 2, width);
}

std::string rule_text(const policy::Rule& rule, const policy::ExplainedRule& explained, std::size_t number,
                      std::size_t width) {
    const bool keeps = rule.then == policy::Action::keep;
    std::string head =
        "Rule " + std::to_string(number) + " '" + rule.key.name + "' (" + (keeps ? "keep" : "disconnect");
    if (rule.mode == policy::Mode::observe) head += ", observe";
    head += "): ";
    const bool unknown = explained.when && explained.when->truth == policy::Truth::unknown;
    switch (explained.standing) {
        case policy::Standing::off: head += "off at this time (`from`, `until`)"; break;
        case policy::Standing::does_not_match:
            head += unknown ? "does not match, for it is unknown" : "does not match";
            break;
        case policy::Standing::observes: head += "matches and only observes"; break;
        case policy::Standing::decides: head += unknown ? "decides, for it is unknown" : "decides"; break;
        case policy::Standing::not_asked: head += "not asked"; break;
    }
    return wrapped(head, 0, width) +
           (explained.when ? condition_text(*explained.when, 2, width) : std::string{});
}

void condition_json(JsonWriter& json, const Explained& explained) {
    json.begin_object().field("condition", explained.key);
    if (!explained.wanted.empty()) json.field("wanted", explained.wanted);
    if (!explained.found.empty()) json.field("found", explained.found);
    json.field("truth", policy::to_string(explained.truth));
    if (!explained.reason.empty()) json.field("why", explained.reason);
    if (!explained.parts.empty()) {
        json.key("parts").begin_array();
        for (const Explained& part : explained.parts) condition_json(json, part);
        json.end_array();
    }
    json.end_object();
}

void decision_json(JsonWriter& json, const policy::Policy& policy, const policy::Decision& decision) {
    json.key("decision").begin_object().field("outcome", policy::outcome_of(decision));
    if (decision.rule) json.field("rule", policy.rules[*decision.rule].key.name);
    if (decision.protection) {
        json.field("protection", static_cast<std::int64_t>(*decision.protection + 1));
        json.field("reason", policy.protect[*decision.protection].reason);
    }
    if (decision.pending) json.field("for", decision.pending->hold.count());
    json.key("observed").begin_array();
    for (const std::size_t rule : decision.observed) json.value(policy.rules[rule].key.name);
    json.end_array().field("text", policy::decision_text(policy, decision)).end_object();
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    std::string rest = for_people(text);
    std::string out;
    std::string line(indent, ' ');
    bool begun = false;
    while (!rest.empty()) {
        const std::size_t space = rest.find(' ');
        const std::string word = rest.substr(0, space);
        rest.erase(0, space == std::string::npos ? rest.size() : space + 1);
        if (begun && columns(line) + 1 + columns(word) > width) {
            out += line + "\n";
            line = std::string(indent + 2, ' ');
            begun = false;
        }
        line += (begun ? " " : "") + word;
        begun = true;
    }
    return out + line + "\n";
}

std::string explanation_text(const policy::Policy& policy, const policy::Explanation& explanation,
                             std::size_t width) {
    std::string text;
    for (std::size_t i = 0; i < explanation.protect.size(); ++i)
        text += protection_text(policy.protect[i], explanation.protect[i], i + 1, width);
    for (std::size_t i = 0; i < explanation.rules.size(); ++i)
        text += rule_text(policy.rules[i], explanation.rules[i], i + 1, width);
    return text + "\n" +
           wrapped("Decision: " + policy::decision_text(policy, explanation.decision), 0, width);
}

void explanation_json(JsonWriter& json, const policy::Policy& policy,
                      const policy::Explanation& explanation) {
    json.key("protect").begin_array();
    for (std::size_t i = 0; i < explanation.protect.size(); ++i) {
        json.begin_object().field("reason", policy.protect[i].reason);
        json.key("protects").boolean(explanation.protect[i].truth != policy::Truth::no);
        json.key("when");
        condition_json(json, explanation.protect[i]);
        json.end_object();
    }
    json.end_array().key("rules").begin_array();
    for (std::size_t i = 0; i < explanation.rules.size(); ++i) {
        const auto& rule = policy.rules[i];
        json.begin_object().field("rule", rule.key.name);
        json.field("then", rule.then == policy::Action::keep ? "keep" : "disconnect");
        json.field("mode", rule.mode == policy::Mode::observe ? "observe" : "enforce");
        json.field("standing", policy::to_string(explanation.rules[i].standing));
        if (explanation.rules[i].when) {
            json.key("when");
            condition_json(json, *explanation.rules[i].when);
        }
        json.end_object();
    }
    json.end_array();
    decision_json(json, policy, explanation.decision);
}

}  // namespace curfew::daemon
