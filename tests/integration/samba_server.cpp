#include "tests/integration/samba_server.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

namespace curfew::testing {
namespace {

constexpr const char* administrators = "cf-admins";  // becomes BUILTIN\Administrators
constexpr const char* domain_admins = "cf-domain";   // becomes Domain Admins

std::string passwd_line(const std::string& name, int uid, int gid) {
    return name + ":x:" + std::to_string(uid) + ":" + std::to_string(gid) + "::/:/bin/false\n";
}

std::string joined(const std::vector<SambaUser>& users, Rights least) {
    std::string names;
    for (const auto& user : users)
        if (user.rights >= least) names += (names.empty() ? "" : ",") + user.name;
    return names;
}

std::string passwd_file(const SambaOptions& options) {
    std::string text = passwd_line("root", 0, 0) + passwd_line("nobody", 65534, 65534);
    int uid = 70001;
    for (const auto& user : options.users) text += passwd_line(user.name, uid++, 70000);
    return text;
}

std::string group_file(const SambaOptions& options) {
    return "root:x:0:\nnogroup:x:65534:\ncf-users:x:70000:\n" + std::string(administrators) +
           ":x:70001:" + joined(options.users, Rights::enumerate) + "\n" + domain_admins +
           ":x:70002:" + joined(options.users, Rights::administer) + "\n";
}

std::string conf_file(const SambaOptions& options, const TempDir& dir, std::uint16_t port) {
    std::string text = "[global]\n";
    const auto set = [&text](const std::string& key, const std::string& value) {
        text += key + " = " + value + "\n";
    };
    set("server role", "standalone server");
    set("workgroup", "CURFEW");
    set("netbios name", "FS1");
    set("passdb backend", "tdbsam");
    set("smb ports", std::to_string(port));
    set("interfaces", "127.0.0.1/8");
    set("bind interfaces only", "yes");
    set("disable netbios", "yes");
    set("disable spoolss", "yes");
    set("load printers", "no");
    set("map to guest", "never");
    // All of them: each that is missing is a file in the system's own Samba directories, and so is each
    // misspelt one.
    for (const char* kind : {"private dir", "lock directory", "state directory", "cache directory",
                             "pid directory", "ncalrpc dir", "usershare path"})
        set(kind, dir.make_dir(std::string(kind, 4), kind == std::string("ncalrpc dir") ? 0755 : 0700));
    set("log file", dir / "log.%m");
    set("log level", "1");
    set("max log size", "0");
    set("server min protocol", options.min_protocol);
    set("server max protocol", options.max_protocol);
    set("server smb encrypt", options.encrypt);
    set("server signing", options.signing);
    if (options.kerberos) {
        set("realm", options.kerberos->realm);
        set("kerberos method", "dedicated keytab");
        set("dedicated keytab file", options.kerberos->keytab);
    }
    for (const auto& line : options.global) text += line + "\n";
    text += "[share]\npath = " + dir.make_dir("share", 0777).string() + "\nread only = no\n";
    return text;
}

std::string cipher_of(const YAML::Node& session, const char* key) {
    const auto cipher = session[key]["cipher"].as<std::string>();
    return cipher == "-" ? "" : cipher;
}

SambaSession parse_session(const YAML::Node& node) {
    SambaSession session;
    session.user = node["username"].as<std::string>();
    session.machine = node["remote_machine"].as<std::string>();
    session.pid = node["server_id"]["pid"].as<pid_t>();
    session.dialect = node["session_dialect"].as<std::string>();
    session.encryption = cipher_of(node, "encryption");
    session.signing = cipher_of(node, "signing");
    const auto address = node["hostname"].as<std::string>();  // ipv4:127.0.0.1:39458
    const auto colon = address.rfind(':');
    if (colon != std::string::npos)
        session.client_port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)));
    return session;
}

// smbstatus speaks JSON, of which YAML is a superset: one parser fewer to depend on.
YAML::Node status_of(const SambaServer& server) {
    return YAML::Load(run_or_throw({"smbstatus", "-s", server.conf_path(), "--json"}, server.env()).out);
}

std::string marker_of(const TempDir& dir) {
    return "NSS_WRAPPER_PASSWD=" + dir.path().string() + "/";
}

}  // namespace

SambaServer::SambaServer(SambaOptions options)
    : options_(std::move(options)), guard_(dir_.path(), marker_of(dir_)) {
    write_files();
    add_users();
    start();
}

SambaServer::~SambaServer() {
    stop();
}

