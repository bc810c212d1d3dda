// When an edit is read: after it came to rest, and never half-written. Without files and without waiting.
#include "daemon/reload/edit_watch.hpp"

#include <gtest/gtest.h>

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using Kind = EditEvent::Kind;
using Due = std::optional<core::SteadyTime>;

const core::SteadyTime start = core::SteadyTime{} + 1h;

class EditWatchTest : public testing::Test {
  protected:
    EditWatchTest() {
        watch.expect({{"/", {{}, {"etc"}, false}},
                      {"/etc", {{}, {"curfew"}, false}},
                      {"/etc/curfew", {{"curfew.yaml", "link.yaml"}, {"link.yaml", "..data"}, false}},
                      {"/etc/curfew/rules.d", {{"a.yaml"}, {}, true}}});
    }
    bool saw(Kind kind, const std::string& name, core::Milliseconds at = 0ms,
             const std::string& directory = "/etc/curfew") {
        return watch.saw({kind, directory, name}, start + at);
    }
    bool in_rules(Kind kind, const std::string& name, core::Milliseconds at = 0ms) {
        return saw(kind, name, at, "/etc/curfew/rules.d");
    }
    static Due at(core::Milliseconds time) { return start + time; }

    EditWatch watch;
};

TEST_F(EditWatchTest, nothing_happens) {
    EXPECT_EQ(watch.due(), Due{});
}

TEST_F(EditWatchTest, other_names_and_other_directories_do_not_count) {
    EXPECT_FALSE(saw(Kind::written, "other.yaml"));
    EXPECT_FALSE(saw(Kind::moved_to, "passwd", 0ms, "/etc"));
    EXPECT_FALSE(saw(Kind::written, "curfew.yaml", 0ms, "/srv"));
    EXPECT_FALSE(saw(Kind::gone, "", 0ms, "/srv"));
    EXPECT_EQ(watch.due(), Due{});
}

TEST_F(EditWatchTest, a_file_that_was_written_is_read_when_it_is_quiet) {
    saw(Kind::written, "curfew.yaml");
    EXPECT_EQ(watch.due(), at(300ms));
    saw(Kind::written, "curfew.yaml", 200ms);
    EXPECT_EQ(watch.due(), at(500ms));
    watch.taken(start + 500ms);
    EXPECT_EQ(watch.due(), Due{});
}

TEST_F(EditWatchTest, it_waits_for_no_longer_than_three_seconds) {
    for (auto time = 0ms; time <= 5s; time += 100ms) saw(Kind::written, "curfew.yaml", time);
    EXPECT_EQ(watch.due(), at(3s));
    watch.taken(start + 5s);
    saw(Kind::written, "curfew.yaml", 6s);
    EXPECT_EQ(watch.due(), at(6s + 300ms)) << "and begins anew behind that";
}

TEST_F(EditWatchTest, a_file_that_is_half_written_is_not_read) {
    saw(Kind::modified, "curfew.yaml");
    EXPECT_EQ(watch.due(), at(30s));
    saw(Kind::modified, "curfew.yaml", 20s);
    EXPECT_EQ(watch.due(), at(50s));
    saw(Kind::written, "curfew.yaml", 40s);
    EXPECT_LE(watch.due(), at(40s)) << "long since due, and closed now";
}

TEST_F(EditWatchTest, one_half_written_file_holds_back_the_others) {
    saw(Kind::modified, "link.yaml");
    saw(Kind::written, "curfew.yaml", 1s);
    EXPECT_EQ(watch.due(), at(30s));
    saw(Kind::written, "link.yaml", 2s);
    EXPECT_EQ(watch.due(), at(2s + 300ms));
}

TEST_F(EditWatchTest, after_thirty_seconds_nobody_writes_any_more) {
    saw(Kind::modified, "curfew.yaml");
    EXPECT_EQ(watch.due(), at(30s));
    watch.taken(start + 30s);
    EXPECT_EQ(watch.due(), Due{});
    saw(Kind::attrib, "curfew.yaml", 31s);
    EXPECT_EQ(watch.due(), at(31s + 300ms)) << "what was waited for in vain is forgotten";
}

TEST_F(EditWatchTest, rights_are_no_close) {
    saw(Kind::modified, "curfew.yaml");
    saw(Kind::attrib, "curfew.yaml", 1s);
    EXPECT_EQ(watch.due(), at(30s));
}

TEST_F(EditWatchTest, reading_for_another_reason_does_not_close_it) {
    saw(Kind::modified, "curfew.yaml");
    watch.taken(start + 1s);
    EXPECT_EQ(watch.due(), Due{});
    saw(Kind::modified, "curfew.yaml", 2s);
    EXPECT_EQ(watch.due(), at(32s));
}

