// The daemon is killed at any moment, under load: whatever it did is in the audit, nothing is done twice, and
// no hold is lost. The servers' journal is the witness. CURFEW_CRASHES says how often; `./dev soak
// crashes` a thousand times.
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using Who = std::string;  // "server client user"

constexpr int servers = 6;

std::vector<core::lab::LabServer> crowded(std::uint32_t idlers) {
    std::vector<core::lab::LabServer> all;
    for (int i = 0; i < servers; ++i) {
        auto crowd = lab_session("user{n}", "10." + std::to_string(i) + ".0.1", 40min);
        crowd.count = idlers;
        all.push_back(lab_server("fs" + std::to_string(i) + ".lab", {crowd}));
    }
    return all;
}

std::map<Who, int> called(OperatedSite& site) {
    std::map<Who, int> calls;
    for (const auto& server : site.fleet().servers()) {
        for (const auto& call : site.calls(server.name()))
            ++calls[server.name() + " " + call.client.value_or("").substr(2) + " " + call.user.value_or("")];
    }
    return calls;
}

struct Books {
    std::map<Who, int> intents;
    std::set<Who> ended;
    std::map<std::uint64_t, std::string> open;  // intents without an outcome, and where
    int recovered = 0;
};
Books read_books(OperatedSite& site) {
    Books books;
    for (const auto& row : site.rows()) {
        const Who who = row.server + " " + row.client + " " + row.user;
        if (row.kind == "intent") {
            ++books.intents[who];
            books.open.emplace(row.id, row.server);
        }
        if (row.intent) books.open.erase(*row.intent);
        if (row.kind == "outcome" && row.outcome == "ended") books.ended.insert(who);
        books.recovered += row.kind == "recovered";
    }
    return books;
}

bool none_open_on(OperatedSite& site, const std::string& server) {
    const auto open = read_books(site).open;
    return std::none_of(open.begin(), open.end(), [&](const auto& one) { return one.second == server; });
}

void agree(OperatedSite& site, int round) {
    const auto calls = called(site);
    const auto books = read_books(site);
    for (const auto& [who, times] : calls) {
        const auto intent = books.intents.find(who);
        const int written = intent == books.intents.end() ? 0 : intent->second;
        ASSERT_GE(written, times) << who << ": a call that is not in the audit, after crash " << round;
    }
    std::map<Who, int> ended;
    for (const auto& server : site.fleet().servers()) {
        for (const auto& call : site.calls(server.name()))
            for (const auto& session : call.ended)
                ++ended[server.name() + " " + session.client + " " + session.user];
    }
    for (const auto& [who, times] : ended) ASSERT_EQ(times, 1) << who << " was ended twice";
    for (const auto& who : books.ended) ASSERT_TRUE(ended.contains(who)) << who << " was not ended";
}

TEST(Crash, whatever_was_begun_is_in_the_audit_and_nothing_is_done_twice) {
    const char* given = std::getenv("CURFEW_CRASHES");
    const int crashes = given ? std::atoi(given) : CURFEW_CRASHES;
    // Enough is left to do in every life, and a pace at which no life does it all; the pace outlives the
    // daemon.
    const bool soak = crashes > 100;
    OperatedSite site{crowded(static_cast<std::uint32_t>((soak ? 6 : 60) * crashes))};
    site.configure(
        "polling: {interval: 1s, timeout: 5s}\nlimits: {share: 100%, fleet: 1000/1s, per_server: " +
        std::string{soak ? "4/1s" : "40/1s"} +
        "}\nrules: [{name: idle, when: {idle: 30m, open_files: 0}, then: disconnect}]\n");
    std::minstd_rand dice{static_cast<unsigned>(crashes)};
    std::size_t calls_held = 0;
    for (int round = 1; round <= crashes; ++round) {
        site.daemon(site.site().start({"run"}, "log"));
        if (round == crashes / 3) {
            ASSERT_TRUE(eventually(
                [&] {
                    return site.ask({"hold", "--server", "fs0.lab", "--for", "1h", "--reason", "tape"}).ok();
                },
                30s))
                << site.log();
            // What was at the gate when the hold came is through.
            ASSERT_TRUE(eventually([&] { return none_open_on(site, "fs0.lab"); }, 30s));
            calls_held = site.calls("fs0.lab").size();
        }
        // The one wait that is meant: a moment that nobody chose.
        std::this_thread::sleep_for(
            std::chrono::milliseconds{std::uniform_int_distribution{1, CURFEW_LONGEST_LIFE_MS}(dice)});
        site.kill();
        agree(site, round);
        if (HasFatalFailure()) return;
        if (round >= crashes / 3) {
            ASSERT_EQ(site.calls("fs0.lab").size(), calls_held) << "the hold was lost";
        }
    }
    site.start();
    const auto status = site.ask({"status"});
    EXPECT_NE(status.out.find("tape"), std::string::npos) << status.out << status.err;
    // Every intent of a life that is over has its end; those of this one come and go.
    const auto before = read_books(site).open;
    EXPECT_TRUE(eventually(
        [&] {
            const auto open = read_books(site).open;
            return std::none_of(before.begin(), before.end(),
                                [&](const auto& one) { return open.contains(one.first); });
        },
        60s));
    site.stop();
    agree(site, crashes + 1);
    const auto books = read_books(site);
    EXPECT_TRUE(books.open.empty());
    const auto verified = site.ask({"audit", "--verify"});
    EXPECT_EQ(verified.status, 0) << verified.out << verified.err;
    RecordProperty("calls", static_cast<int>(called(site).size()));
    RecordProperty("recovered", books.recovered);
    std::printf("%d crashes, %zu calls, %d recovered\n", crashes, called(site).size(), books.recovered);
    EXPECT_GT(called(site).size(), static_cast<std::size_t>(crashes)) << "that was no load";
}

}  // namespace
}  // namespace curfew::testing
