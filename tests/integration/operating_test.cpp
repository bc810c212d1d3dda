// What operators do with a daemon that runs, over its control socket and by editing its file.
#include <csignal>
#include <filesystem>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/integration/free_port.hpp"
#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* calm = "polling: {interval: 1s, timeout: 5s}\nlimits: {share: 100%}\n";

std::string idle_rule(const std::string& more = {}) {
    return "rules: [{name: idle, when: {idle: 30m, open_files: 0}" + more + ", then: disconnect}]\n";
}

std::vector<core::lab::LabServer> two_servers() {
    const std::vector<core::lab::LabSession> people{lab_session("anna", "10.0.0.1", 40min),
                                                    lab_session("bob", "10.0.0.2", 1min)};
    return {lab_server("fs1.lab", people), lab_server("fs2.lab", people)};
}

// What the daemon on that port answers.
std::string get(std::uint16_t port, const std::string& target) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket{io};
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    boost::asio::write(socket, boost::asio::buffer("GET " + target + " HTTP/1.0\r\n\r\n"));
    std::string text;
    boost::system::error_code end;
    boost::asio::read(socket, boost::asio::dynamic_buffer(text), end);
    return text;
}

class Operating : public ::testing::Test {
  protected:
    void with(const std::string& policy) {
        site_.configure(calm + policy);
        site_.start();
    }
    // Saved as editors do: a new file under the old name.
    void edit(const std::string& from, const std::string& to) {
        auto text = site_.text();
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos) << text;
        text.replace(at, from.size(), to);
        const auto beside = site_.site().dir() / "curfew.yaml.new";
        site_.site().write_file("curfew.yaml.new", text);
        std::filesystem::rename(beside, site_.site().dir() / "curfew.yaml");
    }
    std::string status() { return site_.ask({"status"}).out; }
    bool shows(const std::string& text) {
        return eventually([&] { return status().find(text) != std::string::npos; }, 30s);
    }

    OperatedSite site_{two_servers()};
};

TEST_F(Operating, every_call_is_in_the_audit_before_and_after) {
    with(idle_rule(", owner: ops"));
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    EXPECT_TRUE(site_.gone("fs2.lab", "anna@10.0.0.1"));
    site_.stop();
    const auto intents = site_.rows("intent");
    const auto outcomes = site_.rows("outcome");
    ASSERT_EQ(intents.size(), 2u);
    ASSERT_EQ(outcomes.size(), 2u);
    for (const auto& intent : intents) {
        EXPECT_EQ(intent.client, "10.0.0.1");
        EXPECT_EQ(intent.user, "anna");
        EXPECT_EQ(intent.rule, "idle");
        EXPECT_EQ(intent.owner, "ops");
        EXPECT_GE(intent.idle.value_or(0), 2400);
        EXPECT_FALSE(intent.config.empty());
    }
    for (const auto& outcome : outcomes) EXPECT_EQ(outcome.outcome, "ended");
    const auto text = site_.ask({"audit", "--config-text", intents[0].config});
    EXPECT_NE(text.out.find("owner: ops"), std::string::npos) << text.out << text.err;
    EXPECT_EQ(site_.ask({"audit", "--verify"}).status, 0);
    const auto report = site_.ask({"report", "--rule", "idle", "--output", "json"});
    EXPECT_NE(report.out.find("\"ended\": 2"), std::string::npos) << report.out;
}

TEST_F(Operating, what_an_observing_rule_would_have_ended_is_written_once_a_session) {
    with(idle_rule(", mode: observe"));
    const auto looks = [&] {
        return site_.fleet().journal().count("fs1.lab", core::lab::Call::session_enum);
    };
    EXPECT_TRUE(eventually([&] { return looks() >= 4; }, 30s));
    site_.stop();
    site_.start();
    EXPECT_TRUE(eventually([&, before = looks()] { return looks() >= before + 3; }, 30s));
    site_.stop();
    EXPECT_EQ(site_.rows("would_end").size(), 2u) << "one on each server, also over a restart";
    EXPECT_TRUE(site_.rows("intent").empty());
    EXPECT_TRUE(site_.calls("fs1.lab").empty());
}

TEST_F(Operating, an_edit_is_in_force_when_it_is_saved_and_a_bad_one_never) {
    with("rules: [{name: nobody, when: {user: nobody}, then: disconnect}]\n");
    edit("user: nobody", "usr: anna");
    EXPECT_TRUE(shows("REFUSED")) << status();
    EXPECT_NE(site_.log().find("curfew.yaml:"), std::string::npos);
    EXPECT_NE(site_.log().find("did you mean `user`"), std::string::npos) << site_.log();
    EXPECT_EQ(site_.ask({"status"}).status, 1);
    EXPECT_EQ(site_.ask({"reload"}).status, 2);
    EXPECT_TRUE(site_.calls("fs1.lab").empty());
    edit("usr: anna", "user: anna");
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    EXPECT_EQ(site_.ask({"status"}).status, 0) << status();
    // The same connections all along.
    EXPECT_EQ(site_.fleet().journal().count("fs1.lab", core::lab::Call::connect), 1u);
    site_.stop();
}