TEST_F(EditWatchTest, a_rename_over_it_counts_at_once) {
    saw(Kind::modified, "curfew.yaml");
    EXPECT_TRUE(saw(Kind::moved_to, "curfew.yaml", 100ms)) << "it may be a link now";
    EXPECT_EQ(watch.due(), at(400ms));
}

TEST_F(EditWatchTest, a_file_put_away_is_waited_for_a_little) {
    saw(Kind::moved_from, "curfew.yaml");
    EXPECT_EQ(watch.due(), at(2s));
    saw(Kind::created, "curfew.yaml", 100ms);
    EXPECT_EQ(watch.due(), at(30s + 100ms));
    saw(Kind::written, "curfew.yaml", 200ms);
    EXPECT_EQ(watch.due(), at(500ms));
}

TEST_F(EditWatchTest, a_file_that_stays_away_is_read_without_it) {
    saw(Kind::modified, "curfew.yaml");
    saw(Kind::deleted, "curfew.yaml", 100ms);
    EXPECT_EQ(watch.due(), at(2s + 100ms));
}

TEST_F(EditWatchTest, links_and_directories_on_the_way_change_where_to_look) {
    EXPECT_TRUE(saw(Kind::moved_to, "..data"));
    EXPECT_EQ(watch.due(), at(300ms));
    watch.taken(start + 300ms);
    EXPECT_TRUE(saw(Kind::moved_from, "curfew", 1s, "/etc"));
    EXPECT_TRUE(saw(Kind::moved_to, "curfew", 1s, "/etc"));
    EXPECT_EQ(watch.due(), at(1s + 300ms));
    EXPECT_TRUE(saw(Kind::linked, "curfew.yaml", 2s));
    EXPECT_FALSE(saw(Kind::written, "curfew.yaml", 2s));
}

TEST_F(EditWatchTest, a_directory_that_is_gone_takes_what_was_being_written_with_it) {
    saw(Kind::modified, "curfew.yaml");
    EXPECT_TRUE(saw(Kind::gone, "", 100ms));
    EXPECT_EQ(watch.due(), at(400ms));
}

TEST_F(EditWatchTest, lost_events_may_have_been_anything) {
    EXPECT_TRUE(watch.saw({Kind::overflow, "", ""}, start));
    EXPECT_EQ(watch.due(), at(300ms));
    watch.taken(start + 300ms);
    saw(Kind::modified, "curfew.yaml", 1s);
    watch.saw({Kind::overflow, "", ""}, start + 2s);
    EXPECT_EQ(watch.due(), at(31s)) << "whether it was closed nobody knows";
}

TEST_F(EditWatchTest, where_patterns_are_looked_for_a_new_file_counts_when_it_is_complete) {
    in_rules(Kind::created, "b.yaml");
    EXPECT_EQ(watch.due(), at(30s));
    in_rules(Kind::modified, "b.yaml", 10s);
    EXPECT_EQ(watch.due(), at(40s));
    in_rules(Kind::written, "b.yaml", 11s);
    EXPECT_LE(watch.due(), at(11s));
    EXPECT_NE(watch.due(), Due{});
}

TEST_F(EditWatchTest, there_any_coming_and_going_counts) {
    for (const auto kind : {Kind::linked, Kind::moved_to, Kind::moved_from, Kind::deleted, Kind::written}) {
        in_rules(kind, "x");
        EXPECT_EQ(watch.due(), at(300ms));
        watch.taken(start);
    }
}

TEST_F(EditWatchTest, there_a_log_that_is_written_all_the_time_is_in_nobodys_way) {
    in_rules(Kind::modified, "x.log");
    in_rules(Kind::attrib, "x.log");
    EXPECT_EQ(watch.due(), Due{});
    in_rules(Kind::modified, "a.yaml");
    EXPECT_EQ(watch.due(), at(30s)) << "a file that was read is another matter";
}

TEST_F(EditWatchTest, an_editors_own_files_hold_back_nothing) {
    in_rules(Kind::created, ".a.yaml.swp");
    in_rules(Kind::modified, ".a.yaml.swp", 100ms);
    EXPECT_EQ(watch.due(), at(300ms));
}

TEST_F(EditWatchTest, what_is_no_longer_read_is_not_waited_for) {
    saw(Kind::modified, "curfew.yaml");
    in_rules(Kind::created, "b.yaml");
    watch.expect({{"/etc/curfew", {{"other.yaml"}, {}, false}}});
    EXPECT_EQ(watch.due(), at(300ms));
}

}  // namespace
}  // namespace curfew::daemon
