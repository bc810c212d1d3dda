#include "config/protect_questions.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

#include "config/lists.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

using policy::Clause;

// Pairs held against each other, of which one may include the other: more are left alone, and less is
// certain.
constexpr std::size_t most_pairs = 1'000'000;

Formula constant(bool holds) {
    return {holds ? Formula::Kind::all : Formula::Kind::any, 0, {}};
}

Formula join(Formula::Kind kind, std::vector<Formula> parts) {
    Formula joined{kind, 0, {}};
    for (Formula& part : parts) {
        if (part.kind == kind)
            std::move(part.parts.begin(), part.parts.end(), std::back_inserter(joined.parts));
        else if (part.kind != Formula::Kind::literal && part.parts.empty())
            return part;  // it decides alone
        else
            joined.parts.push_back(std::move(part));
    }
    if (joined.parts.size() == 1) return Formula{joined.parts.front()};
    return joined;
}

// In a class of characters folding would change what is meant: `[A-z]` has more in it than letters.
std::string spelled_alike(std::string_view text) {
    const bool changes = text.starts_with('/') || text.find('[') != std::string_view::npos;
    return changes ? std::string(text) : core::fold_case(text);
}

bool inside(const core::CidrBlock& inner, const core::CidrBlock& outer) {
    return inner.is_v4() == outer.is_v4() && outer.prefix() <= inner.prefix() &&
           outer.contains(inner.network());
}

}  // namespace

Formula negated(const Formula& formula) {
    if (formula.kind == Formula::Kind::literal) return {Formula::Kind::literal, -formula.literal, {}};
    Formula out{formula.kind == Formula::Kind::all ? Formula::Kind::any : Formula::Kind::all, 0, {}};
    for (const Formula& part : formula.parts) out.parts.push_back(negated(part));
    return out;
}

std::string key_of(const Formula& formula) {
    if (formula.kind == Formula::Kind::literal) return std::to_string(formula.literal);
    std::vector<std::string> parts;
    for (const Formula& part : formula.parts) parts.push_back(key_of(part));
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    std::string out = formula.kind == Formula::Kind::all ? "&(" : "|(";
    for (const std::string& part : parts) out += part + " ";
    return out + ")";
}

Formula Questions::answer(Index index, bool wanted) {
    return {Formula::Kind::literal, wanted ? yes(index) : no(index), {}};
}

Questions::Index Questions::question(const std::string& name) {
    const auto [known, is_new] = by_name_.try_emplace(name, count_);
    if (is_new) ++count_;
    return known->second;
}

Questions::Index Questions::bound(const std::string& key, std::int64_t value) {
    const Index index = question(key + " at least " + std::to_string(value));
    bounds_[key].emplace(value, index);
    return index;
}

void Questions::know(std::string_view kind, const std::string& text, Index index) {
    if (text.starts_with('/') || text.find_first_of("[\\") != std::string::npos) return;
    Names& names = names_[std::string(kind)];
    if (text.find_first_of("*?") == std::string::npos)
        names.plain.emplace(text, index);
    else if (auto compiled = policy::NamePattern::compile(text))
        names.wildcards.push_back({std::move(*compiled), index});
}

Questions::Index Questions::pattern(std::string_view kind, std::string_view text, const Reading& reading) {
    const std::size_t before = count_;
    if (kind != "client") {
        const std::string spelled = spelled_alike(text);
        const Index index = question(std::string(kind) + " " + spelled);
        if (count_ > before) know(kind, spelled, index);
        return index;
    }
    while (text.starts_with('\\')) text.remove_prefix(1);
    const std::string where = differences_.clients ? std::string(reading.side) : std::string();
    const auto block = text.starts_with('/') ? std::nullopt : core::CidrBlock::parse(text);
    const std::string spelled = block ? block->to_string() : spelled_alike(text);
    const Index index = question("client " + where + (block ? " block " : " name ") + spelled);
    if (count_ == before) return index;
    if (block && !differences_.clients) blocks_.emplace_back(*block, index);
    if (!block && !differences_.clients) know(kind, spelled, index);
    return index;
}