TEST_F(Operating, what_nobody_wants_by_accident_waits_for_a_person) {
    with("protect: [{user: anna, reason: the boss}, {user: carol}]\n" + idle_rule());
    edit("{user: anna, reason: the boss}, ", "");
    EXPECT_TRUE(shows("--confirm")) << status();
    const auto diff = site_.ask({"diff"});
    EXPECT_NE(diff.out.find("protected: the boss"), std::string::npos) << diff.out << diff.err;
    EXPECT_NE(diff.out.find("ends: idle"), std::string::npos) << diff.out;
    const auto waits = site_.ask({"reload"});
    EXPECT_EQ(waits.status, 1);
    const auto digest = waits.err.substr(waits.err.find('(') + 1, 12);
    EXPECT_NE(diff.out.find("(" + digest + ")"), std::string::npos) << diff.out;
    const auto another = site_.ask({"reload", "--confirm", "0123456789ab"});
    EXPECT_EQ(another.status, 2);
    EXPECT_NE(another.err.find("confirmed was 0123456789ab, but the file is now " + digest),
              std::string::npos)
        << another.err;
    EXPECT_NE(status().find("--confirm"), std::string::npos) << "it waits as before";
    EXPECT_TRUE(site_.calls("fs1.lab").empty());
    EXPECT_EQ(site_.ask({"reload", "--confirm", digest}).status, 0);
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    EXPECT_EQ(site_.ask({"reload", "--confirm", digest}).status, 0) << "it is in force already";
    EXPECT_EQ(site_.ask({"reload", "--confirm", "0123456789ab"}).status, 2) << "nothing waits";
    site_.stop();
}

TEST_F(Operating, a_rule_that_would_trip_waits_too) {
    with("rules: [{name: nobody, when: {user: nobody}, then: disconnect}]\n");
    // Small fleets never trip.
    site_.stop();
    auto crowd = lab_session("user{n}", "10.1.0.1", 50min);
    crowd.count = 30;
    OperatedSite crowded{{lab_server("fs3.lab", {crowd})}};
    crowded.configure(
        "polling: {interval: 1s, timeout: 5s}\nrules: [{name: nobody, when: {user: nobody}, then: "
        "disconnect}]\n");
    crowded.start();
    auto text = crowded.text();
    text.replace(text.find("user: nobody"), 12, "user: 'user*'");
    crowded.site().write_file("curfew.yaml", text);
    EXPECT_TRUE(crowded.logged("more than its share")) << crowded.log();
    EXPECT_EQ(crowded.ask({"reload", "--confirm"}).status, 0);
    EXPECT_TRUE(crowded.logged("rule_tripped")) << crowded.log();
    EXPECT_TRUE(crowded.calls("fs3.lab").empty());
    EXPECT_NE(crowded.ask({"status"}).out.find("resume --rule"), std::string::npos);
    crowded.stop();
    crowded.start();
    EXPECT_NE(crowded.ask({"status"}).out.find("resume --rule"), std::string::npos) << "also over a restart";
    EXPECT_EQ(crowded.ask({"resume", "--rule", "nobody"}).status, 0);
    crowded.stop();
    EXPECT_TRUE(crowded.calls("fs3.lab").empty()) << "it still exceeds its share, and trips again";
}

TEST_F(Operating, sighup_reads_the_file_as_well) {
    with("reload: confirm\nrules: [{name: nobody, when: {user: nobody}, then: disconnect}]\n");
    edit("user: nobody", "user: anna");
    EXPECT_TRUE(site_.logged("config_waits"));
    EXPECT_TRUE(shows("--confirm"));
    site_.daemon().signal(SIGHUP);
    EXPECT_EQ(site_.ask({"reload"}).status, 1) << "each change waits";
    EXPECT_EQ(site_.ask({"reload", "--confirm"}).status, 0);
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    site_.stop();
}

