#pragma once
// A fleet of fake servers, and somebody who ends sessions on all of them.

#include <gtest/gtest.h>

#include "daemon/by_hand/everywhere.hpp"
#include "tests/daemon/world.hpp"

namespace curfew::daemon::fake {

// Hears everything, and leaves after so much of it.
class Listener final : public EverywhereEar {
  public:
    boost::asio::awaitable<bool> hear(const EverywhereNews& news) override {
        all.push_back(news);
        if (on_news) on_news(news);
        co_return all.size() < leaves_after;
    }
    template <class T> std::vector<T> of() const {
        std::vector<T> found;
        for (const auto& news : all)
            if (const auto* one = std::get_if<T>(&news)) found.push_back(*one);
        return found;
    }
    // "fs1 anna: ended", sorted.
    Lines done() const {
        Lines lines;
        for (const auto& one : of<DoneThere>())
            lines.push_back(one.server + " " + one.outcome.user + ": " + one.outcome.text);
        std::sort(lines.begin(), lines.end());
        return lines;
    }
    std::vector<EverywhereNews> all;
    std::size_t leaves_after = 1'000'000;
    std::function<void(const EverywhereNews&)> on_news;
};

class EverywhereFleet : public ::testing::Test {
  protected:
    EverywhereFleet() : world{policy::Policy{}} {}

    // fs1, fs2, ...: each with these people.
    void servers(std::size_t number, const std::vector<std::string>& users, Is is = Is::windows) {
        for (std::size_t i = 1; i <= number; ++i) {
            auto& server = world.add("fs" + std::to_string(i), is);
            for (std::size_t u = 0; u < users.size(); ++u)
                server.add({.user = users[u], .client = "10.20.1." + std::to_string(u + 1)});
        }
    }
    EverywhereParts parts() {
        return {world.known_members, *world.fleet, *world.gate, world.clock, [this] { return stopping; }};
    }
    std::optional<EverywhereShown> look(EverywhereRequest request) {
        return world.run(look_everywhere(parts(), std::move(request), looking));
    }
    EverywhereCounts end(EverywhereShown shown) {
        return world.run(end_everywhere(parts(), std::move(shown), "uid 1000 (anna)", ending));
    }
    FakeServer& server(std::size_t number) { return *world.servers.at(number - 1); }

    World world;
    Listener looking;
    Listener ending;
    bool stopping = false;
};

}  // namespace curfew::daemon::fake
