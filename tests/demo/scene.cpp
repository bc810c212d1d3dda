#include "tests/demo/scene.hpp"

#include <algorithm>

namespace curfew::demo {

using namespace curfew::testing;

const char* const policy = R"(mode: enforce
polling: {interval: 2s}
protect:
  - {user: "svc-*", reason: service accounts}
rules:
  - name: idle workstations
    when: {idle: 15m}
    then: disconnect
  - name: files left open
    mode: observe              # on trial: say what it would end, end nothing
    when: {server: fs2, open_files: {at_least: 1}}
    then: disconnect
  - name: nothing open
    when: {connected: 3s, open_files: 0}
    limits: {per_server: 2/1m}
    then: disconnect
)";

namespace {

std::vector<Person> cast() {
    return {{"fs1", "anna", "127.0.0.11", false, Fate::ended_or_waits},
            {"fs1", "grace", "127.0.0.12", false, Fate::ended_or_waits},
            {"fs1", "heidi", "127.0.0.13", false, Fate::ended_or_waits},
            {"fs1", "bob", "127.0.0.14", true, Fate::no_rule},
            {"fs1", "carol", "127.0.0.15", true, Fate::no_rule},
            {"fs1", "dave", "127.0.0.15", false, Fate::collateral},
            {"fs1", "svc-backup", "127.0.0.16", false, Fate::is_protected},
            {"fs2", "anna", "127.0.0.11", false, Fate::ended},
            {"fs2", "erin", "127.0.0.17", true, Fate::observed}};
}

// Servers are told apart by their ServerGuid, which Samba makes of the NetBIOS name.
std::unique_ptr<SambaServer> start_server(const std::string& netbios_name) {
    SambaOptions options;
    options.users = {{"svc-curfew", "secret-curfew", Rights::administer}};
    for (const char* user : {"anna", "bob", "carol", "dave", "erin", "grace", "heidi", "svc-backup"})
        options.users.push_back({user, std::string{"secret-"} + user});
    options.global.push_back("netbios name = " + netbios_name);
    return std::make_unique<SambaServer>(options);
}

}  // namespace

Scene::Scene() : guard_(site_.dir(), "CURFEW_DEMO=" + site_.dir().string()), people_(cast()) {
    servers_["fs1"] = start_server("FS1");
    servers_["fs2"] = start_server("FS2");
    site_.write_config("servers:\n" + CurfewSite::entry("fs1", server("fs1")) +
                       CurfewSite::entry("fs2", server("fs2")) + "log: {format: json}\n" + policy);
}

void Scene::let_in() {
    for (auto person = people_.begin(); person != people_.end(); ++person) {
        if (person->session) continue;
        const auto same_machine = std::find_if(person + 1, people_.end(), [&](const Person& other) {
            return other.server == person->server && other.client == person->client;
        });
        let_in(*person, same_machine == people_.end() ? nullptr : &*same_machine);
    }
}

void Scene::let_in(Person& person, Person* shares_the_connection) {
    HeldOptions options;
    options.user = person.user;
    options.client_address = person.client;
    options.open_file = person.file_open;
    if (shares_the_connection) options.second_user = shares_the_connection->user;
    person.session = &sessions_.emplace_back(server(person.server), options);
    if (shares_the_connection) shares_the_connection->session = person.session;
}

bool Scene::listed(const Person& person) const {
    const auto sessions = server(person.server).smbstatus();
    return std::any_of(sessions.begin(), sessions.end(), [&](const SambaSession& session) {
        return session.user == person.user && session.machine == person.client;
    });
}

}  // namespace curfew::demo