TEST_F(Operating, a_hold_holds_over_a_restart_and_ends_when_somebody_says_so) {
    with("rules: [{name: nobody, when: {user: nobody}, then: disconnect}]\n");
    EXPECT_EQ(site_.ask({"hold", "--server", "FS1.LAB", "--for", "1h", "--reason", "a migration"}).status, 0);
    EXPECT_EQ(site_.ask({"hold", "--rule", "nobdy", "--for", "1h", "--reason", "x"}).status, 2)
        << "no such rule";
    EXPECT_EQ(site_.ask({"hold", "--tag", "berlin", "--for", "1h", "--reason", "x"}).status, 2)
        << "no such tag";
    edit("user: nobody", "user: anna");
    EXPECT_TRUE(site_.gone("fs2.lab", "anna@10.0.0.1"));
    EXPECT_TRUE(site_.logged("why=hold"));
    site_.kill();
    site_.start();
    EXPECT_NE(status().find("a migration"), std::string::npos) << status();
    EXPECT_TRUE(site_.calls("fs1.lab").empty());
    EXPECT_EQ(site_.ask({"resume", "--server", "fs1.lab"}).status, 0);
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    site_.stop();
    EXPECT_EQ(site_.rows("hold").size(), 1u);
    EXPECT_EQ(site_.rows("resume").size(), 1u);
}

TEST_F(Operating, a_hold_binds_whoever_enforces_whether_or_not_the_daemon_runs) {
    with(idle_rule(", for: 1h"));
    EXPECT_EQ(site_.ask({"hold", "--all", "--for", "1h", "--reason", "a migration"}).status, 0);
    ASSERT_EQ(site_.ask({"plan", "--out", site_.path("plan")}).status, 0);
    site_.stop();
    edit(", for: 1h", "");
    const auto once = site_.ask({"run", "--once", "--output", "json"});
    EXPECT_NE(once.out.find("\"why\": \"hold\""), std::string::npos) << once.out << once.err;
    EXPECT_TRUE(site_.calls("fs1.lab").empty());
    EXPECT_TRUE(site_.calls("fs2.lab").empty());
    site_.start();
    EXPECT_EQ(site_.ask({"resume", "--all"}).status, 0);
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    site_.stop();
}

TEST_F(Operating, what_runs_is_shown_over_http) {
    const auto port = free_port();
    with("http: {listen: '127.0.0.1:" + std::to_string(port) + "'}\n" + idle_rule());
    const auto get = [&](const std::string& target) { return testing::get(port, target); };
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    EXPECT_TRUE(eventually(
        [&] {
            return get("/metrics").find("curfew_sessions_ended_total{by=\"rule\",rule=\"idle\"} 2") !=
                   std::string::npos;
        },
        30s))
        << get("/metrics");
    EXPECT_NE(get("/metrics").find("curfew_decisions{decision=\"keep\",rule=\"(no rule)\"} "),
              std::string::npos)
        << get("/metrics");
    EXPECT_EQ(site_.ask({"disconnect", "fs1.lab", "--user", "bob", "--yes", "1"}).status, 0);
    EXPECT_NE(get("/metrics").find("curfew_sessions_ended_total{by=\"hand\",rule=\"(by hand)\"} 1"),
              std::string::npos)
        << get("/metrics");
    EXPECT_EQ(get("/metrics").find("anna"), std::string::npos);
    EXPECT_EQ(get("/metrics").find("bob"), std::string::npos);
    EXPECT_NE(get("/-/ready").find("200 OK"), std::string::npos);
    EXPECT_NE(get("/api/v1/status").find("\"fs1.lab\""), std::string::npos);
    EXPECT_NE(get("/api/v1/plan").find("\"disconnects\""), std::string::npos);
    site_.stop();
}

TEST_F(Operating, a_plan_is_applied_and_nothing_else) {
    site_.configure(calm + idle_rule() + "server_defaults: {mode: enforce}\n");
    auto text = site_.text();
    // Nothing goes by itself.
    text.replace(text.find("limits: {share: 100%}"), 21, "limits: {share: 100%, per_server: 1/1d}");
    site_.site().write_file("curfew.yaml", text);
    ASSERT_EQ(site_.ask({"plan", "--out", site_.path("plan")}).status, 0);
    auto plan = read_file(site_.path("plan"));
    const auto fs2 = plan.rfind("fs2.lab");
    ASSERT_NE(fs2, std::string::npos);
    // Whoever reviews it takes a line out.
    const auto begin = plan.rfind('\n', fs2) + 1;
    plan.erase(begin, plan.find('\n', begin) + 1 - begin);
    site_.site().write_file("plan", plan);
    const auto applied = site_.ask({"apply", site_.path("plan")});
    EXPECT_EQ(applied.status, 0) << applied.err;
    EXPECT_NE(applied.out.find("fs1.lab 10.0.0.1 anna: ended"), std::string::npos) << applied.out;
    EXPECT_TRUE(site_.calls("fs2.lab").empty());
    EXPECT_EQ(site_.ask({"apply", site_.path("plan"), "--max-age", "0s"}).status, 2);
    site_.site().write_file("curfew.yaml", text + "\n# another one\n");
    const auto other = site_.ask({"apply", site_.path("plan")});
    EXPECT_EQ(other.status, 2) << other.out;
}

