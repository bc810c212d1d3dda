#include "tests/integration/life/books_check.hpp"

#include <algorithm>

namespace curfew::testing {
namespace {

struct Written {
    core::WallTime at{};
    std::string rule;
    std::string outcome;
    std::string detail;
    bool called = false;
};

std::string without_backslashes(std::string name) {
    return name.starts_with("\\\\") ? name.substr(2) : name;
}

// By who is meant, in the order of their times.
std::map<std::string, std::vector<Written>> intents_of(const std::vector<daemon::Row>& rows) {
    std::map<std::uint64_t, const daemon::Row*> outcomes;
    for (const auto& row : rows)
        if (row.kind == "outcome" && row.intent) outcomes.emplace(*row.intent, &row);
    std::map<std::string, std::vector<Written>> intents;
    for (const auto& row : rows) {
        if (row.kind != "intent") continue;
        const auto outcome = outcomes.find(row.id);
        Written one{row.at, row.rule, {}, {}};
        if (outcome != outcomes.end()) {
            one.outcome = outcome->second->outcome;
            one.detail = outcome->second->detail;
        }
        intents[row.server + " " + row.client + " " + row.user].push_back(std::move(one));
    }
    return intents;
}

// The last one before the call that has no call yet.
Written* intent_of(std::vector<Written>& intents, core::WallTime call) {
    const auto found =
        std::find_if(intents.rbegin(), intents.rend(), [&](const Written& one) { return one.at <= call; });
    return found == intents.rend() || found->called ? nullptr : &*found;
}

}  // namespace

void BooksCheck::called(const core::lab::JournalEntry& call) {
    last_ = call.server + " " + without_backslashes(call.client.value_or("")) + " " + call.user.value_or("");
    const auto since = std::chrono::duration_cast<core::WallTime::duration>(call.at - steady_);
    calls_[last_].push_back({wall_ + since, {}});
    ++count_;
}

void BooksCheck::judged(const Verdict& verdict) {
    calls_.at(last_).back().rules = verdict.rules;
}

std::vector<std::string> BooksCheck::flaws(const std::vector<daemon::Row>& rows) const {
    std::vector<std::string> flaws;
    auto intents = intents_of(rows);
    for (const auto& [who, calls] : calls_) {
        auto& written = intents[who];
        for (const auto& call : calls) {
            auto* const intent = intent_of(written, call.at);
            if (!intent) {
                flaws.push_back(who + ": a call that is not in the audit");
                continue;
            }
            intent->called = true;
            if (!call.rules.empty() && !call.rules.contains(intent->rule))
                flaws.push_back(who + ": ended by '" + intent->rule + "', which meant none of them");
        }
    }
    for (const auto& [who, written] : intents) {
        for (const auto& intent : written) {
            if (intent.outcome.empty()) flaws.push_back(who + ": an intent without an outcome");
            // Where there was no reply the call may have been lost on its way, and they left by themselves.
            const bool asked_for = intent.called || !intent.detail.empty();
            if (intent.outcome == "ended" && !asked_for) flaws.push_back(who + ": ended without a call");
        }
    }
    return flaws;
}

}  // namespace curfew::testing