struct Questions::Evaluation {
    Questions& questions;
    const Reading& reading;
    bool wanted;

    // An `any` of entries: true where one of them is, false where all are.
    Formula of_entries(std::vector<Formula> entries) const {
        if (entries.empty()) return constant(false);  // unknown is neither
        return join(wanted ? Formula::Kind::any : Formula::Kind::all, std::move(entries));
    }
    Formula single(const std::string& name) const { return answer(questions.question(name), wanted); }
    std::string own(bool differs) const { return differs ? std::string(reading.side) + " " : std::string(); }

    template <class Pattern>
    Formula of_patterns(std::string_view kind, const std::vector<Pattern>& patterns) const {
        std::vector<Formula> entries;
        const auto add = [&](std::string_view text) {
            entries.push_back(answer(questions.pattern(kind, text, reading), wanted));
        };
        for (const Pattern& pattern : patterns) {
            if (pattern.matches_everything()) return constant(wanted);
            if (!pattern.as_list()) {
                add(pattern.text());
                continue;
            }
            const auto list = reading.config->list_names.find(pattern.text().substr(list_prefix.size()));
            if (list != reading.config->list_names.end())
                for (const std::string& name : list->second) add(name);
            else
                entries.push_back(single(own(true) + std::string(kind) + " " + pattern.text()));
        }
        return of_entries(std::move(entries));
    }

    template <class T> Formula in_range(const std::string& key, const policy::Range<T>& range) const {
        std::vector<Formula> parts;
        const auto number = [](auto value) -> std::int64_t {
            if constexpr (std::is_same_v<decltype(value), core::Seconds>)
                return value.count();
            else
                return value;
        };
        if (range.at_least) parts.push_back(answer(questions.bound(key, number(*range.at_least)), wanted));
        if (range.below) parts.push_back(answer(questions.bound(key, number(*range.below)), !wanted));
        if (parts.empty()) return single(own(true) + key + " any");
        return join(wanted ? Formula::Kind::all : Formula::Kind::any, std::move(parts));
    }
    static std::string text_of(const policy::Range<core::Seconds>& range) {
        const auto text = [](const std::optional<core::Seconds>& bound) {
            return bound ? std::to_string(bound->count()) : std::string("-");
        };
        return text(range.at_least) + " to " + text(range.below);
    }

