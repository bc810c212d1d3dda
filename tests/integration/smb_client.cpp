#include "tests/integration/smb_client.hpp"

#include <stdexcept>
#include <utility>

namespace curfew::testing {
namespace {

std::uint16_t announced_port(const std::string& log) {
    const std::string words = "listening on AF=2 127.0.0.1:";
    const auto at = log.find(words);
    const auto end = at == std::string::npos ? at : log.find('\n', at);
    if (end == std::string::npos) return 0;
    return static_cast<std::uint16_t>(std::stoi(log.substr(at + words.size())));
}

}  // namespace

Forwarder::Forwarder(const std::string& client_address, std::uint16_t server_port)
    : client_address_(client_address) {
    const TempDir dir;  // gone when the port is known; socat goes on writing to a file without a name
    const auto log = dir / "log";
    SpawnOptions how;
    how.output = log;
    // Port 0: the kernel chooses, and socat says which. Nobody else can take it in between.
    socat_ = ChildProcess({"socat", "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1,fork",
                           "TCP:127.0.0.1:" + std::to_string(server_port) + ",bind=" + client_address},
                          how);
    const auto listening = [&] { return (port_ = announced_port(read_file(log))) != 0; };
    eventually([&] { return listening() || !socat_.running(); });
    if (port_ == 0) throw std::runtime_error("socat does not listen\n" + read_file(log));
}

HeldSession::HeldSession(const SambaServer& server, HeldOptions options)
    : options_(std::move(options)), dir_(server.dir()), forwarder_(options_.client_address, server.port()) {
    // smbclient would read the system's smb.conf and write caches into the system's directories.
    const auto conf = dir_.write("smb.conf",
                                 "[global]\nworkgroup = CURFEW\nnetbios name = CLIENT\n"
                                 "client min protocol = SMB2_02\nname resolve order = host\n"
                                 "lock directory = " +
                                     dir_.path().string() + "\nstate directory = " + dir_.path().string() +
                                     "\ncache directory = " + dir_.path().string() +
                                     "\nprivate dir = " + dir_.path().string() + "\n");
    // Through stdbuf: smbclient asks with select() for input that stdio has already taken, and would keep its
    // answers to itself.
    std::vector<std::string> argv = {"stdbuf",
                                     "-i0",
                                     "-oL",
                                     "smbclient",
                                     "//" + options_.host + "/share",
                                     "-I",
                                     "127.0.0.1",
                                     "-p",
                                     std::to_string(forwarder_.port()),
                                     "-s",
                                     conf,
                                     "-m",
                                     options_.max_protocol};
    if (options_.encrypt) argv.push_back("--client-protection=encrypt");
    if (options_.kerberos_ccache.empty()) {
        const auto login = dir_.write("login", "username = " + options_.user + "\npassword = " +
                                                   server.user(options_.user).password + "\n");
        argv.insert(argv.end(), {"-A", login, "--use-kerberos=off"});
    } else {
        argv.insert(argv.end(), {"--use-kerberos=required", "--use-krb5-ccache=" + options_.kerberos_ccache});
    }
    SpawnOptions how;
    how.env = options_.env;
    // The option alone tells smbclient who it is; the ticket itself it takes from the environment's cache.
    if (!options_.kerberos_ccache.empty()) how.env.push_back("KRB5CCNAME=FILE:" + options_.kerberos_ccache);
    how.stdin_pipe = true;
    how.output = dir_ / "output";
    client_ = ChildProcess(argv, how);
    if (!alive(std::chrono::seconds(15))) throw std::runtime_error("no session\n" + output());
    if (options_.open_file) open_file(server);
    if (options_.second_user) log_on_second(server.user(*options_.second_user));
}

void HeldSession::open_file(const SambaServer& server) {
    const std::string name = "held-" + dir_.path().filename().string();
    const auto file = server.share_path() / name;
    std::filesystem::copy_file(dir_ / "smb.conf", file);
    std::filesystem::permissions(file, std::filesystem::perms(0666));
    if (!ask("open " + name, "fnum", "NT_STATUS_", std::chrono::seconds(10)))
        throw std::runtime_error("cannot open a file\n" + output());
}

// smbclient's logon makes a second session on the same connection and goes on as that user, whose tree is
// missing then. The first user's session, tree and open file stay.
void HeldSession::log_on_second(const SambaUser& user) {
    client_.write("logon " + user.name + " " + user.password + "\n");
    const bool connected =
        ask("tcon share", "tcon to share successful", "NT_STATUS_", std::chrono::seconds(10));
    if (!connected || output().find("session setup failed") != std::string::npos)
        throw std::runtime_error("no second session\n" + output());
}

// Says a command and waits for one of two answers, whichever comes; the good one may contain the bad one.
bool HeldSession::ask(const std::string& command, const std::string& good, const std::string& bad,
                      Milliseconds limit) {
    const auto before = output().size();
    if (!client_.write(command + "\n")) return false;
    bool answered = false;
    eventually(
        [&] {
            const bool running = client_.running();  // before the look at its last words
            const std::string text = output();
            answered = text.find(good, before) != std::string::npos;
            return answered || !running || text.find(bad, before) != std::string::npos;
        },
        limit);
    return answered;
}

bool HeldSession::alive(Milliseconds limit) {
    // A file that is not there: the server has to be asked, and the answer names the question, so that the
    // late answer of a server that was paused is not taken for this one. Once cut, the line begins with
    // another status.
    const std::string name = "ask-" + std::to_string(++asked_);
    const std::string end = " listing \\" + name + "\n";
    return ask("ls " + name, "NT_STATUS_NO_SUCH_FILE" + end, end, limit);
}

void HeldSession::close() {
    client_.write("exit\n");
    client_.wait(std::chrono::seconds(3));
    client_.stop();
}

std::string HeldSession::output() const {
    return read_file(dir_ / "output");
}

}  // namespace curfew::testing
