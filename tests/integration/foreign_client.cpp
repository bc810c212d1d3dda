#include "tests/integration/foreign_client.hpp"

#include <map>
#include <sstream>

#include <yaml-cpp/yaml.h>

#include "tests/integration/process.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::testing {
namespace {

std::string json(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}
std::string json(bool value) {
    return value ? "true" : "false";
}
std::string json(std::uint32_t value) {
    return std::to_string(value);
}
template <class T> std::string json(const std::optional<T>& value) {
    return value ? json(*value) : "null";
}

// Signing is a must for both of Samba's libraries, so that they verify what the server signs.
std::string write_conf(const TempDir& dir, const ForeignLogin& login) {
    std::string conf =
        "[global]\nnetbios name = CLIENT\nname resolve order = host\n"
        "client min protocol = SMB2_02\nclient max protocol = SMB3_11\n"
        "client ipc min protocol = SMB2_02\nclient ipc max protocol = SMB3_11\n"
        "client signing = required\nclient ipc signing = required\n";
    conf += "workgroup = " + login.domain + "\nsmb ports = " + std::to_string(login.port) + "\n";
    for (const char* kind : {"private dir", "lock directory", "state directory", "cache directory"})
        conf += std::string(kind) + " = " + dir.path().string() + "\n";
    return dir.write("smb.conf", conf).string();
}

std::vector<std::string> environment(const ForeignLogin& login) {
    auto env = login.env;
    env.emplace_back("NTLM_USER_FILE");  // the lab's own: away with it
    if (!login.ccache.empty()) env.push_back("KRB5CCNAME=FILE:" + login.ccache);
    return env;
}

std::string order(const ForeignLogin& login, const std::string& conf,
                  const std::vector<Question>& questions) {
    std::string text = "{\"conf\": " + json(conf) + ", \"host\": " + json(login.host) +
                       ", \"port\": " + std::to_string(login.port) + ", \"user\": " + json(login.user) +
                       ", \"password\": " + json(login.password) + ", \"domain\": " + json(login.domain) +
                       ", \"name\": " + json(login.name) + ", \"encrypt\": " + json(login.encrypt) +
                       ", \"kerberos\": " + json(!login.ccache.empty()) + ", \"questions\": [";
    for (const auto& question : questions) {
        if (&question != &questions.front()) text += ", ";
        text += "{\"client\": " + json(question.client) + ", \"user\": " + json(question.user) +
                ", \"level\": " + json(question.level) + ", \"preferred\": " + json(question.preferred) +
                ", \"resume\": " + json(question.resume) + ", \"follow\": " + json(question.follow) +
                ", \"ends\": " + json(question.ends) + "}";
    }
    return text + "]}";
}

template <class T> std::optional<T> field(const YAML::Node& node, const char* name) {
    const auto value = node[name];
    if (!value || value.IsNull()) return std::nullopt;
    return value.as<T>();
}

core::Session session_of(const YAML::Node& node) {
    core::Session session;
    session.client = field<std::string>(node, "client").value_or("");
    session.user = field<std::string>(node, "user").value_or("");
    session.open_files = field<std::uint32_t>(node, "num_open");
    if (const auto time = field<std::uint32_t>(node, "time"))
        session.connected = core::seconds_from_wire(*time);
    if (const auto idle = field<std::uint32_t>(node, "idle_time"))
        session.idle = core::seconds_from_wire(*idle);
    session.flags = field<std::uint32_t>(node, "user_flags");
    session.client_type = field<std::string>(node, "client_type");
    session.transport = field<std::string>(node, "transport");
    return session;
}

// A line of JSON, of which YAML is a superset: one parser fewer to depend on.
Answer answer_of(const std::string& line) {
    const auto node = YAML::Load(line);
    Answer answer;
    answer.status = node["status"].as<int>();
    answer.total = field<std::uint32_t>(node, "total").value_or(0);
    answer.resume = field<std::uint32_t>(node, "resume");
    for (const auto& session : node["sessions"]) answer.sessions.push_back(session_of(session));
    answer.trouble = field<std::string>(node, "trouble").value_or("");
    return answer;
}

std::vector<Answer> ask_python(const std::string& script, const ForeignLogin& login,
                               const std::vector<Question>& questions) {
    const TempDir dir;
    // The system's own Python: the bindings are not in a pyenv's.
    const auto result = run({"/usr/bin/python3", std::string(CURFEW_FOREIGN_SCRIPTS) + "/" + script},
                            environment(login), order(login, write_conf(dir, login), questions));
    std::vector<Answer> answers;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("{")) answers.push_back(answer_of(line));
    if (!result.ok()) {
        answers.emplace_back();
        answers.back().trouble = result.out + result.err;
    }
    return answers;
}