    Formula operator()(const policy::Always&) const { return constant(wanted); }
    Formula operator()(const policy::UserMatches& node) const { return of_patterns("user", node.any_of); }
    Formula operator()(const policy::ClientMatches& node) const { return of_patterns("client", node.any_of); }
    Formula operator()(const policy::TransportMatches& node) const {
        return of_patterns("transport", node.any_of);
    }
    Formula operator()(const policy::ClientTypeMatches& node) const {
        return of_patterns("client_type", node.any_of);
    }
    Formula operator()(const policy::ServerMatches& node) const {
        if (!reading.server) return of_patterns("server", node.any_of);
        return on_server(policy::Condition{node});
    }
    Formula operator()(const policy::HasTag& node) const {
        if (reading.server) return on_server(policy::Condition{node});
        std::vector<Formula> entries;
        for (const std::string& tag : node.any_of) entries.push_back(single("tag " + tag));
        return of_entries(std::move(entries));
    }
    Formula on_server(const policy::Condition& condition) const {
        const policy::ServerFacts server{*reading.server, policy::Kind::unclear, core::Level::names};
        return constant(evaluate(condition, server, {}, core::WallTime{}) == policy::truth_of(wanted));
    }
    Formula operator()(const policy::IdleIn& node) const {
        const std::string key = own(questions.differences_.idle) + "idle";
        if (!node.or_quiet) return in_range(key, node.range);
        return single(own(questions.differences_.quiet) + key + " " + text_of(node.range) + " or quiet " +
                      std::to_string(node.or_quiet->count()));
    }
    Formula operator()(const policy::QuietIn& node) const {
        return single(own(questions.differences_.quiet) + "quiet " + text_of(node.range));
    }
    Formula operator()(const policy::ConnectedIn& node) const { return in_range("connected", node.range); }
    Formula operator()(const policy::OpenFilesIn& node) const { return in_range("open files", node.range); }
    Formula operator()(const policy::FlagIs& node) const {
        return answer(questions.question("flag " + std::to_string(node.flag)), wanted == node.set);
    }
    // Who is one too many depends on all that both policies say.
    Formula operator()(const policy::Concurrent&) const {
        return single(own(true) + "crowd " + std::to_string(questions.count_));
    }
    Formula operator()(const policy::InSchedule& node) const {
        std::vector<Formula> entries;
        for (const auto& schedule : node.any_of) {
            const auto& all = reading.config->schedules;
            const auto known = std::find_if(all.begin(), all.end(),
                                            [&](const Schedule& one) { return one.schedule == schedule; });
            if (known == all.end()) {
                entries.push_back(single(own(true) + "schedule " + std::to_string(questions.count_)));
                continue;
            }
            const bool differs = schedule->zone() ? questions.differences_.schedules.contains(known->digest)
                                                  : questions.differences_.clock;
            entries.push_back(single(own(differs) + "schedule " + known->digest));
        }
        return of_entries(std::move(entries));
    }
    Formula operator()(const policy::AllOf& node) const { return of_parts(node.conditions, wanted); }
    Formula operator()(const policy::AnyOf& node) const { return of_parts(node.conditions, !wanted); }
    Formula of_parts(const std::vector<policy::Condition>& conditions, bool all) const {
        if (conditions.empty()) return constant(false);
        std::vector<Formula> parts;
        for (const policy::Condition& part : conditions)
            parts.push_back(questions.known_to_be(wanted, part, reading));
        return join(all ? Formula::Kind::all : Formula::Kind::any, std::move(parts));
    }
    Formula operator()(const policy::Not& node) const {
        return node.condition ? questions.known_to_be(!wanted, *node.condition, reading) : constant(false);
    }
};

Formula Questions::known_to_be(bool wanted, const policy::Condition& condition, const Reading& reading) {
    return std::visit(Evaluation{*this, reading, wanted}, condition.node);
}

// Whoever answers the narrower one with yes answers the wider one so, and whoever answers the wider one with
// no the narrower one.
void Questions::add_inclusions(std::vector<Clause>& clauses) const {
    const auto include = [&](Index narrower, Index wider) {
        clauses.push_back({-yes(narrower), yes(wider)});
        clauses.push_back({-no(wider), no(narrower)});
    };
    if (blocks_.size() * blocks_.size() <= most_pairs)
        for (const auto& [inner, narrower] : blocks_)
            for (const auto& [outer, wider] : blocks_)
                if (narrower != wider && inside(inner, outer)) include(narrower, wider);
    for (const auto& [kind, names] : names_) {
        if (names.plain.size() * names.wildcards.size() > most_pairs) continue;
        for (const auto& [name, narrower] : names.plain)
            for (const Wildcards& wider : names.wildcards)
                if (wider.pattern.matches(name) == policy::Truth::yes) include(narrower, wider.question);
    }
}

std::vector<Clause> Questions::axioms() const {
    std::vector<Clause> clauses;
    for (Index i = 0; i < count_; ++i) clauses.push_back({-yes(i), -no(i)});
    for (const auto& [key, by_value] : bounds_) {
        for (auto lower = by_value.begin(); lower != by_value.end(); ++lower) {
            if (lower->first <= 0) clauses.push_back({-no(lower->second)});  // everybody reaches 0
            const auto upper = std::next(lower);
            if (upper == by_value.end()) continue;
            // Who reaches more reaches less; and the number is known, or it is not.
            clauses.push_back({-yes(upper->second), yes(lower->second)});
            clauses.push_back({-no(lower->second), no(upper->second)});
            clauses.push_back({-yes(lower->second), yes(upper->second), no(upper->second)});
            clauses.push_back({-no(upper->second), yes(lower->second), no(lower->second)});
        }
    }
    add_inclusions(clauses);
    return clauses;
}

}  // namespace curfew::config
