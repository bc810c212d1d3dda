#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using Lines = std::vector<std::string>;

TEST(Loader, HasDefaults) {
    const auto config = good(preamble);
    EXPECT_EQ(config->mode, policy::Mode::observe);
    EXPECT_EQ(config->polling.interval, core::Seconds{60});
    EXPECT_EQ(config->polling.timeout, core::Seconds{10});
    EXPECT_EQ(config->polling.concurrency, 256U);
    EXPECT_EQ(config->log.format, LogFormat::text);
    EXPECT_EQ(config->log.level, LogLevel::info);
    EXPECT_TRUE(config->policy.rules.empty());
    EXPECT_EQ(problems(preamble),
              Lines{"curfew.yaml:1:1: warning: there are no `rules`; nothing will be ended"});
}

TEST(Loader, ReadsWhatClientsGoBy) {
    using policy::ClientNames;
    const auto names = [](std::string_view text) {
        return good(std::string(preamble) + std::string(text))->client_names;
    };
    EXPECT_EQ(names(""), ClientNames::as_reported);
    EXPECT_EQ(names("clients: {names: none}"), ClientNames::as_reported);
    EXPECT_EQ(names("clients: {names: dns}"), ClientNames::dns);
}

TEST(Loader, ReadsTheSmallSections) {
    const auto config = good(std::string(preamble) +
                             "mode: enforce\npolling: {interval: 5m, timeout: 30s, concurrency: 8}\nlog: "
                             "{format: json, level: debug}\n");
    EXPECT_EQ(config->mode, policy::Mode::enforce);
    EXPECT_EQ(config->polling.interval, core::Seconds{300});
    EXPECT_EQ(config->polling.timeout, core::Seconds{30});
    EXPECT_EQ(config->polling.concurrency, 8U);
    EXPECT_EQ(config->log.format, LogFormat::json);
    EXPECT_EQ(config->log.level, LogLevel::debug);
}

TEST(Loader, ExplainsTheSmallSections) {
    expect_mistakes({
        {"polling: {interval: 0s, timeout: 2h, concurrency: 0}",
         {"curfew.yaml:4:21: polling.interval: expected a duration from `1s` to `1d`, found `0s`",
          "curfew.yaml:4:34: polling.timeout: expected a duration from `1s` to `1h`, found `2h`",
          "curfew.yaml:4:51: polling.concurrency: expected a whole number from 1 to 10000, found `0`"}},
        {"polling: {concurrency: -1, interal: 5s}",
         {"curfew.yaml:4:24: polling.concurrency: expected a whole number, found `-1`",
          "curfew.yaml:4:28: polling.interal: unknown key; did you mean `interval`?"}},
        {"log: {level: warn, format: yaml}",
         {"curfew.yaml:4:14: log.level: expected `debug`, `info`, `warning` or `error`, found `warn`; did "
          "you mean "
          "`warning`?",
          "curfew.yaml:4:28: log.format: expected `text` or `json`, found `yaml`"}},
        {"clients: {names: DNS}",
         {"curfew.yaml:4:18: clients.names: expected `none` or `dns`, found `DNS`; did you mean `dns`?"}},
        {"clients: {names: dns, name: dns}",
         {"curfew.yaml:4:23: clients.name: unknown key; did you mean `names`?"}},
        {"clients: {name: dns}",
         {"curfew.yaml:4:10: clients: `names` is missing; write `names: dns` or `names: none`",
          "curfew.yaml:4:11: clients.name: unknown key; did you mean `names`?"}},
        {"clients: dns", {"curfew.yaml:4:10: clients: expected a map with `names`, found `dns`"}},
        {"clients: {}", {"curfew.yaml:4:10: clients: expected a map with `names`, found an empty map"}},
        {"log: json", {"curfew.yaml:4:6: log: expected a map with `format` and `level`, found `json`"}},
        {"mode: enfroce",
         {"curfew.yaml:4:7: mode: expected `observe` or `enforce`, found `enfroce`; did you mean "
          "`enforce`?"}},
        {"notfy: {}", {"curfew.yaml:4:1: notfy: unknown key; did you mean `notify`?"}},
        {"protct: []", {"curfew.yaml:4:1: protct: unknown key; did you mean `protect`?"}},
    });
}

TEST(Loader, TellsVersions) {
    const std::string rest =
        "servers: [fs1]\ncredentials: {default: {ntlm: {username: a, password_file: b}}}\n";
    EXPECT_EQ(errors(rest), Lines{"curfew.yaml:1:1: `version` is missing; write `version: 1`"});
    EXPECT_EQ(
        errors(rest + "version: 2\n"),
        Lines{"curfew.yaml:3:10: version: expected `1`, the version of the language that this curfew reads, "
              "found `2`"});
    EXPECT_EQ(errors(rest + "version: '1'\n").size(), 1U);
}

TEST(Loader, NeedsAMapAtTheTop) {
    EXPECT_EQ(errors("- a\n"),
              Lines{"curfew.yaml:1:1: expected a map with `version`, `servers` and `rules`, found a list"});
    EXPECT_EQ(errors("version: 1\n"),
              Lines{"curfew.yaml:1:1: `servers` is missing; name the file servers, such as `servers: "
                    "[fs1.corp.example]`"});
    EXPECT_EQ(errors(""), Lines{"curfew.yaml:1:1: the file is empty"});
    EXPECT_EQ(errors("---\n"),
              Lines{"curfew.yaml:2:1: expected a map with `version`, `servers` and `rules`, found nothing"});
}

TEST(Loader, ReportsFilesItCannotRead) {
    const TempDir dir;
    const Loaded missing = load(dir.path("curfew.yaml"));
    EXPECT_EQ(missing.config, nullptr);
    EXPECT_EQ(dir.strip(missing.diagnostics),
              Lines{"curfew.yaml: cannot be read: No such file or directory"});
    EXPECT_EQ(missing.files, Lines{});
    std::filesystem::create_directory(dir.path("directory"));
    EXPECT_EQ(dir.strip(load(dir.path("directory")).diagnostics),
              Lines{"directory: cannot be read: Is a directory"});
    ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
    EXPECT_EQ(dir.strip(load(dir.path("fifo")).diagnostics),
              Lines{"fifo: cannot be read: not a regular file"});
    EXPECT_EQ(dir.strip(load(dir.path(std::string(5'000, 'x'))).diagnostics).size(), 1U);
    EXPECT_EQ(dir.strip(load("").diagnostics), Lines{": cannot be read: No such file or directory"});
}

TEST(Loader, DigestFollowsContentAndName) {
    const TempDir dir;
    const std::string a = dir.write("a.yaml", preamble);
    const std::string b = dir.write("b.yaml", preamble);
    const std::string first = load(a).config->digest;
    EXPECT_EQ(first.size(), 64U);
    EXPECT_EQ(load(a).config->digest, first);
    EXPECT_NE(load(b).config->digest, first);
    dir.write("a.yaml", std::string(preamble) + "# changed\n");
    EXPECT_NE(load(a).config->digest, first);
}

}  // namespace
}  // namespace curfew::config::test