void SambaServer::write_files() {
    if (::geteuid() == 0)
        ::chmod(dir_.path().c_str(), 0755);  // smbd reaches the share as the user who logged on
    dir_.write("smb.conf", conf_file(options_, dir_, port()));
    env_ = {"NSS_WRAPPER_PASSWD=" + dir_.write("passwd", passwd_file(options_), 0644).string(),
            "NSS_WRAPPER_GROUP=" + dir_.write("group", group_file(options_), 0644).string()};
    if (::geteuid() == 0) {
        env_.insert(env_.end(), {"LD_PRELOAD=libnss_wrapper.so", "UID_WRAPPER"});
    } else {
        env_.insert(env_.end(), {"LD_PRELOAD=libnss_wrapper.so:libuid_wrapper.so", "UID_WRAPPER=1",
                                 "UID_WRAPPER_ROOT=1"});
    }
    if (options_.kerberos) {
        env_.push_back("KRB5_CONFIG=" + options_.kerberos->config.string());
        env_.push_back("KRB5RCACHENAME=none:");  // the default lies in /var/tmp, shared with the whole system
    }
}

void SambaServer::add_users() {
    const std::string conf = conf_path();
    // Samba goes on without what it does not know; a test would go on with another server than it meant.
    const auto checked = run_or_throw({"testparm", "-s", conf}, env_);
    if (checked.err.find("nknown parameter") != std::string::npos) throw std::runtime_error(checked.err);
    for (const auto& user : options_.users)
        run_or_throw({"smbpasswd", "-c", conf, "-s", "-a", user.name}, env_,
                     user.password + "\n" + user.password + "\n");
    run_or_throw({"net", "-s", conf, "groupmap", "add", "sid=S-1-5-32-544",
                  std::string("unixgroup=") + administrators, "type=builtin"},
                 env_);
    run_or_throw({"net", "-s", conf, "groupmap", "add", "rid=512", std::string("unixgroup=") + domain_admins,
                  "type=domain"},
                 env_);
}

void SambaServer::start() {
    SpawnOptions how;
    how.env = env_;
    how.output = dir_ / "smbd.out";
    smbd_ = ChildProcess({"smbd", "-s", conf_path(), "-F", "--no-process-group", "-l", dir_.path()}, how);
    const bool ready = eventually([this] { return !smbd_.running() || accepts_connections(port()); });
    if (!ready || !smbd_.running()) throw std::runtime_error("smbd did not start\n" + log());
}

const SambaUser& SambaServer::user(std::string_view name) const {
    for (const auto& user : options_.users)
        if (user.name == name) return user;
    throw std::runtime_error("no such user: " + std::string(name));
}

std::vector<SambaSession> SambaServer::smbstatus() const {
    std::vector<SambaSession> sessions;
    for (const auto& entry : status_of(*this)["sessions"]) sessions.push_back(parse_session(entry.second));
    return sessions;
}

int SambaServer::open_files() const {
    std::size_t count = 0;
    for (const auto& file : status_of(*this)["open_files"]) count += file.second["opens"].size();
    return static_cast<int>(count);
}

bool SambaServer::wait_for_sessions(std::size_t count, Milliseconds limit) const {
    return eventually([this, count] { return smbstatus().size() == count; }, limit);
}

std::vector<pid_t> SambaServer::processes() const {
    return processes_naming(marker_of(dir_));
}

void SambaServer::pause(pid_t pid) {
    const auto own = processes();
    if (std::find(own.begin(), own.end(), pid) == own.end())
        throw std::runtime_error(std::to_string(pid) + " is no process of this server");
    ::kill(pid, SIGSTOP);
    paused_.push_back(pid);
}

void SambaServer::resume(pid_t pid) {
    const auto paused = std::find(paused_.begin(), paused_.end(), pid);
    if (paused == paused_.end()) return;
    paused_.erase(paused);
    ::kill(pid, SIGCONT);
}

void SambaServer::stop() {
    paused_.clear();  // SIGCONT below: to a process that is stopped SIGTERM would say nothing
    const auto gone = [this](int number) {
        const auto rest = processes();
        for (const pid_t pid : rest) {
            ::kill(pid, number);
            ::kill(pid, SIGCONT);
        }
        return rest.empty();
    };
    smbd_.stop();
    // Twice in a row: a process that forks while /proc is being read can be missed together with its child.
    const auto all_gone = [&](int number) { return gone(number) && gone(number); };
    if (!eventually([&] { return all_gone(SIGTERM); }, std::chrono::seconds(2)))
        eventually([&] { return all_gone(SIGKILL); });
    guard_.dismiss();
}

std::string SambaServer::log() const {
    std::string text;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
        const std::string name = entry.path().filename();
        if (name.starts_with("log.") || name == "smbd.out")
            text += "--- " + name + "\n" + read_file(entry.path());
    }
    return text;
}

}  // namespace curfew::testing
