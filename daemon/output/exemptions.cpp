#include "daemon/output/exemptions.hpp"

#include <map>
#include <utility>
#include <vector>

#include "config/lists.hpp"
#include "daemon/clock.hpp"
#include "daemon/output/explanation.hpp"
#include "policy/anatomy.hpp"
#include "policy/wording.hpp"

namespace curfew::daemon {
namespace {

using policy::Condition;

constexpr std::size_t most_patterns = 6;
constexpr std::size_t most_rules = 3;

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Conditions as one reads them aloud: "user 'svc-*', list:oncall (3 names) and idle below 4h".
class Phrases {
  public:
    explicit Phrases(const config::Config& config) : config_(config) {}

    std::string of(const Condition& condition) const {
        const policy::Anatomy anatomy = policy::anatomy_of(condition);
        if (const auto* question = std::get_if<policy::Question>(&anatomy)) return of(*question);
        return of(std::get<policy::Combination>(anatomy));
    }

  private:
    std::string of(const policy::Question& question) const {
        const std::string key{question.key};
        if (question.about.empty()) return question.wanted;  // every session
        if (question.entries.empty()) return key + " " + entry(question.wanted);
        std::string text = key;
        for (std::size_t i = 0; i < question.entries.size(); ++i) {
            if (i == most_patterns)
                return text + ", … (" + std::to_string(question.entries.size()) + " in all)";
            const auto one = policy::anatomy_of(question.entries[i]);
            text += (i == 0 ? " " : ", ") + entry(std::get<policy::Question>(one).wanted);
        }
        return text;
    }

    std::string of(const policy::Combination& combination) const {
        const bool negation = combination.join == policy::Join::negation;
        std::string text = negation ? "not " : "";
        const std::string between = combination.join == policy::Join::any ? " or " : " and ";
        for (std::size_t i = 0; i < combination.parts.size(); ++i) {
            const Condition& part = *combination.parts[i];
            const bool nested = (negation || combination.parts.size() > 1) && is_several(part);
            text += (i == 0 ? "" : between) + (nested ? "(" + of(part) + ")" : of(part));
        }
        return text;
    }

    static bool is_several(const Condition& condition) {
        const auto* all = std::get_if<policy::AllOf>(&condition.node);
        const auto* any = std::get_if<policy::AnyOf>(&condition.node);
        return (all && all->conditions.size() > 1) || (any && any->conditions.size() > 1);
    }

    // As it was spelled in quotes.
    std::string entry(const std::string& spelled) const {
        const std::string prefix = "'" + std::string{config::list_prefix};
        if (!spelled.starts_with(prefix)) return spelled;
        const auto name = spelled.substr(prefix.size(), spelled.size() - prefix.size() - 1);
        const auto list = config_.list_sizes.find(name);
        if (list == config_.list_sizes.end()) return spelled;
        return std::string{config::list_prefix} + name + " (" + counted(list->second, "name") + ")";
    }

    const config::Config& config_;
};

// What must not be so if the condition is to be true. What stands in one of several ways to it is none of
// that.
void collect_exceptions(const Condition& condition, std::vector<const Condition*>& out) {
    if (const auto* all = std::get_if<policy::AllOf>(&condition.node)) {
        for (const Condition& part : all->conditions) collect_exceptions(part, out);
    } else if (const auto* negation = std::get_if<policy::Not>(&condition.node)) {
        if (!negation->condition) return;
        if (const auto* any = std::get_if<policy::AnyOf>(&negation->condition->node)) {
            for (const Condition& part : any->conditions) out.push_back(&part);
        } else {
            out.push_back(negation->condition.get());
        }
    }
}

std::string in_brackets(const std::vector<std::string>& remarks) {
    std::string text;
    for (const auto& remark : remarks)
        if (!remark.empty()) text += (text.empty() ? " (" : "; ") + remark;
    return text.empty() ? text : text + ")";
}

class Exemptions {
  public:
    Exemptions(const config::Config& config, core::WallTime now) : policy_(config.policy), phrases_(config) {
        for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
            const auto& until = policy_.rules[i].until;
            if (until && *until <= now) continue;
            const bool ends = policy_.rules[i].then == policy::Action::disconnect;
            (ends ? ending_ : keeping_).push_back(i);
        }
    }

    std::string text() {
        std::string text;
        for (const auto& protection : policy_.protect) {
            if (text.empty()) text = "protected from all rules:\n";
            text += wrapped(phrases_.of(protection.when) + in_brackets({protection.reason}), 2);
        }
        for (const std::size_t rule : keeping_) add_keeping(rule);
        add_exceptions();
        for (const Group& group : groups_) {
            text += wrapped("never ended by " + names(group.rules) + ":", 0);
            for (const auto& line : group.lines) text += wrapped(line, 2);
        }
        return text;
    }

  private:
    struct Group {
        std::vector<std::size_t> rules;
        std::vector<std::string> lines;
    };

    Group& group_of(std::vector<std::size_t> rules) {
        const auto [known, fresh] = group_at_.try_emplace(rules, groups_.size());
        if (fresh) groups_.push_back({std::move(rules), {}});
        return groups_[known->second];
    }

    void add_keeping(std::size_t index) {
        std::vector<std::size_t> later;
        for (const std::size_t rule : ending_)
            if (rule > index) later.push_back(rule);
        if (later.empty()) return;
        const policy::Rule& rule = policy_.rules[index];
        group_of(std::move(later))
            .lines.push_back(phrases_.of(rule.when) +
                             in_brackets({"kept by " + policy::spelled(rule.key.name), rule.reason,
                                          rule.from ? "from " + utc_text(*rule.from) : std::string{},
                                          rule.until ? "until " + utc_text(*rule.until) : std::string{}}));
    }

    void add_exceptions() {
        std::map<std::vector<std::string>, std::size_t> place_of;
        std::vector<Group> alike;
        for (const std::size_t rule : ending_) {
            std::vector<const Condition*> exceptions;
            collect_exceptions(policy_.rules[rule].when, exceptions);
            if (exceptions.empty()) continue;
            std::vector<std::string> lines;
            for (const Condition* exception : exceptions) lines.push_back(phrases_.of(*exception));
            const auto [known, fresh] = place_of.try_emplace(lines, alike.size());
            if (fresh) alike.push_back({{}, std::move(lines)});
            alike[known->second].rules.push_back(rule);
        }
        for (Group& group : alike) {
            auto& lines = group_of(std::move(group.rules)).lines;
            lines.insert(lines.end(), group.lines.begin(), group.lines.end());
        }
    }

    std::string names(const std::vector<std::size_t>& rules) const {
        if (rules.size() > most_rules && rules.size() == ending_.size())
            return "any of the " + std::to_string(rules.size()) + " rules that end sessions";
        // One more name is as short as saying that there is one.
        const std::size_t named = rules.size() > most_rules + 1 ? most_rules : rules.size();
        std::string text;
        for (std::size_t i = 0; i < named; ++i)
            text += (i == 0 ? "" : ", ") + policy::spelled(policy_.rules[rules[i]].key.name);
        if (named == rules.size()) return text;
        return text + " and " + std::to_string(rules.size() - named) + " more";
    }

    const policy::Policy& policy_;
    Phrases phrases_;
    std::vector<std::size_t> keeping_;
    std::vector<std::size_t> ending_;
    std::vector<Group> groups_;
    std::map<std::vector<std::size_t>, std::size_t> group_at_;
};

}  // namespace

std::string exemptions(const config::Config& config, core::WallTime now) {
    return Exemptions{config, now}.text();
}

}  // namespace curfew::daemon
