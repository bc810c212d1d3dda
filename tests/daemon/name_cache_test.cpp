// What is known of clients, and what is asked when: a clock turned by hand, answers given by hand.

#include "daemon/names/name_cache.hpp"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Kind = ClientAnswer::Kind;

ClientQuestion address(const char* text) {
    return core::IpAddress::parse(text).value();
}
const ClientQuestion anna = address("10.20.1.7");
const ClientQuestion bob = std::string{"wks-17"};

ClientAnswer found(const std::string& name) {
    ClientAnswer answer{Kind::found, {}, {}};
    answer.found.names = {name};
    return answer;
}
const ClientAnswer nothing{Kind::nothing, {}, "no such name"};
const ClientAnswer no_answer{Kind::no_answer, {}, "try again"};

class NameCacheTest : public testing::Test {
  protected:
    std::string known(const ClientQuestion& client) {
        const auto found = cache_.known(client, now_);
        return found.names.empty() ? "" : found.names.front();
    }
    // Somebody looks, and what is then asked is answered like this; whether it was asked.
    bool ask(const ClientQuestion& client, const ClientAnswer& answer) {
        known(client);
        const auto next = cache_.next();
        if (!next) return false;
        EXPECT_EQ(*next, client);
        cache_.answered(*next, answer, now_);
        return true;
    }

    NameCache cache_{{4, 2}};
    core::SteadyTime now_{1000h};
};

TEST_F(NameCacheTest, asks_once_for_whom_many_look_at) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(known(anna), "");
    EXPECT_FALSE(cache_.is_settled());
    EXPECT_EQ(cache_.next(), anna);
    EXPECT_EQ(known(anna), "") << "nor while it is under way";
    EXPECT_EQ(cache_.next(), std::nullopt);
    EXPECT_EQ(cache_.under_way(), 1u);
    cache_.answered(anna, found("wks-17.corp"), now_);
    EXPECT_TRUE(cache_.is_settled());
    EXPECT_EQ(known(anna), "wks-17.corp");
    EXPECT_EQ(cache_.next(), std::nullopt);
}

TEST_F(NameCacheTest, is_asked_in_the_order_in_which_they_came_and_only_so_many_at_once) {
    known(bob);
    known(anna);
    const auto third = address("10.1.1.1");
    known(third);
    EXPECT_EQ(cache_.next(), bob);
    EXPECT_EQ(cache_.next(), anna);
    EXPECT_EQ(cache_.next(), std::nullopt) << "two are under way";
    cache_.answered(bob, nothing, now_);
    EXPECT_EQ(cache_.next(), third);
}

TEST_F(NameCacheTest, an_answer_is_fresh_for_ten_minutes_and_holds_while_it_is_asked_again) {
    ask(anna, found("old"));
    now_ += 10min - 1s;
    EXPECT_FALSE(ask(anna, found("new")));
    now_ += 1s;
    EXPECT_EQ(known(anna), "old");
    EXPECT_EQ(cache_.next(), anna);
    EXPECT_EQ(known(anna), "old");
    cache_.answered(anna, found("new"), now_);
    EXPECT_EQ(known(anna), "new");
}

TEST_F(NameCacheTest, what_is_too_old_is_unknown_and_not_the_old_value) {
    ask(anna, found("old"));
    now_ += 10min;
    EXPECT_TRUE(ask(anna, no_answer));
    EXPECT_EQ(known(anna), "old") << "DNS is down for a while";
    now_ += 20min - 1s;
    EXPECT_EQ(known(anna), "old");
    now_ += 1s;
    EXPECT_EQ(known(anna), "");
}

TEST_F(NameCacheTest, what_is_too_old_is_unknown_also_while_the_question_hangs) {
    ask(anna, found("old"));
    now_ += 10min;
    known(anna);
    ASSERT_TRUE(cache_.next());
    now_ += 20min;
    EXPECT_EQ(known(anna), "");
}

TEST_F(NameCacheTest, where_dns_says_that_there_is_nothing_nothing_is_known) {
    ask(anna, found("old"));
    now_ += 10min;
    EXPECT_TRUE(ask(anna, nothing));
    EXPECT_EQ(known(anna), "");
}

TEST_F(NameCacheTest, a_failure_is_tried_again_after_a_minute_and_then_ever_later) {
    for (const auto& failure : {nothing, no_answer}) {
        const ClientQuestion client = failure.kind == Kind::nothing ? anna : bob;
        EXPECT_TRUE(ask(client, failure));
        for (const auto pause : {1min, 2min, 4min, 8min, 10min, 10min}) {
            now_ += pause - 1s;
            EXPECT_FALSE(ask(client, failure)) << pause.count();
            now_ += 1s;
            EXPECT_TRUE(ask(client, failure)) << pause.count();
        }
        now_ += 10min;
        EXPECT_TRUE(ask(client, found("at last")));
        now_ += 10min;
        EXPECT_TRUE(ask(client, failure));
        now_ += 1min;
        EXPECT_TRUE(ask(client, failure)) << "the count began anew";
    }
}

