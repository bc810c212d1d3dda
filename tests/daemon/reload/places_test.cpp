// Every step that leads to a file has its place, and every link where it leads.
#include "daemon/reload/places.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace curfew::daemon {

void PrintTo(const Place& place, std::ostream* out) {
    for (const auto& name : place.files) *out << "file " << name << ' ';
    for (const auto& name : place.ways) *out << "way " << name << ' ';
    if (place.everything) *out << "everything";
}

namespace {

using Links = std::map<std::string, std::string>;

Places places(const std::vector<std::string>& files, const std::vector<std::string>& directories,
              const Links& links = {}) {
    return places_of(files, directories, [&](const std::string& path) -> std::optional<std::string> {
        const auto found = links.find(path);
        if (found == links.end()) return std::nullopt;
        return found->second;
    });
}

TEST(Places, every_directory_on_the_way) {
    EXPECT_EQ(places({"/etc/curfew/curfew.yaml"}, {}),
              (Places{{"/", {{}, {"etc"}, false}},
                      {"/etc", {{}, {"curfew"}, false}},
                      {"/etc/curfew", {{"curfew.yaml"}, {}, false}}}));
}

TEST(Places, of_a_directory_looked_through_everything_counts) {
    EXPECT_EQ(places({}, {"/etc/rules.d"}), (Places{{"/", {{}, {"etc"}, false}},
                                                    {"/etc", {{}, {"rules.d"}, false}},
                                                    {"/etc/rules.d", {{}, {}, true}}}));
}

TEST(Places, a_link_and_what_it_stands_for) {
    const Links links{{"/etc/c.yaml", "../srv/./real//c.yaml"}};
    EXPECT_EQ(places({"/etc/c.yaml"}, {}, links), (Places{{"/", {{}, {"etc", "srv"}, false}},
                                                          {"/etc", {{"c.yaml"}, {"c.yaml"}, false}},
                                                          {"/srv", {{}, {"real"}, false}},
                                                          {"/srv/real", {{"c.yaml"}, {}, false}}}));
}

TEST(Places, links_on_the_way_and_links_to_links) {
    const Links links{{"/m/c.yaml", "..data/c.yaml"}, {"/m/..data", "..2026"}};
    EXPECT_EQ(places({"/m/c.yaml"}, {}, links),
              (Places{{"/", {{}, {"m"}, false}},
                      {"/m", {{"c.yaml"}, {"..2026", "..data", "c.yaml"}, false}},
                      {"/m/..2026", {{"c.yaml"}, {}, false}}}));
}

TEST(Places, an_absolute_link_begins_at_the_root) {
    const Links links{{"/etc/rules.d", "/srv/rules"}};
    const auto found = places({}, {"/etc/rules.d"}, links);
    EXPECT_TRUE(found.at("/srv/rules").everything);
    EXPECT_FALSE(found.contains("/etc/rules.d"));
    EXPECT_TRUE(found.at("/").ways.contains("srv"));
}

TEST(Places, dots_behind_a_link_are_of_where_it_leads) {
    const Links links{{"/etc/now", "/srv/a/b"}};
    EXPECT_TRUE(places({"/etc/now/../c.yaml"}, {}, links).at("/srv/a").files.contains("c.yaml"));
    EXPECT_TRUE(places({"/../../c.yaml"}, {}).at("/").files.contains("c.yaml"));
}

TEST(Places, a_circle_of_links_ends) {
    const Links links{{"/a", "/b"}, {"/b", "/a"}};
    EXPECT_EQ(places({"/a"}, {}, links), (Places{{"/", {{"a", "b"}, {"a", "b"}, false}}}));
}

TEST(Places, relative_paths_and_nothing_at_all_have_none) {
    EXPECT_TRUE(places({"c.yaml", ""}, {"", "x"}).empty());
}

}  // namespace
}  // namespace curfew::daemon
