#include "core/lab/service.hpp"

#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"

namespace curfew::testing {
namespace {

using namespace core;
using namespace core::lab;

const SteadyTime begin{std::chrono::hours{1000}};
const SteadyTime now = begin + Seconds{60};

LabSession session(std::string user, std::string client, std::uint32_t connection = 0) {
    LabSession one;
    one.user = std::move(user);
    one.client = std::move(client);
    one.connected = Seconds{600};
    one.idle = Seconds{300};
    one.open_files = 1;
    one.connection = connection;
    return one;
}

std::uint32_t number(NetApiStatus status) {
    return static_cast<std::uint32_t>(status);
}

class Service : public ::testing::Test {
  protected:
    EnumAnswer list(EnumCall call) { return session_enum(personality, life, call, caller, now); }
    DelAnswer end(std::optional<std::string> client, std::optional<std::string> user) {
        return session_del(personality, life, {client, user}, caller, now);
    }
    std::vector<std::string> who(const std::vector<Session>& sessions) {
        std::vector<std::string> names;
        for (const auto& one : sessions) names.push_back(one.user + "@" + one.client);
        return names;
    }
    std::vector<std::string> left(SteadyTime when) {
        std::vector<Session> sessions;
        for (auto& one : life.present(when)) sessions.push_back(one.session);
        return who(sessions);
    }