TEST_F(NameCacheTest, whom_nobody_looked_at_for_longest_goes_first) {
    const auto c = address("10.1.1.1");
    const auto d = address("10.1.1.2");
    const auto e = address("10.1.1.3");
    ask(anna, found("anna"));
    ask(bob, found("bob"));
    ask(c, found("c"));
    ask(d, found("d"));
    EXPECT_EQ(known(anna), "anna");
    ask(e, found("e"));
    EXPECT_EQ(cache_.size(), 4u);
    EXPECT_EQ(known(anna), "anna");
    EXPECT_EQ(known(bob), "");
}

TEST_F(NameCacheTest, whose_question_is_under_way_is_not_forgotten_nor_asked_twice) {
    known(anna);
    known(bob);
    ASSERT_TRUE(cache_.next());
    ASSERT_TRUE(cache_.next());
    for (const auto* text : {"10.1.1.1", "10.1.1.2", "10.1.1.3", "10.1.1.4"}) known(address(text));
    EXPECT_EQ(cache_.size(), 4u);
    EXPECT_EQ(known(anna), "");
    cache_.answered(anna, found("anna"), now_);
    EXPECT_EQ(known(anna), "anna");
    EXPECT_EQ(cache_.next(), address("10.1.1.3")) << "who was forgotten is not asked for either";
}

TEST_F(NameCacheTest, where_all_room_is_taken_by_questions_under_way_others_stay_unknown) {
    NameCache small{{2, 2}};
    small.known(anna, now_);
    small.known(bob, now_);
    ASSERT_TRUE(small.next());
    ASSERT_TRUE(small.next());
    EXPECT_EQ(small.known(address("10.1.1.1"), now_), policy::FoundClient{});
    EXPECT_EQ(small.size(), 2u);
    small.answered(bob, nothing, now_);
    EXPECT_EQ(small.next(), std::nullopt);
}

TEST_F(NameCacheTest, whom_somebody_looks_at_is_kept_fresh_between_the_looks) {
    const auto seldom = address("10.1.1.1");
    ask(seldom, found("seldom"));
    now_ += 5min;
    ask(anna, found("anna"));
    ask(bob, nothing);
    const auto since = now_;
    now_ += 9min;
    cache_.refresh(since, now_);
    EXPECT_EQ(cache_.next(), std::nullopt) << "all of it is fresh, or not wanted";
    now_ += 1min;
    cache_.refresh(since, now_);
    cache_.refresh(since, now_);
    EXPECT_EQ(cache_.next(), anna);
    EXPECT_EQ(cache_.next(), std::nullopt) << "nothing is known of bob that could be kept";
    cache_.answered(anna, found("anna"), now_);
    now_ += 25min;
    EXPECT_EQ(known(anna), "anna");
    EXPECT_EQ(known(seldom), "");
}

TEST_F(NameCacheTest, stays_within_its_bounds_whatever_happens) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::minstd_rand random{seed + 1};
        NameCache cache{{8, 3}};
        core::SteadyTime now{1000h};
        std::set<ClientQuestion> under_way;
        std::map<ClientQuestion, std::pair<std::string, core::SteadyTime>> last_good;
        for (int step = 0; step < 2000; ++step) {
            now += std::chrono::seconds{random() % 60};
            const ClientQuestion client = std::to_string(random() % 12) + "-pc";
            if (random() % 16 == 0) cache.refresh(now - 1h, now);
            if (random() % 2 == 0) {
                const auto found = cache.known(client, now);
                if (found.names.empty()) continue;
                const auto& good = last_good.at(client);
                ASSERT_EQ(found.names.front(), good.first);
                ASSERT_LT(now - good.second, 30min);
            } else if (random() % 2 == 0) {
                const auto next = cache.next();
                ASSERT_TRUE(!next || under_way.insert(*next).second);
            } else if (!under_way.empty()) {
                const ClientQuestion question = *under_way.begin();
                under_way.erase(under_way.begin());
                const auto roll = random() % 3;
                const auto name = std::to_string(step);
                if (roll == 0) last_good[question] = {name, now};
                cache.answered(question, roll == 0 ? found(name) : roll == 1 ? nothing : no_answer, now);
            }
            ASSERT_LE(cache.size(), 8u);
            ASSERT_EQ(cache.under_way(), under_way.size());
            ASSERT_LE(under_way.size(), 3u);
        }
    }
}

}  // namespace
}  // namespace curfew::daemon
