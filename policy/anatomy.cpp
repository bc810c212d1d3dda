#include "policy/anatomy.hpp"

#include <algorithm>

#include "core/session.hpp"
#include "policy/wording.hpp"

namespace curfew::policy {
namespace {

std::int64_t whole(core::Seconds value) {
    return value.count();
}
std::int64_t whole(std::uint32_t value) {
    return value;
}
template <class T> std::optional<Bound> bound(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    return Bound{whole(*value), number_text(*value)};
}

template <class Node> Question number(std::string_view key, Fact fact, const Node& node) {
    return {.key = key,
            .about = {fact},
            .wanted = spelled(node.range),
            .bounds = Bounds{bound(node.range.at_least), bound(node.range.below)}};
}

// `text_of` has the text of an entry.
template <class Node, class TextOf>
Question list(std::string_view key, Fact fact, const Node& node, TextOf text_of) {
    Question question{.key = key, .about = {fact}};
    std::vector<std::string> texts;
    for (const auto& entry : node.any_of) texts.push_back(spelled(text_of(entry)));
    question.wanted = texts.empty() ? "nothing" : one_of(texts);
    if (texts.size() < 2) return question;
    for (const auto& entry : node.any_of) question.entries.push_back({Node{{entry}}});
    return question;
}

template <class Node> Question patterns(std::string_view key, Fact fact, const Node& node) {
    Question question = list(key, fact, node, [](const auto& pattern) { return pattern.text(); });
    question.certain = std::any_of(node.any_of.begin(), node.any_of.end(),
                                   [](const auto& pattern) { return pattern.matches_everything(); });
    return question;
}

struct Dissection {
    Anatomy operator()(const Always&) const {
        return Question{.key = "any", .wanted = "every session", .certain = true};
    }
    Anatomy operator()(const UserMatches& node) const { return patterns("user", Fact::user, node); }
    Anatomy operator()(const ClientMatches& node) const { return patterns("client", Fact::client, node); }
    Anatomy operator()(const ServerMatches& node) const { return patterns("server", Fact::server, node); }
    Anatomy operator()(const TransportMatches& node) const {
        return patterns("transport", Fact::transport, node);
    }
    Anatomy operator()(const ClientTypeMatches& node) const {
        return patterns("client_type", Fact::client_type, node);
    }
    Anatomy operator()(const HasTag& node) const {
        return list("tags", Fact::tags, node, [](const std::string& tag) { return tag; });
    }
    Anatomy operator()(const IdleIn& node) const {
        Question question = number("idle", Fact::idle, node);
        if (!node.or_quiet) return question;
        question.about.push_back(Fact::quiet);
        question.or_quiet = bound(node.or_quiet);
        question.wanted += ", or quiet for " + question.or_quiet->text;
        return question;
    }
    Anatomy operator()(const QuietIn& node) const { return number("quiet", Fact::quiet, node); }
    Anatomy operator()(const ConnectedIn& node) const { return number("connected", Fact::connected, node); }
    Anatomy operator()(const OpenFilesIn& node) const { return number("open_files", Fact::open_files, node); }
    Anatomy operator()(const FlagIs& node) const {
        const bool guest = node.flag == core::sess_guest;
        return Question{.key = guest ? "guest" : "plaintext_password",
                        .about = {guest ? Fact::guest : Fact::plaintext_password},
                        .wanted = node.set ? "true" : "false",
                        .flag = node.set};
    }
    Anatomy operator()(const Concurrent& node) const {
        return Question{.key = "concurrent", .about = {Fact::crowd}, .wanted = spelled(node)};
    }
    Anatomy operator()(const InSchedule& node) const {
        Question question = list("schedule", Fact::time, node, [](const auto& schedule) {
            return schedule ? schedule->name() : std::string{};
        });
        const bool by_server = std::any_of(node.any_of.begin(), node.any_of.end(),
                                           [](const auto& one) { return !one || !one->zone(); });
        if (by_server) question.about.push_back(Fact::timezone);
        if (!node.any_of.empty() && node.any_of.front()) question.clock = node.any_of.front()->zone();
        return question;
    }
    Anatomy operator()(const AllOf& node) const { return combined(Join::all, node.conditions); }
    Anatomy operator()(const AnyOf& node) const { return combined(Join::any, node.conditions); }
    Anatomy operator()(const Not& node) const {
        Combination combination{.join = Join::negation, .parts = {}};
        if (node.condition) combination.parts.push_back(node.condition.get());
        return combination;
    }

  private:
    static Combination combined(Join join, const std::vector<Condition>& conditions) {
        Combination combination{.join = join, .parts = {}};
        for (const Condition& condition : conditions) combination.parts.push_back(&condition);
        return combination;
    }
};

}  // namespace

Anatomy anatomy_of(const Condition& condition) {
    return std::visit(Dissection{}, condition.node);
}

std::string_view to_string(Fact fact) {
    switch (fact) {
        case Fact::user: return "user";
        case Fact::client: return "client";
        case Fact::server: return "server";
        case Fact::tags: return "tags";
        case Fact::idle: return "idle";
        case Fact::quiet: return "quiet";
        case Fact::connected: return "connected";
        case Fact::open_files: return "open_files";
        case Fact::guest: return "guest";
        case Fact::plaintext_password: return "plaintext_password";
        case Fact::transport: return "transport";
        case Fact::client_type: return "client_type";
        case Fact::crowd: return "concurrent";
        case Fact::time: return "time";
        case Fact::timezone: return "timezone";
    }
    return "?";
}

std::string_view to_string(Join join) {
    switch (join) {
        case Join::all: return "all";
        case Join::any: return "any";
        case Join::negation: return "not";
    }
    return "?";
}

}  // namespace curfew::policy
