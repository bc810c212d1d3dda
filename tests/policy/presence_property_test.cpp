// Presence finds what it is asked for; this one searches for it, everywhere and every time.

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "builders.hpp"
#include "core/text/utf.hpp"
#include "policy/crowd.hpp"

namespace curfew::policy {
namespace {

using namespace build;

class Searching {
  public:
    void looked(const std::string& server, core::SteadyTime at, std::vector<Counted> sessions) {
        servers_[server] = {at, false, std::move(sessions)};
        std::erase_if(ended_, [&](const auto& entry) {
            for (const auto& [name, there] : servers_)
                for (const auto& session : there.sessions) {
                    if (session.user != entry.first.first || session.client != entry.first.second) continue;
                    for (const auto& [where, one] : entry.second)
                        if (!session.started || *session.started <= one.ended_at) return false;
                }
            return true;
        });
    }
    void failed(const std::string& server) {
        if (const auto found = servers_.find(server); found != servers_.end()) found->second.failed = true;
    }
    void forget(const std::string& server) { servers_.erase(server); }
    void doubt_everybody() {
        for (auto& [name, there] : servers_) there.failed = true;
    }
    void ended(Counted session, core::SteadyTime at) {
        session.was_ended = true;
        session.ended_at = at;
        session.in_doubt = false;
        auto& of = ended_[{session.user, session.client}];
        const auto [known, is_new] = of.try_emplace(session.server, session);
        if (is_new) return;
        known->second.ended_at = at;
        const bool older =
            session.started && (!known->second.started || *session.started < *known->second.started);
        if (older) known->second.started = session.started;
    }

    Presence::Others others(const ServerLook& look, core::SteadyTime since, core::SteadyTime known_since,
                            SharedBy by) const {
        const auto shares = [&](const Counted& one, SharedBy what) {
            return std::any_of(look.sessions.begin(), look.sessions.end(), [&](const SessionFacts& mine) {
                return (what.user && core::fold_case(mine.reported.user) == one.user) ||
                       (what.client && mine.client_key == one.client);
            });
        };
        Presence::Others out;
        for (const auto& [name, there] : servers_) {
            if (name == look.server.traits.name) continue;
            const bool in_doubt = there.failed || there.at < since;
            if (!in_doubt) ++out.servers;
            if (there.at < known_since) continue;
            for (auto one : there.sessions) {
                if (!shares(one, by)) continue;
                one.in_doubt = in_doubt;
                out.there.push_back(std::move(one));
            }
        }
        for (const auto& [of, sessions] : ended_)
            for (const auto& [name, one] : sessions)
                if (shares(one, {})) out.there.push_back(one);
        return out;
    }

  private:
    struct There {
        core::SteadyTime at{};
        bool failed = false;
        std::vector<Counted> sessions;
    };
    std::map<std::string, There> servers_;
    std::map<std::pair<std::string, std::string>, std::map<std::string, Counted>> ended_;
};

TEST(PresenceProperty, finds_what_a_search_finds) {
    std::size_t found = 0;
    std::size_t ended = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random{seed};
        const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
        Presence presence;
        Searching searching;
        auto time = now.steady;
        for (int step = 0; step < 120; ++step) {
            time += 1s;
            std::vector<SessionSpec> sessions;
            for (int i = below(4); i > 0; --i)
                sessions.push_back({.user = "u" + std::to_string(below(4)),
                                    .client = "10.0.0." + std::to_string(below(4)),
                                    .connected = core::Seconds{below(60)}});
            auto seen = windows(std::move(sessions));
            seen.server.traits.name = "fs" + std::to_string(below(5));
            const auto later = time - now.steady;
            seen.at.steady = time;
            for (auto& session : seen.sessions)
                if (session.started) *session.started += later;
            const auto& name = seen.server.traits.name;
            std::vector<Counted> there;
            for (const auto& session : seen.sessions)
                if (auto one = counted(seen, session, false)) there.push_back(std::move(*one));
            switch (below(8)) {
                case 0: presence.failed(name), searching.failed(name); break;
                case 1: presence.forget(name), searching.forget(name); break;
                case 2:
                    if (below(4) == 0) presence.doubt_everybody(), searching.doubt_everybody();
                    break;
                case 3:
                    for (const auto& one : there) presence.ended({one}, time), searching.ended(one, time);
                    break;
                default: presence.looked(name, time, there), searching.looked(name, time, there);
            }
            const SharedBy by{below(3) > 0, below(3) > 0};
            const auto since = time - core::Seconds{below(20)};
            const auto known_since = time - core::Seconds{below(40)};
            const auto got = presence.others(seen, since, known_since, by);
            const auto all = searching.others(seen, since, known_since, by);
            ASSERT_EQ(got.servers, all.servers);
            ASSERT_EQ(got.there, all.there) << "seed " << seed << ", step " << step;
            found += all.there.size();
            ended += static_cast<std::size_t>(std::count_if(
                all.there.begin(), all.there.end(), [](const Counted& one) { return one.was_ended; }));
        }
    }
    EXPECT_GT(found, 5'000u) << "the dice find nobody";
    EXPECT_GT(ended, 500u) << "nobody was ended";
}

}  // namespace
}  // namespace curfew::policy
