#pragma once
// Looks at one server, one after the other, as `for` lives through them.

#include "builders.hpp"
#include "core/text/durations.hpp"
#include "policy/memory.hpp"

namespace curfew::policy::build {

// Times are since the beginning of the history.
struct Listed {
    std::string user = "anna";
    core::Milliseconds started = -1h;
    std::uint32_t open_files = 0;
    std::string client = "10.20.1.7";
    bool start_known = true;
};

class History {
  public:
    explicit History(Policy policy) : rules(std::move(policy)) {}

    // The answer is there at `at`, and was `slow` to come.
    ServerLook seen(core::Milliseconds at, const std::vector<Listed>& sessions,
                    core::Milliseconds slow = 0s) const {
        core::Enumeration answer;
        answer.level = core::Level::transports;
        for (const auto& one : sessions) {
            core::Session& session = answer.sessions.emplace_back();
            session.user = one.user;
            session.client = one.client;
            session.open_files = one.open_files;
            if (one.start_known) session.connected = std::chrono::floor<core::Seconds>(at - one.started);
        }
        answer.own.account = "svc-curfew";
        return facts_of(server(Kind::windows), answer, {now.steady + at, now.wall}, now.steady + at - slow);
    }

    std::vector<Decision> decided(const ServerLook& look) {
        std::vector<Decision> decisions;
        for (const auto& session : look.sessions)
            decisions.push_back(decide(rules, look.server, session, look.at.wall));
        remember(memory, rules, look, decisions);
        return decisions;
    }

    // Of every session "kept", "over", "held 2m" or "start unknown"; and " (observed)" behind it.
    std::vector<std::string> look(core::Milliseconds at, const std::vector<Listed>& sessions,
                                  core::Milliseconds slow = 0s) {
        std::vector<std::string> words;
        for (const auto& decision : decided(seen(at, sessions, slow))) words.push_back(in_words(decision));
        return words;
    }

    Policy rules;
    ServerMemory memory;

  private:
    static std::string in_words(const Decision& decision) {
        std::string text = decision.action == Action::keep ? "kept" : "over";
        if (decision.pending) {
            text = decision.pending->same_session ? "held " + core::duration_text(decision.pending->held)
                                                  : "start unknown";
        }
        return text + (decision.observed.empty() ? "" : " (observed)");
    }
};

// Ends who has had nothing open for that long.
inline Rule nothing_open(core::Seconds hold, std::string name = "nothing open") {
    Rule rule = disconnect(std::move(name), open_files(0));
    rule.hold = hold;
    return rule;
}

}  // namespace curfew::policy::build
