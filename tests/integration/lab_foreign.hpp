#pragma once
// A lab whose answers can be held, field by field, against what its servers know.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/integration/foreign_client.hpp"
#include "tests/integration/lab_site.hpp"

namespace curfew::testing {

inline const std::vector<std::uint32_t> session_levels{0, 1, 2, 10, 502};

// A little of everything that a field can hold.
inline std::vector<core::lab::LabSession> people_of_all_kinds() {
    using std::chrono::minutes;
    std::vector<core::lab::LabSession> people{
        lab_session("anna", "10.0.0.1", minutes{40}), lab_session("bob", "10.0.0.1", minutes{1}, 3),
        lab_session("anna", "10.0.0.2", minutes{5}, 1), lab_session("J\xC3\xBCrgen", "WKS-7", minutes{90}),
        lab_session("", "[fe80::7]", minutes{2})};
    people[1].client_type = "Windows 10";
    people[1].transport = "\\Device\\NetBT_Tcpip_{1}";
    people[3].flags = core::sess_guest;
    people[4].flags = core::sess_noencryption;
    return people;
}

inline ForeignLogin login_to(LabSite& lab, const std::string& server) {
    ForeignLogin login;
    login.host = lab.server(server).address();
    login.port = lab.fleet().port();
    login.user = lab_account;
    login.password = lab_password;
    return login;
}

inline Question level(std::uint32_t number) {
    Question question;
    question.level = number;
    return question;
}
inline Question filter(std::optional<std::string> client, std::optional<std::string> user,
                       std::uint32_t number = 1) {
    auto question = level(number);
    question.client = std::move(client);
    question.user = std::move(user);
    return question;
}

// "user@client" of each, in order; callers left out on demand.
inline std::vector<std::string> who(const std::vector<core::Session>& sessions, bool callers = true) {
    std::vector<std::string> names;
    for (const auto& one : sessions)
        if (callers || one.user != lab_account) names.push_back(one.user + "@" + one.client);
    return names;
}
inline std::vector<core::Session> listed_now(core::lab::RunningServer& server) {
    std::vector<core::Session> sessions;
    for (auto& one : server.present())
        if (!one.caller) sessions.push_back(std::move(one.session));
    return sessions;
}

// What a session looks like at a level of a personality.
inline core::Session as_listed(core::Session session, std::uint32_t at, core::lab::Personality personality) {
    const bool samba = personality == core::lab::Personality::samba;
    if (!samba) session.client = "\\\\" + session.client;
    if (samba) session.idle = core::Seconds{0};
    if (at == 0) {
        session.user.clear();
        session.connected.reset();
        session.idle.reset();
    }
    if (at == 0 || at == 10) session.open_files.reset(), session.flags.reset();
    if (at != 2 && at != 502) session.client_type.reset();
    if (at != 502) session.transport.reset();
    return session;
}

// Times go on between two questions.
inline void expect_time(std::optional<core::Seconds> got, std::optional<core::Seconds> before,
                        std::optional<core::Seconds> after, const std::string& what) {
    ASSERT_EQ(got.has_value(), before.has_value()) << what;
    if (!got) return;
    EXPECT_GE(*got, *before) << what;
    EXPECT_LE(*got, *after) << what;
}

inline void expect_session(const core::Session& got, core::Session before, const core::Session& after,
                           const std::string& what) {
    expect_time(got.connected, before.connected, after.connected, what + ": connected");
    expect_time(got.idle, before.idle, after.idle, what + ": idle");
    before.connected = got.connected;
    before.idle = got.idle;
    EXPECT_EQ(got.client, before.client) << what;
    EXPECT_EQ(got.user, before.user) << what;
    EXPECT_EQ(got.open_files, before.open_files) << what;
    EXPECT_EQ(got.flags, before.flags) << what;
    EXPECT_EQ(got.client_type, before.client_type) << what;
    EXPECT_EQ(got.transport, before.transport) << what;
}

// Everybody whom the server knew before and after the question, and behind them the caller's own session.
inline void expect_everybody(const Answer& answer, std::uint32_t at, core::lab::Personality personality,
                             const std::vector<core::Session>& before,
                             const std::vector<core::Session>& after) {
    const std::string what = "level " + std::to_string(at) + " " + answer.trouble;
    ASSERT_EQ(answer.status, 0) << what;
    ASSERT_EQ(answer.sessions.size(), before.size() + 1) << what;
    EXPECT_EQ(answer.total, answer.sessions.size()) << what;
    for (std::size_t i = 0; i < before.size(); ++i)
        expect_session(answer.sessions[i], as_listed(before[i], at, personality),
                       as_listed(after[i], at, personality), what + " session " + std::to_string(i));
    core::Session caller;
    caller.client = "127.0.0.1";
    caller.user = lab_account;
    // Its pipe counts on Windows, and on Samba it does not.
    caller.open_files = personality == core::lab::Personality::windows ? 1 : 0;
    caller.flags = 0;
    caller.client_type = answer.sessions.back().client_type.value_or("");
    caller.transport = answer.sessions.back().transport.value_or("");
    caller.connected = answer.sessions.back().connected;
    caller.idle = core::Seconds{0};
    auto late = as_listed(caller, at, personality);
    if (late.idle) late.idle = core::Seconds{5};
    expect_session(answer.sessions.back(), as_listed(caller, at, personality), late, what + " the caller");
}

}  // namespace curfew::testing
