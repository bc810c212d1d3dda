// What was spent of limits is spent after a restart, too, in good order or not.
#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;

// Two to end and room for one, and one who comes back at once: what was spent stays spent, however it ended.
class Limited : public ::testing::Test {
  protected:
    static std::vector<core::lab::LabServer> servers() {
        auto back = lab_session("anna", "10.0.0.1", 0s);
        back.habit = core::lab::Habit{{1s, 1s}, {1s, 1s}, 0, 0, true};
        return {lab_server("fs1.lab",
                           {lab_session("carol", "10.0.0.3", 50min), lab_session("dave", "10.0.0.4", 40min)}),
                lab_server("fs2.lab", {back})};
    }
    void looks_on(const std::string& server) {
        const auto looks = [&] {
            return site_.fleet().journal().count(server, core::lab::Call::session_enum);
        };
        EXPECT_TRUE(eventually([&, before = looks()] { return looks() >= before + 4; }, 30s)) << site_.log();
    }
    void nobody_else_goes() {
        looks_on("fs1.lab");
        looks_on("fs2.lab");
        EXPECT_EQ(site_.ended("fs1.lab"), std::vector<std::string>{"carol@10.0.0.3"});
        EXPECT_EQ(site_.ended("fs2.lab"), std::vector<std::string>{"anna@10.0.0.1"});
    }

    OperatedSite site_{servers()};
};

TEST_F(Limited, limits_outlive_a_restart_and_a_crash) {
    site_.configure(
        "polling: {interval: 1s, timeout: 5s}\nlimits: {share: 100%}\n"
        "rules:\n"
        "  - {name: idle, when: {user: [carol, dave]}, limits: {per_server: 1/1d}, then: disconnect}\n"
        "  - {name: again, when: {user: anna}, limits: {per_target: 1/1d}, then: disconnect}\n");
    site_.start();
    EXPECT_TRUE(site_.gone("fs1.lab", "carol@10.0.0.3"));
    EXPECT_TRUE(site_.gone("fs2.lab", "anna@10.0.0.1"));
    nobody_else_goes();
    site_.stop();
    site_.start();
    nobody_else_goes();
    const auto held = [&](const std::string& why) {
        return eventually([&] { return site_.ask({"plan"}).out.find(why) != std::string::npos; }, 30s);
    };
    EXPECT_TRUE(held("limit per_server")) << site_.ask({"plan"}).out;
    EXPECT_TRUE(held("limit per_target")) << site_.ask({"plan"}).out << "she is back, and would be ended";
    site_.kill();
    site_.start();
    nobody_else_goes();
    site_.stop();
}

}  // namespace
}  // namespace curfew::testing