    Personality personality = Personality::windows;
    ServerLife life{{session("anna", "10.0.0.1"), session("bob", "10.0.0.1"), session("anna", "10.0.0.2", 1),
                     session("eve", "10.0.0.2", 2)},
                    1,
                    begin};
    Caller caller{"curfew", Rights::administrator, life.caller_arrived("127.0.0.1", "curfew", begin)};
};

class WindowsService : public Service {};

TEST_F(WindowsService, ListsEverybodyWithBackslashesTheCallerIncluded) {
    const auto answer = list({.level = 502});
    EXPECT_EQ(answer.status, 0u);
    EXPECT_EQ(answer.total, 5u);
    ASSERT_EQ(answer.sessions.size(), 5u);
    EXPECT_EQ(answer.sessions[0].client, "\\\\10.0.0.1");
    EXPECT_EQ(answer.sessions[0].idle, Seconds{360});
    EXPECT_EQ(answer.sessions[4].user, "curfew");
}

TEST_F(WindowsService, FiltersAreHeldAgainstNamesInAnyCase) {
    EXPECT_EQ(who(list({.user = "ANNA", .level = 1}).sessions),
              (std::vector<std::string>{"anna@\\\\10.0.0.1", "anna@\\\\10.0.0.2"}));
    EXPECT_EQ(list({.client = "\\\\10.0.0.2", .user = "eve", .level = 1}).sessions.size(), 1u);
    EXPECT_EQ(list({.client = "", .user = "", .level = 1}).sessions.size(), 5u);
}

TEST_F(WindowsService, RefusesAsWindowsDoes) {
    EXPECT_EQ(list({.level = 3}).status, number(NetApiStatus::invalid_level));
    EXPECT_EQ(list({.client = "10.0.0.1", .level = 1}).status, number(NetApiStatus::invalid_parameter));
    EXPECT_EQ(list({.client = "\\\\10.9.9.9", .level = 1}).status,
              number(NetApiStatus::client_name_not_found));
    EXPECT_EQ(list({.user = "nobody", .level = 1}).status, number(NetApiStatus::user_not_found));
    EXPECT_EQ(list({.client = "\\\\10.0.0.1", .user = "eve", .level = 1}).status,
              number(NetApiStatus::user_not_found));
}

TEST_F(WindowsService, LevelsThatNeedRights) {
    caller.rights = Rights::user;
    for (const std::uint32_t level : {1u, 2u, 502u})
        EXPECT_EQ(list({.level = level}).status, number(NetApiStatus::access_denied)) << level;
    for (const std::uint32_t level : {0u, 10u}) EXPECT_EQ(list({.level = level}).status, 0u) << level;
    EXPECT_EQ(end("\\\\10.0.0.1", "anna").status, number(NetApiStatus::access_denied));
    EXPECT_EQ(left(now).size(), 5u);
}

TEST_F(WindowsService, GoesOnWhereItStopped) {
    EnumCall call{.level = 1, .preferred_maximum_length = 150, .resume_handle = 0};
    std::vector<std::string> all;
    int calls = 0;
    while (true) {
        const auto answer = list(call);
        for (const auto& name : who(answer.sessions)) all.push_back(name);
        ++calls;
        if (answer.status == 0) {
            EXPECT_EQ(answer.resume_handle, 0u);
            break;
        }
        ASSERT_EQ(answer.status, number(NetApiStatus::more_data));
        ASSERT_FALSE(answer.sessions.empty());
        call.resume_handle = answer.resume_handle;
    }
    EXPECT_EQ(all.size(), 5u);
    EXPECT_GT(calls, 1);
}

TEST_F(WindowsService, EndsThePairAndNobodyElse) {
    const auto answer = end("\\\\10.0.0.1", "Anna");
    EXPECT_EQ(answer.status, 0u);
    EXPECT_EQ(who(answer.ended), std::vector<std::string>{"anna@10.0.0.1"});
    EXPECT_EQ(left(now).size(), 4u);
}

TEST_F(WindowsService, AnAbsentNameIsEverybodyOfTheOther) {
    EXPECT_EQ(end({}, "anna").ended.size(), 2u);
    EXPECT_EQ(end("\\\\10.0.0.2", "").ended.size(), 1u);
    EXPECT_EQ(end({}, {}).status, number(NetApiStatus::invalid_parameter));
    EXPECT_EQ(end("\\\\10.0.0.7", "anna").status, number(NetApiStatus::client_name_not_found));
    EXPECT_EQ(end("10.0.0.1", "bob").status, number(NetApiStatus::invalid_parameter));
    EXPECT_EQ(left(now), (std::vector<std::string>{"bob@10.0.0.1", "curfew@127.0.0.1"}));
}

class SambaService : public Service {
  protected:
    SambaService() { personality = Personality::samba; }
};

TEST_F(SambaService, KnowsTwoLevelsAndNoIdleTimes) {
    for (const std::uint32_t level : {2u, 10u, 502u})
        EXPECT_EQ(list({.level = level}).status, number(NetApiStatus::invalid_level)) << level;
    const auto answer = list({.level = 1});
    ASSERT_EQ(answer.sessions.size(), 5u);
    EXPECT_EQ(answer.sessions[0].client, "10.0.0.1");
    EXPECT_EQ(answer.sessions[0].idle, Seconds{0});
    EXPECT_EQ(answer.sessions[0].connected, Seconds{660});
}

TEST_F(SambaService, ASessionYoungerThanASecondHasNoTime) {
    life.caller_arrived("127.0.0.9", "late", now);
    EXPECT_EQ(list({.level = 1}).sessions.back().connected, std::nullopt);
}

TEST_F(SambaService, IgnoresFiltersAndWantsAnAdministrator) {
    EXPECT_EQ(list({.client = "\\\\nowhere", .user = "nobody", .level = 1}).sessions.size(), 5u);
    caller.rights = Rights::user;
    EXPECT_EQ(list({.level = 0}).status, number(NetApiStatus::access_denied));
    EXPECT_EQ(end("\\\\10.0.0.1", "anna").status, number(NetApiStatus::access_denied));
}

TEST_F(SambaService, TakesNoNoticeOfThePreferredLengthAndCountsWithTheHandle) {
    const auto all = list({.level = 0, .preferred_maximum_length = 1, .resume_handle = 0});
    EXPECT_EQ(all.status, 0u);
    EXPECT_EQ(all.sessions.size(), 5u);
    EXPECT_EQ(all.resume_handle, 5u);
    const auto rest = list({.level = 0, .resume_handle = 3});
    EXPECT_EQ(rest.sessions.size(), 2u);
    EXPECT_EQ(rest.total, 5u);
    EXPECT_EQ(rest.resume_handle, 5u);
    const auto none = list({.level = 0, .resume_handle = 5});
    EXPECT_TRUE(none.sessions.empty());
    EXPECT_EQ(none.resume_handle, 0u) << "and so one begins anew";
    EXPECT_EQ(list({.level = 502, .resume_handle = 3}).resume_handle, 3u) << "refused: as it came";
    EXPECT_EQ(list({.level = 0}).resume_handle, std::nullopt);
}

TEST_F(SambaService, APipeIsNoOpenFile) {
    EXPECT_EQ(list({.level = 1}).sessions.back().open_files, 0u);
    EXPECT_EQ(life.present(now).back().session.open_files, 1u);
}

TEST_F(SambaService, TwoBackslashesAreTakenOffAndNoMore) {
    for (const auto* client : {"\\10.0.0.1", "\\\\\\10.0.0.1", "\\\\\\"})
        EXPECT_EQ(end(client, "anna").status, number(NetApiStatus::access_denied)) << client;
    EXPECT_EQ(end("10.0.0.1", "anna").ended.size(), 2u);
    EXPECT_EQ(end("\\\\", "eve").ended.size(), 1u) << "nothing is left of the name: every client";
}

TEST_F(SambaService, EndsTheProcessWithEverybodyOnItALittleLater) {
    const auto answer = end("\\\\10.0.0.1", "anna");
    EXPECT_EQ(answer.status, 0u);
    EXPECT_EQ(who(answer.ended), (std::vector<std::string>{"anna@10.0.0.1", "bob@10.0.0.1"}));
    EXPECT_EQ(left(now).size(), 5u);
    EXPECT_EQ(left(now + Milliseconds{40}).size(), 3u);
}

TEST_F(SambaService, AnotherConnectionOfTheSameClientStays) {
    EXPECT_EQ(who(end("\\\\10.0.0.2", "anna").ended), std::vector<std::string>{"anna@10.0.0.2"});
}

TEST_F(SambaService, OfNobodyItSaysNoRights) {
    EXPECT_EQ(end("\\\\10.0.0.1", "nobody").status, number(NetApiStatus::access_denied));
}

TEST_F(SambaService, BothNamesEmptyEndsEverybodyTheCallerToo) {
    const auto answer = end("", {});
    EXPECT_EQ(answer.ended.size(), 5u);
    EXPECT_TRUE(answer.caller_too);
    EXPECT_TRUE(left(now + Seconds{1}).empty());
}

}  // namespace
}  // namespace curfew::testing
