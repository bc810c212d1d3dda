// curfew at work, in twenty seconds: real Samba servers on loopback, real clients, one policy. Everything it
// says is asked of curfew, of the clients or of the servers; it exits with 0 only if all of them agree with
// what the policy means.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#include "tests/demo/live_log.hpp"
#include "tests/demo/paint.hpp"
#include "tests/demo/scene.hpp"

namespace curfew::demo {
namespace {

using testing::Milliseconds;
using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted_by = 0;
struct Interrupted {};

// Everything is ended by destructors, so a signal is an exception at the next step.
void catch_signals() {
    struct sigaction action {};
    action.sa_handler = [](int number) { interrupted_by = number; };
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

void unless_interrupted() {
    if (interrupted_by) throw Interrupted{};
}

bool wait_for(const std::function<bool()>& condition, Milliseconds limit) {
    const bool held = testing::eventually([&] { return interrupted_by || condition(); }, limit);
    unless_interrupted();
    return held;
}

void pause_for(Milliseconds time) {
    wait_for([] { return false; }, time);
}

// What curfew said of each session: "ended", another outcome, or why it was withheld.
using Verdicts = std::map<std::string, std::string>;

std::string explained(const std::string& verdict, const std::string& rule, const std::string& detail) {
    if (verdict == "protected") return "protected: " + detail;
    if (verdict == "collateral") return "would take someone along on the same connection (" + detail + ")";
    if (verdict == "observe") return "rule '" + rule + "' only observes";
    if (verdict == "limit per_server") return "must wait: two a minute on one server, says the rule's limit";
    if (verdict == "ended") return "by rule '" + rule + "'";
    return verdict + (detail.empty() ? "" : ": " + detail);
}

void show(const Event& event, const std::string& verdict, Clock::duration since) {
    const bool ended = verdict == "ended";
    char seconds[16];
    std::snprintf(seconds, sizeof seconds, "%4.1f s", std::chrono::duration<double>{since}.count());
    const std::string word = ended ? "ended" : verdict.starts_with("limit") ? "waits" : "stays";
    const std::string who = event["user"] + " from " + event["client"];
    line("  " + painted(Colour::dim, seconds) + "  " +
         painted(ended ? Colour::red : Colour::green, padded(word, 5)) + "  " + event["server"] + "  " +
         padded(who, 28) + explained(verdict, event["rule"], event["detail"]));
}

bool fits(Fate fate, const std::string& verdict) {
    switch (fate) {
        case Fate::no_rule: return verdict.empty();
        case Fate::ended: return verdict == "ended";
        case Fate::ended_or_waits: return verdict == "ended" || verdict == "limit per_server";
        case Fate::is_protected: return verdict == "protected";
        case Fate::collateral: return verdict == "collateral";
        case Fate::observed: return verdict == "observe";
    }
    return false;
}

void show_command(const testing::CurfewSite& site, const std::string& command) {
    heading("$ curfew " + command);
    const auto result = site.run({command});
    indented(result.out);
    if (!result.ok())
        throw std::runtime_error{"curfew " + command + " ended with " + std::to_string(result.status) + "\n" +
                                 result.err};
    unless_interrupted();
}

Verdicts show_run(Scene& scene) {
    heading("$ curfew run");
    line("  The first look at each server only looks. What has to go, goes from then on.");
    const auto begin = Clock::now();
    auto daemon = scene.site().start({"run"}, "log");
    LiveLog log{scene.site().dir() / "log"};
    Verdicts verdicts;
    std::string trouble;
    const auto follow = [&] {
        for (const auto& event : log.news()) {
            const bool outcome = event.name == "disconnect_outcome";
            if (!outcome && event.name != "withheld") {
                if (event["level"] == "error") trouble = event.name + ": " + event["message"];
                continue;
            }
            const auto& verdict = event[outcome ? "outcome" : "why"];
            const auto key = event["server"] + " " + event["user"] + "@" + event["client"];
            verdicts[key] = verdict;
            if (event["user"] != "svc-curfew") show(event, verdict, Clock::now() - begin);
        }
    };
    const auto all_said = [&] {
        follow();
        return !daemon.running() ||
               std::all_of(scene.people().begin(), scene.people().end(), [&](const Person& person) {
                   return person.fate == Fate::no_rule || verdicts.contains(person.key());
               });
    };
    const bool in_time = wait_for(all_said, std::chrono::seconds{25});
    if (in_time && daemon.running()) {
        line("  " +
             painted(Colour::dim, "        two more looks at each server, for what else there might be"));
        wait_for([&] { return follow(), false; }, std::chrono::milliseconds{4500});
    }
    daemon.signal(SIGTERM);
    const bool left = daemon.wait(std::chrono::seconds{10});
    follow();
    if (!trouble.empty()) throw std::runtime_error{"curfew run: " + trouble};
    if (!in_time || !left || daemon.status() != 0)
        throw std::runtime_error{"curfew run did not do what was expected of it. Its log:\n" +
                                 scene.site().log("log")};
    line("  " + painted(Colour::dim, "        stopped"));
    return verdicts;
}

// The clients and the servers have the last word.
bool show_result(Scene& scene, const Verdicts& verdicts) {
    heading("And what do the clients say, and the servers (smbstatus)?");
    std::vector<std::vector<Cell>> rows{{{"SERVER", Colour::bold},
                                         {"USER", Colour::bold},
                                         {"CLIENT", Colour::bold},
                                         {"CURFEW", Colour::bold},
                                         {"THE CLIENT", Colour::bold},
                                         {"THE SERVER", Colour::bold},
                                         {"", Colour::bold}}};
    int ended = 0, waiting = 0;
    bool good = true;
    for (const auto& person : scene.people()) {
        const auto said = verdicts.find(person.key());
        const std::string verdict = said == verdicts.end() ? "" : said->second;
        const bool alive = person.session->alive();
        const bool listed = scene.listed(person);
        const bool as_meant = fits(person.fate, verdict) && alive == listed && alive == (verdict != "ended");
        ended += verdict == "ended";
        waiting += verdict == "limit per_server";
        good = good && as_meant;
        rows.push_back(
            {{person.server},
             {person.user},
             {person.client},
             {verdict.empty() ? "no rule matches" : verdict},
             {alive ? "is connected" : "was cut off", alive ? Colour::green : Colour::red},
             {listed ? "lists it" : "does not list it", listed ? Colour::green : Colour::red},
             {as_meant ? "ok" : "NOT AS THE POLICY MEANS IT", as_meant ? Colour::plain : Colour::red}});
        unless_interrupted();
    }
    table(rows);
    line();
    line(
        "  'idle workstations' ended nobody: Samba reports no idle times, and what is unknown ends no "
        "session.");
    good = good && ended == 3 && waiting == 1;
    line("  " + std::to_string(ended) + " sessions ended, " + std::to_string(scene.people().size() - ended) +
         " left alone. " +
         (good ? painted(Colour::green, "All of it is what the policy says.")
               : painted(Colour::red, "This is not what the policy says.")));
    return good;
}

void show_people(Scene& scene) {
    std::vector<std::vector<Cell>> rows;
    for (const auto& person : scene.people()) {
        const bool shared = std::count_if(scene.people().begin(), scene.people().end(),
                                          [&](const Person& p) { return p.session == person.session; }) > 1;
        rows.push_back({{person.server},
                        {person.user},
                        {"from " + person.client},
                        {std::string{person.file_open ? "a file open" : "nothing open"} +
                         (shared ? ", on a connection shared by two" : "")}});
    }
    table(rows);
}

int demo() {
    line(painted(Colour::bold,
                 "curfew, on two real Samba servers on this machine. It takes twenty seconds, uses "
                 "loopback only"));
    line(painted(Colour::bold, "and leaves nothing behind. Ctrl-C ends it at any time."));
    Scene scene;
    unless_interrupted();
    heading("Two servers: fs1 on 127.0.0.1:" + std::to_string(scene.server("fs1").port()) +
            ", fs2 on 127.0.0.1:" + std::to_string(scene.server("fs2").port()) + ", and who is on them");
    scene.let_in();
    unless_interrupted();
    show_people(scene);
    heading("The policy");
    indented(policy);
    // The youngest has to be as old as the rule wants, and Samba counts whole seconds.
    pause_for(std::chrono::milliseconds{3500});
    show_command(scene.site(), "sessions");
    show_command(scene.site(), "plan");
    const auto verdicts = show_run(scene);
    if (!show_result(scene, verdicts)) return EXIT_FAILURE;
    heading("Next");
    line("  README.md                                            what it is for, and what it does not do");
    line("  build/release/daemon/curfew check config/examples/*  policies to begin with");
    line("  ./dev test                                           everything that has to hold");
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace curfew::demo

int main(int argc, char** argv) {
    using namespace curfew::demo;
    if (argc > 1) ::setenv("CURFEW_PROGRAM", argv[1], 1);
    catch_signals();
    try {
        return demo();
    } catch (const Interrupted&) {
        line("Interrupted; the servers and the clients are gone.");
        return 128 + interrupted_by;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "\ncurfew_samba_demo: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
