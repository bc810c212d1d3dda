// What goes wrong at other people's companies. Each gives one clear message that names the server or the file
// and what to do; the rest of the fleet goes on; nothing is ended.
#include <gtest/gtest.h>

#include "tests/integration/curfew_program.hpp"
#include "tests/integration/junk_server.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* end_everybody = R"(
rules:
  - {name: everybody, when: any, limits: {share: 100%}, then: disconnect}
)";

std::string at_port(const std::string& name, std::uint16_t port, const std::string& more = {}) {
    return "  - {name: " + name + ", address: '127.0.0.1:" + std::to_string(port) + "'" +
           (more.empty() ? "" : ", " + more) + "}\n";
}

std::string message_for(const std::string& json, const std::string& server) {
    const auto at = json.find("\"server\": \"" + server + "\", \"status\": \"error\"");
    if (at == std::string::npos) return "no error for " + server + " in " + json;
    return json.substr(at, json.find('}', at) - at);
}

// A good server beside the bad one, with a session that a rule would end if it ran.
class BadInput : public ::testing::Test {
  protected:
    SambaServer good_;
    HeldSession anna_{good_, {.user = "anna", .client_address = "127.0.0.11"}};
    CurfewSite site_;

    std::string plan_beside(const std::string& bad_entry, const std::string& timeout = "20s") {
        site_.write_config("mode: enforce\npolling: {interval: 10s, timeout: " + timeout + "}\nservers:\n" +
                           CurfewSite::entry("good", good_) + bad_entry + end_everybody);
        const auto result = site_.run({"plan", "--output", "json"});
        EXPECT_EQ(result.status, 1) << "a server could not be asked: " << result.err;
        const auto sweep = parse_sweep(result.out);
        EXPECT_EQ(sweep.servers.front(), "good ok") << "the rest of the fleet goes on";
        EXPECT_EQ(sweep.disconnects, Strings{"good anna@127.0.0.11 everybody"});
        EXPECT_TRUE(anna_.alive());
        return message_for(result.out, "bad");
    }
};

TEST_F(BadInput, RefusedPort) {
    const ReservedPort nobody;
    const auto message = plan_beside(at_port("bad", nobody.number()));
    EXPECT_NE(message.find("Connection refused"), std::string::npos) << message;
    EXPECT_NE(message.find("127.0.0.1:" + std::to_string(nobody.number())), std::string::npos) << message;
}

TEST_F(BadInput, UnknownHost) {
    const auto message = plan_beside("  - {name: bad, address: no-such-host.invalid}\n");
    EXPECT_NE(message.find("no-such-host.invalid"), std::string::npos) << message;
}

TEST_F(BadInput, SilentServer) {
    const JunkServer silent{""};
    const auto message = plan_beside(at_port("bad", silent.port()), "5s");
    EXPECT_NE(message.find("TIMED_OUT"), std::string::npos) << message;
}

TEST_F(BadInput, MalformedReply) {
    const JunkServer junk{"HTTP/1.1 400 Bad Request\r\n\r\n"};
    const auto message = plan_beside(at_port("bad", junk.port()));
    EXPECT_NE(message.find("no SMB server"), std::string::npos) << message;
}

TEST_F(BadInput, TruncatedReply) {
    const JunkServer junk{std::string{"\0\0\0\x44\xfeSMB", 8}};
    const auto message = plan_beside(at_port("bad", junk.port()));
    EXPECT_NE(message.find("CONNECTION_LOST"), std::string::npos) << message;
}

TEST_F(BadInput, ReplyThatIsNoSmb) {
    const JunkServer junk{std::string{"\0\0\0\x08lalalala", 12}};
    const auto message = plan_beside(at_port("bad", junk.port()));
    EXPECT_NE(message.find("SMB_MALFORMED"), std::string::npos) << message;
}

TEST_F(BadInput, WrongPassword) {
    site_.dir();
    std::filesystem::path wrong = site_.dir() / "wrong";
    std::FILE* file = std::fopen(wrong.c_str(), "w");
    std::fputs("not-the-password\n", file);
    std::fclose(file);
    std::filesystem::permissions(wrong, std::filesystem::perms{0600});
    site_.write_whole_config(
        "version: 1\nmode: enforce\ncredentials:\n"
        "  default: {ntlm: {username: svc-curfew, password_file: password}}\n"
        "  stale: {ntlm: {username: svc-curfew, password_file: wrong}}\n"
        "servers:\n" +
        CurfewSite::entry("good", good_) + at_port("bad", good_.port(), "credentials: stale") +
        end_everybody);
    const auto result = site_.run({"plan", "--output", "json"});
    const auto message = message_for(result.out, "bad");
    EXPECT_NE(message.find("STATUS_LOGON_FAILURE"), std::string::npos) << message;
    EXPECT_EQ((result.out + result.err).find("not-the-password"), std::string::npos)
        << "no secret in any output";
    EXPECT_TRUE(anna_.alive());
}

