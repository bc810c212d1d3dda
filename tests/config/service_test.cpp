// What the file says of the daemon itself.
#include <filesystem>

#include <gtest/gtest.h>

#include "config/decode/listen.hpp"
#include "config/decode/url.hpp"
#include "tests/config/support.hpp"

namespace curfew::config::test {
namespace {

using std::chrono_literals::operator""s;

std::string with(std::string_view text) {
    return std::string(preamble) + "rules: [{name: r, when: {idle: 30m}, then: keep}]\n" + std::string(text);
}
std::string here(const std::string& name) {
    return (std::filesystem::current_path() / name).string();
}

TEST(Service, IsNotThereWhereNothingIsSaid) {
    const auto config = good(with(""));
    EXPECT_FALSE(config->audit || config->control || config->http);
    EXPECT_TRUE(config->notify.empty());
    EXPECT_EQ(config->reload, Reload::automatic);
}

TEST(Service, HasDefaults) {
    const auto config =
        good(with("audit: {path: audit.db}\n"
                  "control: {socket: /run/curfew/../curfew/control.sock}\n"
                  "http: {listen: 9464}\n"
                  "notify: {url: 'https://chat.corp.example/hook'}\n"));
    EXPECT_EQ(config->audit, (Audit{here("audit.db"), core::Seconds{400 * 86'400}}));
    EXPECT_EQ(config->control, (Control{"/run/curfew/control.sock", {}, {}, 0600}));
    EXPECT_EQ(config->http, (Http{"127.0.0.1", 9464}));
    ASSERT_EQ(config->notify.size(), 1U);
    const Webhook& webhook = config->notify[0];
    EXPECT_EQ(webhook.url, "https://chat.corp.example/hook");
    EXPECT_EQ(webhook.events.size(), 10U);
    EXPECT_EQ(webhook.batch, 10s);
    EXPECT_EQ(webhook.timeout, 10s);
    EXPECT_FALSE(webhook.url_file || webhook.authorization_file || webhook.ca_file);
}

TEST(Service, SaysEverything) {
    const std::string text = with(
        "audit: {path: /var/lib/curfew/audit.db, keep: 1d}\n"
        "control: {socket: /s, owner: curfew, group: operators, mode: '0660'}\n"
        "http: {listen: '[::1]:80'}\n"
        "notify:\n"
        "  - {url_file: 'credential:hook', authorization_file: token, ca_file: ca.pem,\n"
        "     events: [tripped, audit_failed], batch: 1m, timeout: 5s}\n"
        "  - {url: http://127.0.0.1:8080/, events: disconnect}\n"
        "reload: confirm\n");
    EXPECT_EQ(problems(text), std::vector<std::string>{});
    const auto config = good(text);
    EXPECT_EQ(config->audit, (Audit{"/var/lib/curfew/audit.db", core::Seconds{86'400}}));
    EXPECT_EQ(config->control, (Control{"/s", "curfew", "operators", 0660}));
    EXPECT_EQ(config->http, (Http{"::1", 80}));
    EXPECT_EQ(config->reload, Reload::confirm);
    ASSERT_EQ(config->notify.size(), 2U);
    EXPECT_EQ(config->notify[0], (Webhook{"",
                                          "credential:hook",
                                          here("token"),
                                          here("ca.pem"),
                                          {News::tripped, News::audit_failed},
                                          60s,
                                          5s}));
    EXPECT_EQ(config->notify[1].events, std::set<News>{News::disconnect});
}

TEST(Service, PathsAreRelativeToTheFile) {
    const TempDir dir;
    const auto loaded = load(dir.write("etc/curfew.yaml", with("audit: {path: ../lib/audit.db}\n"
                                                               "control: {socket: control.sock}\n")));
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->audit->path, dir.path("lib/audit.db"));
    EXPECT_EQ(loaded.config->control->socket, dir.path("etc/control.sock"));
}

TEST(Service, Mistakes) {
    expect_mistakes({
        {"audit: {keep: 1d}",
         {"curfew.yaml:4:8: audit: `path` is missing; write `path: /var/lib/curfew/audit.db`"}},
        {"audit: {path: /a, keep: 23h}",
         {"curfew.yaml:4:25: audit.keep: expected a duration from `1d` to `32850d`, found `23h`"}},
        {"audit: {path: /var/lib/curfew/}",
         {"curfew.yaml:4:15: audit.path: expected the path of a file, found that of a directory"}},
        {"audit: {path: ~/audit.db}",
         {"curfew.yaml:4:15: audit.path: variables and `~` are not expanded in paths; write the path in "
          "full"}},
        {"audit: {path: 'credential:audit'}",
         {"curfew.yaml:4:15: audit.path: `credential:` is for secrets; write the path of a file"}},
        {"control: {sockt: /s}",
         {"curfew.yaml:4:10: control: `socket` is missing; write `socket: /run/curfew/control.sock`",
          "curfew.yaml:4:11: control.sockt: unknown key; did you mean `socket`?"}},
        {"control: {socket: /s, mode: 0660}",
         {"curfew.yaml:4:29: control.mode: expected an octal mode in quotes such as `\"0660\"`, found "
          "`0660`"}},
        {"control: {socket: /s, mode: '0700'}",
         {"curfew.yaml:4:29: control.mode: a socket is read and written and not executed; expected a mode "
          "within `\"0666\"`, found `0700`"}},
        {"control: {socket: /s, mode: '1660'}",
         {"curfew.yaml:4:29: control.mode: expected an octal mode in quotes such as `\"0660\"`, found "
          "`1660`"}},
        {"audit: {path: /s}\ncontrol: {socket: /x/../s}",
         {"curfew.yaml:5:10: control: `audit` keeps its database at `/s`; give the socket another path"}},
        {"http: {}",
         {"curfew.yaml:4:7: http: expected a map such as `{listen: 127.0.0.1:9464}`, found an empty map"}},
        {"http: {listen: localhost:9464}",
         {"curfew.yaml:4:16: http.listen: expected an IP address and a port such as `127.0.0.1:9464`, found "
          "`localhost:9464`; `localhost` is no address; a name may lead elsewhere"}},
        {"notify: {events: [disconect]}",
         {"curfew.yaml:4:9: notify: one of `url` or `url_file` is missing",
          "curfew.yaml:4:19: notify.events[0]: expected `disconnect`, `tripped`, `limit`, `server_lost`, "
          "`server_found`, `config_refused`, `config_waits`, `config_applied`, `audit_failed` or "
          "`audit_recovered`, found `disconect`; did you mean `disconnect`?"}},
        {"notify: []",
         {"curfew.yaml:4:9: notify: expected a map such as `{url: https://chat.corp.example/hook}`, or a "
          "list of "
          "them, found an empty list"}},
        {"notify: [{url: 'https://h/', batch: 0s, timeout: 11m}]",
         {"curfew.yaml:4:37: notify[0].batch: expected a duration from `1s` to `1h`, found `0s`",
          "curfew.yaml:4:50: notify[0].timeout: expected a duration from `1s` to `10m`, found `11m`"}},
        {"notify: [{url: 'http://h/', authorization_file: token}]",
         {"curfew.yaml:4:16: notify[0].url: with `http` everybody on the way reads what `authorization_file` "
          "holds; write `https`"}},
        {"reload: manual", {"curfew.yaml:4:9: reload: expected `automatic` or `confirm`, found `manual`"}},
    });
}

TEST(Service, ASocketsPathIsBounded) {
    const std::string longest = "/" + std::string(106, 'x');
    EXPECT_EQ(good(with("control: {socket: " + longest + "}"))->control->socket, longest);
    const auto said = errors(with("control: {socket: " + longest + "x}"));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_NE(said[0].find("at most 107 bytes, as sockets have it, found 108 bytes"), std::string::npos)
        << said[0];
}

TEST(Service, WarnsOfWhoeverMayComeIn) {
    const auto warned = [](std::string_view text, std::string_view of) {
        const auto said = problems(with(text));
        EXPECT_TRUE(good(with(text)));
        EXPECT_EQ(said.size(), 1U) << text;
        EXPECT_TRUE(!said.empty() && said[0].find(of) != std::string::npos)
            << (said.empty() ? text : said[0]);
    };
    warned("control: {socket: /s, mode: '0666'}", "everybody on this machine");
    warned("http: {listen: '0.0.0.0:9464'}", "there is no login");
    warned("http: {listen: '[::]:9464'}", "there is no login");
    warned("http: {listen: 192.0.2.1:9464}", "there is no login");
    warned("notify: {url: http://chat.corp.example/hook}", "with `http` everybody on the way");
    warned("notify: {url: http://localhost/hook, ca_file: ca.pem}", "has no effect");
    warned("reload: confirm", "without `control` nobody can confirm");
}

// Whatever is wrong with it, nobody reads in a log what may be a secret.
TEST(Service, NoErrorRepeatsASecret) {
    for (const std::string_view text :
         {"notify: {url: 'https://user:hunter2@chat.corp.example/'}", "notify: https://user:hunter2@chat/",
          "notify: [https://chat/hunter2]", "notify: {url: 'ftp://chat/hunter2'}",
          "notify: {url: 'https://chat/hunter2 x'}", "notify: {url: \"https://chat/hunter2\\n\"}",
          "notify: {url: 'https://chat:0/hunter2'}", "notify: {url: 'https:///hunter2'}",
          "notify: {url: 'hunter2'}", "notify: {url: 'https://chat/#hunter2'}",
          "notify: {url_file: 'https://chat/hunter2'}", "notify: {url: 'https://[::1/hunter2'}",
          "notify: {url: 'https://h/', authorization_file: 'Bearer hunter2'}",
          "notify: {url: 'https://h/', authorization: 'Bearer hunter2'}",
          "notify: {url: 'http://user:hunter2@127.0.0.1/'}", "notify: {url: 'HTTPS://user:hunter2@h/ x'}"}) {
        const auto said = errors(with(text));
        EXPECT_EQ(said.size(), 1U) << text;
        for (const std::string& line : said) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
    }
    const auto said = errors(with("notify: {url: 'https://user:hunter2@chat.corp.example/'}"));
    ASSERT_FALSE(said.empty());
    EXPECT_NE(said[0].find("`authorization_file`"), std::string::npos) << said[0];
}

TEST(Service, Listens) {
    const auto at = [](std::string_view text) {
        const auto listen = parse_listen(text);
        return listen ? listen->address.to_string() + " " + std::to_string(listen->port) : std::string("-");
    };
    EXPECT_EQ(at("127.0.0.1:9464"), "127.0.0.1 9464");
    EXPECT_EQ(at("[fe80::1]:1"), "fe80::1 1");
    EXPECT_EQ(at("65535"), "127.0.0.1 65535");
    EXPECT_EQ(at("0.0.0.0:80"), "0.0.0.0 80");
    for (const std::string_view text : {"",
                                        "0",
                                        "65536",
                                        "-1",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "127.0.0.1:0",
                                        ":9464",
                                        "::1",
                                        "::1:9464",
                                        "[::1]",
                                        "[::1]9464",
                                        "[127.0.0.1]:80",
                                        "fe80::1%eth0",
                                        "[fe80::1%eth0]:80",
                                        "1.2.3:80",
                                        "a:80",
                                        "[[::1]]:80",
                                        "127.0.0.1:80:80",
                                        "\\\\127.0.0.1:80",
                                        "127.0.0.1 :80"})
        EXPECT_EQ(at(text), "-") << text;
}

TEST(Service, Urls) {
    const auto shape = [](std::string_view text) {
        const auto url = parse_url(text);
        if (!url) return std::string("-");
        return std::string(url->secure ? "https" : "http") + (url->loopback ? " loopback" : "");
    };
    EXPECT_EQ(shape("https://chat.corp.example"), "https");
    EXPECT_EQ(shape("HTTPS://chat.corp.example:8443/a/b?c=d%20e&f=@"), "https");
    EXPECT_EQ(shape("http://127.0.0.1:80/"), "http loopback");
    EXPECT_EQ(shape("http://[::1]/"), "http loopback");
    EXPECT_EQ(shape("http://LocalHost?x"), "http loopback");
    EXPECT_EQ(shape("http://localhost.evil.example/"), "http");
    EXPECT_EQ(shape("http://127.0.0.1.evil.example/"), "http");
    for (const std::string_view text :
         {"", "https://", "https:///", "https:chat", "//chat", "file:///etc/passwd", "https://a b/",
          "https://a/\n", "https://a:b/", "https://a:65536/", "https://a:/", "https://[1.2.3.4]/",
          "https://[::1/", "https://[::1]x/", "https://a/#b", "https://u@a/", "https://ä/", "https://a\\b/",
          "http://a%2fb/"})
        EXPECT_EQ(shape(text), "-") << text;
}

}  // namespace
}  // namespace curfew::config::test
