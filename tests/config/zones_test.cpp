// Zones as they are read, against what the C library reads in the same files.

#include "config/zones.hpp"

#include <ctime>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace curfew::config {
namespace {

using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

class ZonesTest : public testing::Test {
  protected:
    ~ZonesTest() override {
        ::unsetenv("TZ");
        ::tzset();
    }
    // What the C library makes of the same file.
    static seconds offset(sys_seconds at) {
        const std::time_t time = at.time_since_epoch().count();
        std::tm parts{};
        localtime_r(&time, &parts);
        return seconds{parts.tm_gmtoff};
    }
    static void expect_like_the_c_library(const std::string& name) {
        Zones zones;
        const auto zone = zones.find(name);
        ASSERT_TRUE(zone) << zone.error().message;
        ::setenv("TZ", name.c_str(), 1);
        ::tzset();
        for (sys_seconds at = sys_days{year{1970} / 1 / 1}; at < zone->end(); at += std::chrono::hours{7})
            ASSERT_EQ(zone->offset_at(at), offset(at)) << name << " " << at.time_since_epoch().count();
        for (const sys_seconds change : zone->changes(sys_days{year{1970} / 1 / 2}, zone->end())) {
            ASSERT_EQ(zone->offset_at(change), offset(change)) << name;
            ASSERT_EQ(zone->offset_at(change - seconds{1}), offset(change - seconds{1})) << name;
        }
    }
};

TEST_F(ZonesTest, AreWhatTheCLibrarySays) {
    for (const std::string name :
         {"Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "Australia/Lord_Howe",
          "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia", "Antarctica/Troll", "Etc/GMT+5", "UTC"})
        expect_like_the_c_library(name);
}

TEST_F(ZonesTest, ReachTo2038AndKnowTheirSummers) {
    Zones zones;
    const auto berlin = zones.find("Europe/Berlin").value();
    EXPECT_EQ(berlin.name(), "Europe/Berlin");
    EXPECT_EQ(berlin.end(), sys_seconds{sys_days{year{2038} / 1 / 1}});
    EXPECT_EQ(berlin.offset_at(sys_days{year{2037} / 7 / 1}), seconds{7'200});
    EXPECT_EQ(berlin.offset_at(sys_days{year{2037} / 12 / 1}), seconds{3'600});
    EXPECT_EQ(berlin.offset_at(sys_days{year{2038} / 1 / 1}), std::nullopt);
    EXPECT_EQ(berlin.offset_at(sys_days{year{1969} / 1 / 1}), std::nullopt);
    EXPECT_EQ(zones.find("Europe/Berlin").value(), berlin);
    EXPECT_NE(zones.find("Europe/Rome").value(), berlin);
}

TEST_F(ZonesTest, NamesAreThoseOfTheDatabase) {
    const auto problem = [](const std::string& name) {
        Zones zones;
        const auto zone = zones.find(name);
        return zone ? "found" : zone.error().message;
    };
    EXPECT_EQ(problem("Europe/Berln"), "there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?");
    EXPECT_EQ(problem("europe/berlin"),
              "there is no time zone `europe/berlin`; did you mean `Europe/Berlin`?");
    const std::string help = "; write a name of the IANA database such as `Europe/Berlin`";
    EXPECT_EQ(problem("+01:00"), "there is no time zone `+01:00`" + help);
    // The machine's own, the same with leap seconds counted, and files that are no zones.
    for (const std::string name : {"localtime", "right/Europe/Berlin", "posixrules", "../../../etc/passwd",
                                   "Europe", "/etc/localtime"})
        EXPECT_EQ(problem(name).substr(0, 23 + name.size()), "there is no time zone `" + name);
    EXPECT_NE(problem("tzdata.zi"), "found");
    EXPECT_NE(problem("zone.tab"), "found");
}

// The last line of a zone's file says what comes after the instants listed. In a slim file that is everything
// since the rules last changed, and the library does not read it.
TEST_F(ZonesTest, ARuleAtTheEndIsSeen) {
    EXPECT_TRUE(goes_on_by_rule("TZif2...\nCET-1CEST,M3.5.0,M10.5.0/3\n"));
    EXPECT_FALSE(goes_on_by_rule("TZif2...\nIST-5:30\n"));
    EXPECT_FALSE(goes_on_by_rule("TZif2...\n<+01>-1\n"));
    EXPECT_FALSE(goes_on_by_rule("TZif"));
    EXPECT_FALSE(goes_on_by_rule(""));
    std::ostringstream berlin;
    berlin << std::ifstream("/usr/share/zoneinfo/Europe/Berlin").rdbuf();
    EXPECT_TRUE(goes_on_by_rule(berlin.str()));
}

}  // namespace
}  // namespace curfew::config