TEST_F(BadInput, AccountWithoutRights) {
    SambaOptions options;
    options.users.front().rights = Rights::none;
    const SambaServer other{options};
    const auto message = plan_beside(at_port("bad", other.port()));
    EXPECT_NE(message.find("ERROR_ACCESS_DENIED"), std::string::npos) << message;
    EXPECT_NE(message.find("Administrators"), std::string::npos) << "says what to do: " << message;
}

TEST_F(BadInput, ServerThatServesSharesOnly) {
    SambaOptions options;
    options.global = {"rpc_server:srvsvc = disabled", "rpc start on demand helpers = no"};
    const SambaServer other{options};
    const auto message = plan_beside(at_port("bad", other.port()));
    EXPECT_NE(message.find("\"error\""), std::string::npos) << message;
    EXPECT_NE(message.find("srvsvc"), std::string::npos) << message;
}

TEST_F(BadInput, ServerBelowTheLeastDialect) {
    SambaOptions options;
    options.max_protocol = "SMB2_10";
    const SambaServer other{options};
    const auto message = plan_beside(at_port("bad", other.port(), "security: {min_dialect: \"3.0\"}"));
    EXPECT_NE(message.find("SMB_DOWNGRADE"), std::string::npos) << message;
    EXPECT_NE(message.find("min_dialect"), std::string::npos) << message;
}

TEST_F(BadInput, ServerThatCannotEncrypt) {
    SambaOptions options;
    options.max_protocol = "SMB2_10";
    const SambaServer other{options};
    const auto message = plan_beside(at_port("bad", other.port(), "security: {encryption: required}"));
    EXPECT_NE(message.find("SMB_NO_ENCRYPTION"), std::string::npos) << message;
}

TEST_F(BadInput, GuestLogonIsRefused) {
    SambaOptions options;
    options.users.front().name = "somebody-else";
    options.global = {"map to guest = Bad User"};
    const SambaServer other{options};
    const auto message = plan_beside(at_port("bad", other.port()));
    EXPECT_TRUE(message.find("SMB_GUEST") != std::string::npos ||
                message.find("STATUS_LOGON_FAILURE") != std::string::npos)
        << message;
}

TEST_F(BadInput, SecretThatOthersCanRead) {
    std::filesystem::permissions(site_.dir() / "password", std::filesystem::perms{0644});
    site_.write_config("servers:\n" + CurfewSite::entry("good", good_) + end_everybody);
    const auto result = site_.run({"plan"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.out.find("password: others may read or change it (mode 0644); chmod 600 it"),
              std::string::npos)
        << result.out << result.err;
    EXPECT_EQ(site_.run({"check"}).status, 0) << "check needs no secret";
}

TEST_F(BadInput, TheSameServerTwice) {
    site_.write_config("mode: enforce\nservers:\n" + CurfewSite::entry("one", good_) +
                       CurfewSite::entry("two", good_) + end_everybody);
    const auto result = site_.run({"run", "--once", "--output", "json"});
    EXPECT_EQ(result.status, 1);
    const auto sweep = parse_sweep(result.out);
    EXPECT_EQ(sweep.servers, (Strings{"one same server twice", "two same server twice"}));
    EXPECT_EQ(sweep.disconnects, Strings{});
    EXPECT_TRUE(anna_.alive());
}

TEST(BadConfiguration, SaysFileLineAndWhatToDo) {
    CurfewSite site;
    const auto file = (site.dir() / "curfew.yaml").string();
    const auto complaint = [&](const std::string& yaml) {
        site.write_whole_config(yaml);
        const auto result = site.run({"check"});
        EXPECT_EQ(result.status, 2);
        return result.err;
    };
    const std::string head =
        "version: 1\ncredentials: {default: {ntlm: {username: a, password_file: p}}}\nservers: [fs1]\n";
    EXPECT_NE(
        complaint(head + "rules:\n  - {name: r, when: {idel: 30m}, then: disconnect}\n").find(file + ":5:"),
        std::string::npos);
    EXPECT_NE(complaint(head + "rules:\n  - {name: r, when: {idel: 30m}, then: disconnect}\n").find("idle"),
              std::string::npos);
    EXPECT_NE(complaint(head + "rules:\n  - {name: r, then: disconnect}\n").find("when: any"),
              std::string::npos);
    std::filesystem::remove(file);
    const auto result = site.run({"check"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find(file), std::string::npos) << result.err;
}

}  // namespace
}  // namespace curfew::testing
