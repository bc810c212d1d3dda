#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;

std::string main_file(std::string_view servers) {
    return "version: 1\nservers:\n" + std::string(servers) +
           "credentials: {default: {ntlm: {username: a, password_file: b}}}\n"
           "rules: [{name: r, when: any, then: keep}]\n";
}

Lines names_of(const Loaded& loaded) {
    Lines out;
    if (loaded.config)
        for (const Server& server : loaded.config->servers) out.push_back(server.spec.name);
    return out;
}

TEST(Includes, AreReadInTheirPlaceAndByName) {
    const TempDir dir;
    const std::string file =
        dir.write("curfew.yaml", main_file("  - fs1\n  - file: servers.d/*.yaml\n  - fs9\n"));
    dir.write("servers.d/b.yaml", "- fs3\n");
    dir.write("servers.d/a.yaml", "- name: fs2\n  tags: x\n- file: deeper/more.yaml\n");
    dir.write("servers.d/deeper/more.yaml", "- fs2b\n");
    dir.write("servers.d/c.yaml~", "- fs4\n");
    const Loaded loaded = load(file);
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
    EXPECT_EQ(names_of(loaded), (Lines{"fs1", "fs2", "fs2b", "fs3", "fs9"}));
    EXPECT_EQ(loaded.files, (Lines{file, dir.path("servers.d/a.yaml"), dir.path("servers.d/b.yaml"),
                                   dir.path("servers.d/deeper/more.yaml")}));
    EXPECT_EQ(loaded.config->servers[1].at, (Position{dir.path("servers.d/a.yaml"), 1, 3}));
}

TEST(Includes, OfATextAreRelativeToItsPath) {
    const TempDir dir;
    dir.write("more.yaml", "- fs2\n");
    EXPECT_EQ(names_of(load_text(main_file("  - file: more.yaml\n"), dir.path("curfew.yaml"))), Lines{"fs2"});
}

TEST(Includes, ReportAllMistakesOfAllFilesTogether) {
    const TempDir dir;
    const std::string file = dir.write(
        "curfew.yaml", main_file("  - {nmae: x}\n  - file: servers.d/*.yaml\n  - file: nothing/*.yaml\n"
                                 "  - file: missing.yaml\n  - {file: a.yaml, tags: x}\n"));
    dir.write("a.yaml", "");
    dir.write("servers.d/a.yaml", "- fs2\n- {name: fs3, kidn: samba}\n");
    dir.write("servers.d/b.yaml", "- fs4\n- [\n");
    dir.write("servers.d/c.yaml", "fs5\n");
    dir.write("servers.d/d.yaml", "- FS2\n");
    std::filesystem::create_directory(dir.path("servers.d/e.yaml"));
    std::filesystem::create_symlink("nowhere", dir.path("servers.d/f.yaml"));
    const Loaded loaded = load(file);
    EXPECT_EQ(loaded.config, nullptr);
    EXPECT_EQ(
        dir.strip(loaded.diagnostics),
        (Lines{
            "curfew.yaml:3:5: servers[0]: `name` is missing; write `name: fs1.corp.example`",
            "curfew.yaml:3:6: servers[0].nmae: unknown key; did you mean `name`?",
            "curfew.yaml:4:11: servers[1].file: cannot read `servers.d/e.yaml`: Is a directory",
            "curfew.yaml:4:11: servers[1].file: cannot read `servers.d/f.yaml`: No such file or directory",
            "curfew.yaml:5:11: servers[2].file: no file matches `nothing/*.yaml`; create one, or remove this "
            "entry",
            "curfew.yaml:6:11: servers[3].file: no file matches `missing.yaml`; create one, or remove this "
            "entry",
            "curfew.yaml:7:20: servers[4].tags: unknown key; known here: `file`",
            "servers.d/a.yaml:2:15: [1].kidn: unknown key; did you mean `kind`?",
            "servers.d/b.yaml:2:3: [1]: this bracket is never closed",
            "servers.d/c.yaml:1:1: expected a list of servers; each is the name of a server, or a map with "
            "`name` or `file`, found `fs5`",
            "servers.d/d.yaml:1:3: [0]: the server `FS2` stands in servers.d/a.yaml line 1 already; remove "
            "one of the two (case does not count)",
            "a.yaml:1:1: the file is empty"}));
}

TEST(Includes, TakeTheirDirectoryLiterally) {
    const TempDir dir;
    dir.write("a[1]*/more.yaml", "- fs2\n");
    const Loaded loaded = load(dir.write("a[1]*/curfew.yaml", main_file("  - file: m?re.yaml\n")));
    EXPECT_EQ(dir.strip(loaded.diagnostics), Lines{});
    EXPECT_EQ(names_of(loaded), Lines{"fs2"});
}

TEST(Includes, ReadNoFileTwice) {
    const TempDir dir;
    const std::string file =
        dir.write("curfew.yaml", main_file("  - file: a.yaml\n  - file: ./x/../a.yaml\n"));
    dir.write("x/y", "");
    dir.write("a.yaml", "- fs1\n- file: curfew.yaml\n- file: a.yaml\n");
    EXPECT_EQ(
        dir.strip(load(file).diagnostics),
        (Lines{"curfew.yaml:4:11: servers[1].file: `./x/../a.yaml` is read already; include every file once",
               "a.yaml:2:9: [1].file: `curfew.yaml` is read already; include every file once",
               "a.yaml:3:9: [2].file: `a.yaml` is read already; include every file once"}));
}

TEST(Includes, ADirectoryThatCannotBeReadIsNoEmptyOne) {
    if (::geteuid() == 0) GTEST_SKIP() << "root reads every directory";
    const TempDir dir;
    const std::string file = dir.write("curfew.yaml", main_file("  - fs1\n  - file: d/*.yaml\n"));
    dir.write("d/a.yaml", "- fs2\n");
    std::filesystem::permissions(dir.path("d"), std::filesystem::perms::none);
    const auto found = dir.strip(load(file).diagnostics);
    std::filesystem::permissions(dir.path("d"), std::filesystem::perms::owner_all);
    EXPECT_EQ(found,
              Lines{"curfew.yaml:4:11: servers[1].file: cannot look for `d/*.yaml`: Permission denied"});
}

}  // namespace
}  // namespace curfew::config::test
