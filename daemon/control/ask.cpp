#include "daemon/control/ask.hpp"

#include "daemon/control/find_control.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::daemon {

void tell(std::FILE* where, const std::string& text) {
    std::fprintf(where, "%s\n", for_people(text).c_str());
}

void tell_trouble(const std::string& text) {
    tell(stderr, "curfew: " + text);
}

void tell_trouble(const core::Error& error) {
    tell_trouble(error.context.empty() ? core::describe(error) : error.context);
}

int ask_daemon(const DaemonAt& at, const std::string& request,
               const std::function<void(const std::string&)>& each, ControlClient::Patience patience) {
    const auto found = find_control(at.config, at.socket);
    if (!found) {
        tell_trouble(found.error());
        return exit_usage;
    }
    if (!found->remark.empty()) tell_trouble(found->remark);
    auto client = ControlClient::connect(found->control, patience);
    if (!client) {
        tell_trouble(client.error());
        return exit_failed;
    }
    const auto answer = client->ask(request, each);
    if (!answer) {
        tell_trouble(answer.error());
        return exit_failed;
    }
    if (!answer->error.empty()) tell_trouble(answer->error);
    return answer->exit;
}

}  // namespace curfew::daemon