int status_named(const std::string& name) {
    static const std::map<std::string, int> known{{"WERR_OK", 0},
                                                  {"WERR_ACCESS_DENIED", 5},
                                                  {"WERR_INVALID_PARAMETER", 87},
                                                  {"WERR_INVALID_LEVEL", 124},
                                                  {"WERR_NERR_CLIENTNAMENOTFOUND", 2312},
                                                  {"WERR_NERR_USERNOTFOUND", 2221}};
    const auto found = known.find(name);
    return found == known.end() ? -1 : found->second;
}

// `0x0000000f (15)`, `'text'`, `NULL`; `*` says that the value stands in the next line.
void put(const std::string& key, const std::string& value, Answer& answer) {
    const bool is_text = value.size() >= 2 && value.front() == '\'';
    const auto text = is_text ? value.substr(1, value.size() - 2) : "";
    const auto number = [&] { return static_cast<std::uint32_t>(std::stoul(value, nullptr, 16)); };
    if (value == "*" || value == "NULL") return;
    if (key == "result") answer.status = status_named(value);
    if (key == "totalentries") answer.total = number();
    if (answer.sessions.empty()) return;
    auto& session = answer.sessions.back();
    if (key == "client") session.client = text;
    if (key == "user") session.user = text;
    if (key == "num_open") session.open_files = number();
    if (key == "time") session.connected = core::seconds_from_wire(number());
    if (key == "idle_time") session.idle = core::seconds_from_wire(number());
    if (key == "user_flags") session.flags = number();
    if (key == "client_type") session.client_type = text;
    if (key == "transport") session.transport = text;
}

// rpcclient itself prints a count and no more; at debug level 10 Samba prints every structure it read.
Answer answer_of_debug_output(const std::string& output) {
    Answer answer;
    bool inside = false;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (line.find("out: struct srvsvc_NetSess") != std::string::npos) inside = true;
        if (line.find("struct srvsvc_NetSessInfo") != std::string::npos &&
            line.find("struct srvsvc_NetSessInfoCtr") == std::string::npos && inside)
            answer.sessions.emplace_back();
        const auto begin = line.find_first_not_of(' ');
        const auto colon = line.find(" : ");
        if (!inside || begin == std::string::npos || colon == std::string::npos) continue;
        const auto key = line.substr(begin, line.find_last_not_of(' ', colon) + 1 - begin);
        put(key, line.substr(colon + 3), answer);
        if (key == "result") inside = false;
    }
    if (answer.status < 0) answer.trouble = output;
    return answer;
}

// rpcclient takes a backslash for the beginning of an escape.
std::string word(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\\' ? std::string("\\\\") : std::string(1, c);
    return " " + out;
}

Answer ask_rpcclient(const ForeignLogin& login, const Question& question) {
    const TempDir dir;
    const bool kerberos = !login.ccache.empty();
    std::vector<std::string> argv{
        "rpcclient", "ncacn_np:" + (kerberos ? login.name : login.host) + "[\\pipe\\srvsvc]",
        "-I",        login.host,
        "-p",        std::to_string(login.port),
        "-s",        write_conf(dir, login),
        "-d",        "10"};
    if (kerberos) {
        argv.insert(argv.end(), {"--use-kerberos=required", "--use-krb5-ccache=" + login.ccache});
    } else {
        const auto file = dir.write("login", "username = " + login.user + "\npassword = " + login.password +
                                                 "\ndomain = " + login.domain + "\n");
        argv.insert(argv.end(), {"--use-kerberos=off", "-A", file.string()});
    }
    if (login.encrypt) argv.emplace_back("--client-protection=encrypt");
    std::string command = question.ends ? "netsessdel" : "netsessenum";
    for (const auto& name : {question.client, question.user})
        if (name) command += word(*name);
    // The level comes behind both names or not at all; without one it is 1.
    if (!question.ends && question.client && question.user) command += " " + std::to_string(question.level);
    argv.insert(argv.end(), {"-c", command});
    const auto result = run(argv, environment(login));
    return answer_of_debug_output(result.out + result.err);
}

}  // namespace

Question del(std::optional<std::string> client, std::optional<std::string> user) {
    Question question;
    question.client = std::move(client);
    question.user = std::move(user);
    question.ends = true;
    return question;
}

std::vector<Answer> ask(Foreign client, const ForeignLogin& login, const std::vector<Question>& questions) {
    if (client == Foreign::samba_python) return ask_python("foreign_samba.py", login, questions);
    if (client == Foreign::impacket) return ask_python("foreign_impacket.py", login, questions);
    std::vector<Answer> answers;
    for (const auto& question : questions) answers.push_back(ask_rpcclient(login, question));
    return answers;
}

Answer ask(Foreign client, const ForeignLogin& login, const Question& question) {
    auto answers = ask(client, login, std::vector{question});
    return answers.empty() ? Answer{} : std::move(answers.back());
}

}  // namespace curfew::testing
