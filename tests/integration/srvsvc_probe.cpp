#include "tests/integration/srvsvc_probe.hpp"

#include <sstream>

namespace curfew::testing {
namespace {

// Who calls, and with what password, comes on stdin: command lines are for everyone to read.
constexpr const char* script = R"(
import sys
from samba import WERRORError, credentials, param
from samba.dcerpc import srvsvc

conf, port, user, password, call, client, target = sys.stdin.read().split("\n")[:7]
lp = param.LoadParm()
lp.load(conf)
lp.set("smb ports", port)
creds = credentials.Credentials()
creds.guess(lp)
creds.set_username(user)
creds.set_password(password)
creds.set_kerberos_state(credentials.DONT_USE_KERBEROS)
pipe = srvsvc.srvsvc("ncacn_np:127.0.0.1[\\pipe\\srvsvc]", lp, creds)
try:
    if call == "enumerate":
        wanted = srvsvc.NetSessInfoCtr()
        wanted.level = 1
        wanted.ctr = srvsvc.NetSessCtr1()
        found, total, resume = pipe.NetSessEnum("127.0.0.1", None, None, wanted, 0xffffffff, None)
        for s in found.ctr.array or []:
            print("session", s.num_open, s.time, s.idle_time, s.client or "-", s.user or "-")
    else:
        pipe.NetSessDel("127.0.0.1", client or None, target or None)
    print("error", 0)
except WERRORError as error:
    print("error", error.args[0])
)";

ProbeReply probe(const SambaServer& server, const std::string& caller, const std::string& call,
                 const std::string& client, const std::string& target) {
    const TempDir dir;
    std::string conf = "[global]\n";
    for (const char* kind : {"private dir", "lock directory", "state directory", "cache directory"})
        conf += std::string(kind) + " = " + dir.path().string() + "\n";
    std::string input = dir.write("smb.conf", conf).string() + "\n" + std::to_string(server.port()) + "\n";
    for (const auto& line : {caller, server.user(caller).password, call, client, target})
        input += line + "\n";
    // The system's own Python: the bindings are not in a pyenv's.
    const auto result = run({"/usr/bin/python3", "-c", script}, {}, input);

    ProbeReply reply;
    reply.text = result.out + result.err;
    std::istringstream lines(result.out);
    for (std::string word; lines >> word;) {
        if (word == "error") lines >> reply.error;
        if (word != "session") continue;
        ListedSession session;
        lines >> session.open_files >> session.seconds >> session.idle_seconds >> session.client >>
            session.user;
        reply.sessions.push_back(session);
    }
    return reply;
}

}  // namespace

ProbeReply probe_enumerate(const SambaServer& server, const std::string& caller) {
    return probe(server, caller, "enumerate", "", "");
}

ProbeReply probe_delete(const SambaServer& server, const std::string& caller, const std::string& client,
                        const std::string& user) {
    return probe(server, caller, "delete", client, user);
}

}  // namespace curfew::testing
