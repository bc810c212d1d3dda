#include "core/lab/life.hpp"

#include <gtest/gtest.h>

namespace curfew::testing {
namespace {

using namespace core;
using namespace core::lab;
using std::chrono::hours;
using std::chrono::minutes;

const SteadyTime begin{hours{1000}};

LabSession quiet_one() {
    LabSession session;
    session.user = "anna";
    session.client = "10.20.1.7";
    session.connected = hours{3};
    session.idle = minutes{31};
    session.open_files = 2;
    return session;
}

LabSession busy_one(double leaves = 0) {
    LabSession session;
    session.user = "bob";
    session.client = "10.20.1.8";
    session.habit = Habit{{minutes{5}, minutes{10}}, {minutes{20}, minutes{40}}, leaves, 3, true};
    return session;
}

TEST(Life, WhoDoesNothingGrowsIdleAndStays) {
    ServerLife life{{quiet_one()}, 1, begin};
    const auto later = life.present(begin + hours{1});
    ASSERT_EQ(later.size(), 1u);
    EXPECT_EQ(later[0].session.connected, hours{4});
    EXPECT_EQ(later[0].session.idle, minutes{91});
    EXPECT_EQ(later[0].session.open_files, 2u);
    EXPECT_EQ(later[0].session.user, "anna");
}

TEST(Life, WhoDoesNothingDoesNotComeBackWhenCutOff) {
    ServerLife life{{quiet_one()}, 1, begin};
    const auto id = life.present(begin)[0].id;
    life.end(id, begin + Seconds{10});
    EXPECT_EQ(life.present(begin + Seconds{9}).size(), 1u);
    EXPECT_TRUE(life.present(begin + Seconds{10}).empty());
    EXPECT_TRUE(life.present(begin + hours{24}).empty());
}

TEST(Life, AtWorkNobodyIsIdleAndInAPauseTheIdleTimeGrows) {
    ServerLife life{{busy_one()}, 5, begin};
    bool worked = false, paused = false;
    std::optional<Seconds> before;
    for (Seconds t{0}; t < hours{8}; t += Seconds{30}) {
        const auto present = life.present(begin + t);
        ASSERT_EQ(present.size(), 1u);
        const auto& session = present[0].session;
        if (*session.open_files > 0) {
            worked = true;
            EXPECT_LT(*session.idle, Seconds{7});
        } else {
            paused = true;
            if (before && *before >= Seconds{30}) {
                EXPECT_EQ(*session.idle, *before + Seconds{30});
            }
        }
        before = *session.open_files > 0 ? std::nullopt : session.idle;
    }
    EXPECT_TRUE(worked && paused);
}

TEST(Life, WhoIsCutOffInAPauseComesBackWithTheNextWorkAsANewSession) {
    ServerLife life{{busy_one()}, 5, begin};
    auto t = begin;
    while (*life.present(t)[0].session.open_files > 0) t += Seconds{10};
    const auto old = life.present(t)[0].id;
    life.end(old, t);
    EXPECT_TRUE(life.present(t).empty());
    while (life.present(t).empty()) {
        t += Seconds{10};
        ASSERT_LT(t, begin + hours{2});
    }
    const auto back = life.present(t)[0];
    EXPECT_GT(back.id, old);
    EXPECT_LE(*back.session.connected, Seconds{10});
    EXPECT_EQ(back.session.open_files, 3u);
}

TEST(Life, WhoIsCutOffAtWorkReconnectsWithinSeconds) {
    auto all_day = busy_one();
    all_day.habit->works = {hours{100}, hours{200}};
    ServerLife life{{all_day}, 5, begin};
    const auto working = life.present(begin + Seconds{1});
    ASSERT_GT(*working[0].session.open_files, 0u);
    life.end(working[0].id, begin + Seconds{1});
    EXPECT_TRUE(life.present(begin + Seconds{1}).empty());
    const auto back = life.present(begin + Seconds{22});
    ASSERT_EQ(back.size(), 1u);
    EXPECT_NE(back[0].id, working[0].id);
}

TEST(Life, WhoLeavesEndsTheSessionAlone) {
    ServerLife life{{busy_one(1)}, 9, begin};
    bool away = false;
    for (Seconds t{0}; t < hours{2}; t += Seconds{30}) away = away || life.present(begin + t).empty();
    EXPECT_TRUE(away);
}

TEST(Life, ASeedRepeatsHoweverOftenItIsLookedAt) {
    std::vector<LabSession> many(20, busy_one(0.3));
    ServerLife often{many, 42, begin};
    ServerLife once{many, 42, begin};
    ServerLife other{many, 43, begin};
    for (Seconds t{0}; t < hours{10}; t += Seconds{17}) often.present(begin + t);
    const auto sessions = [](ServerLife& life) {
        std::vector<Session> all;
        for (auto& one : life.present(begin + hours{10})) all.push_back(one.session);
        std::sort(all.begin(), all.end(), [](const Session& a, const Session& b) {
            return std::tie(a.connected, a.idle) < std::tie(b.connected, b.idle);
        });
        return all;
    };
    EXPECT_EQ(sessions(often), sessions(once));
    EXPECT_NE(sessions(often), sessions(other));
}

TEST(Life, WokenUpEverybodyIsActive) {
    ServerLife life{{quiet_one(), busy_one()}, 1, begin};
    life.wake_all(begin + hours{1});
    for (const auto& one : life.present(begin + hours{1} + Seconds{2}))
        EXPECT_LE(*one.session.idle, Seconds{2});
}

TEST(Life, CallersAreSessionsUntilTheyLeave) {
    ServerLife life{{quiet_one()}, 1, begin};
    const auto id = life.caller_arrived("127.0.0.1", "curfew", begin + minutes{1});
    life.caller_active(id, begin + minutes{2});
    const auto present = life.present(begin + minutes{3});
    ASSERT_EQ(present.size(), 2u);
    EXPECT_TRUE(present[1].caller);
    EXPECT_EQ(present[1].session.user, "curfew");
    EXPECT_EQ(present[1].session.idle, minutes{1});
    EXPECT_EQ(present[1].session.connected, minutes{2});
    life.caller_left(id);
    EXPECT_EQ(life.present(begin + minutes{3}).size(), 1u);
}

}  // namespace
}  // namespace curfew::testing