TEST_F(Operating, a_plan_is_applied_by_the_daemon_where_one_runs) {
    with("rules: [{name: idle, when: {idle: 30m, open_files: 0}, for: 2s, then: disconnect}]\n");
    ASSERT_EQ(site_.ask({"hold", "--all", "--for", "1h", "--reason", "reviewing"}).status, 0);
    // Whatever it would end is held: the plan is written when it is not any more, and read under another
    // hold.
    EXPECT_TRUE(site_.logged("control_request"));
    const auto held = site_.ask({"plan", "--out", site_.path("plan")});
    EXPECT_EQ(read_file(site_.path("plan")).find("anna"), std::string::npos) << "held: " << held.out;
    ASSERT_EQ(site_.ask({"resume", "--all"}).status, 0);
    EXPECT_TRUE(site_.gone("fs1.lab", "anna@10.0.0.1"));
    const auto applied = site_.ask({"apply", site_.path("plan")});
    EXPECT_EQ(applied.status, 0) << applied.err << "an empty plan ends nobody";
    site_.stop();
}

TEST_F(Operating, by_hand_through_the_daemon) {
    with("rules: [{name: nobody, when: {user: nobody}, then: disconnect}]\nprotect: [{user: bob}]\n");
    const auto done = site_.ask({"disconnect", "fs1.lab", "--user", "anna", "--yes", "1"});
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    EXPECT_NE(done.out.find("anna: ended"), std::string::npos) << done.out;
    EXPECT_EQ(site_.ask({"disconnect", "fs1.lab", "--user", "bob", "--yes", "1"}).status, 1) << "protected";
    const auto anyway = site_.ask(
        {"disconnect", "fs1.lab", "--user", "bob", "--yes", "1", "--override-protect", "compromised"});
    EXPECT_EQ(anyway.status, 0) << anyway.out << anyway.err;
    site_.stop();
    const auto intents = site_.rows("intent");
    ASSERT_EQ(intents.size(), 2u);
    EXPECT_EQ(intents[0].rule, "");
    EXPECT_NE(intents[0].who.find("uid "), std::string::npos);
    EXPECT_EQ(intents[1].reason, "compromised");
    EXPECT_EQ(site_.calls("fs1.lab").size(), 2u);
}

TEST_F(Operating, plan_borrows_the_memory_of_the_daemon) {
    with(idle_rule(", for: 10m"));
    const auto plan = [&] { return site_.ask({"plan"}).out; };
    EXPECT_TRUE(eventually([&] { return plan().find("due in 9m") != std::string::npos; }, 40s)) << plan();
    // And after a restart in good order the clock goes on.
    site_.stop();
    EXPECT_EQ(plan().find("due in"), std::string::npos) << "nobody lends anything";
    site_.start();
    EXPECT_TRUE(site_.logged("remembered")) << site_.log();
    EXPECT_TRUE(eventually([&] { return plan().find("due in 9m") != std::string::npos; }, 10s)) << plan();
    site_.stop();
}

TEST_F(Operating, a_second_daemon_on_the_same_audit_does_not_start) {
    with(idle_rule());
    const auto second = site_.site().run({"run"});
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.err.find("ERROR_LOCK_VIOLATION"), std::string::npos) << second.err;
    EXPECT_TRUE(site_.up());
    site_.stop();
}

TEST_F(Operating, servers_come_and_go_with_an_edit) {
    OperatedSite site{{lab_server("fs1.lab", {lab_session("anna", "10.0.0.1", 40min)}),
                       lab_server("fs2.lab", {lab_session("anna", "10.0.0.1", 40min)})}};
    site.configure(calm + idle_rule());
    const auto both = site.text();
    auto one = both;
    one.erase(one.find("  - {name: fs2.lab"));
    site.site().write_file("curfew.yaml", one);
    site.start();
    EXPECT_TRUE(site.gone("fs1.lab", "anna@10.0.0.1"));
    EXPECT_EQ(site.fleet().journal().count("fs2.lab", core::lab::Call::connect), 0u);
    site.site().write_file("curfew.yaml", both);
    EXPECT_TRUE(site.gone("fs2.lab", "anna@10.0.0.1"));
    EXPECT_EQ(site.fleet().journal().count("fs1.lab", core::lab::Call::connect), 1u);
    // More than 5% of them would go.
    site.site().write_file("curfew.yaml", one);
    EXPECT_TRUE(site.logged("config_waits"));
    EXPECT_EQ(site.ask({"reload", "--confirm"}).status, 0);
    EXPECT_TRUE(
        eventually([&] { return site.ask({"status"}).out.find("fs2.lab") == std::string::npos; }, 30s));
    site.stop();
}

}  // namespace
}  // namespace curfew::testing
