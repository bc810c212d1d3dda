// A thousand edits of the configuration, good, bad, half-written, renamed and by symbolic links. In the end
// the last good one is in force, and on servers that none of them touched not one look was lost: a `for` that
// any lost or late look would have begun anew is over in time.
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Idle for as long as everybody, ended by the rule that nobody edits.
constexpr const char* steady =
    "  - {name: steady, when: {user: anna, idle: 30m}, for: 8s, then: disconnect}\n";

std::string rules(int number) {
    return "polling: {interval: 1s, timeout: 3s}\nlimits: {share: 100%}\nrules:\n" + std::string{steady} +
           "  - {name: edited, when: {user: nobody" + std::to_string(number) + "}, then: disconnect}\n";
}

class EditStorm : public ::testing::Test {
  protected:
    static std::vector<core::lab::LabServer> fleet() {
        std::vector<core::lab::LabServer> servers;
        for (int i = 0; i < 10; ++i)
            servers.push_back(
                lab_server("fs" + std::to_string(i) + ".lab",
                           {lab_session("anna", "10.0.0.1", 40min), lab_session("bob", "10.0.0.2", 1min)}));
        return servers;
    }
    fs::path file() { return site_.site().dir() / "curfew.yaml"; }
    static void put(const fs::path& path, const std::string& text) {
        std::ofstream{path, std::ios::trunc} << text;
    }

    std::string good(int number) {
        site_.configure(rules(number));  // to have the whole text
        return site_.text();
    }

    // What editors and deployments do.
    void edit(const std::string& text, int how) {
        const fs::path beside = file().string() + ".new";
        switch (how) {
            case 0: put(file(), text); break;
            case 1:
                put(beside, text);
                fs::rename(beside, file());
                break;
            case 2: {
                // Away, and another one in its place.
                fs::rename(file(), file().string() + "~");
                put(file(), text);
                break;
            }
            default: {
                // A link to another file.
                const auto target = site_.site().dir() / ("generation" + std::to_string(++generation_));
                put(target, text);
                fs::create_symlink(target, beside);
                fs::rename(beside, file());
                break;
            }
        }
    }

    OperatedSite site_{fleet()};
    int generation_ = 0;
};

TEST_F(EditStorm, ends_with_the_last_good_one_and_loses_no_look) {
    const std::string first = good(0);
    site_.start();
    std::minstd_rand dice{1};
    const auto draw = [&](int most) { return std::uniform_int_distribution{0, most}(dice); };
    std::string text = first;
    for (int n = 1; n < 1000; ++n) {
        text = first;
        text.replace(text.find("nobody0"), 7, "nobody" + std::to_string(n));
        switch (draw(5)) {
            case 0: edit(text.substr(0, text.size() / 2), draw(3)); break;  // half of it
            case 1: edit(text + "\nrulez: []\n", draw(3)); break;
            case 2: edit("{", draw(3)); break;
            default: edit(text, draw(3));
        }
        // The pace of the storm: some edits come while another is being read, some while nobody looks.
        std::this_thread::sleep_for(n % 40 == 0 ? 400ms : 5ms);
    }
    text = first;
    text.replace(text.find("nobody0"), 7, "nobody1000");
    edit(text, 1);

    const auto digest = config::load(file().string()).config->digest;
    EXPECT_TRUE(eventually(
        [&] {
            return site_.ask({"status", "--output", "json"}).out.find(digest) != std::string::npos;
        },
        30s))
        << site_.ask({"status"}).out << site_.log();
    EXPECT_TRUE(site_.logged("config_refused"));
    EXPECT_TRUE(site_.logged("config_in_force"));
    for (const auto& server : site_.fleet().servers()) {
        EXPECT_TRUE(site_.gone(server.name(), "anna@10.0.0.1")) << server.name() << site_.log();
        EXPECT_EQ(site_.ended(server.name()).size(), 1u) << server.name();
        EXPECT_EQ(site_.fleet().journal().count(server.name(), core::lab::Call::session_setup),
                  site_.fleet().journal().count("fs0.lab", core::lab::Call::session_setup))
            << "one connection, kept through all of it";
        EXPECT_EQ(site_.fleet().journal().count(server.name(), core::lab::Call::connect), 1u)
            << server.name();
    }
    const auto log = site_.log();
    EXPECT_EQ(log.find("look_failed"), std::string::npos);
    site_.stop();
}

}  // namespace
}  // namespace curfew::testing
