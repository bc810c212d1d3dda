#pragma once
// Two servers, the people on them, and one policy.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/crash_guard.hpp"
#include "tests/integration/curfew_program.hpp"
#include "tests/integration/samba_server.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::demo {

// What the policy is expected to make of a session.
enum class Fate {
    no_rule,
    ended,
    ended_or_waits,  // the limit lets two of these go; which ones is up to the server's order
    is_protected,
    collateral,
    observed,
};

struct Person {
    std::string server;
    std::string user;
    std::string client;
    bool file_open = false;
    Fate fate = Fate::no_rule;
    testing::HeldSession* session = nullptr;  // two people may have one connection

    std::string key() const { return server + " " + user + "@" + client; }
};

class Scene {
  public:
    Scene();  // servers, and what curfew needs to reach them

    // One connection after the other, as `people` has them.
    void let_in();

    std::vector<Person>& people() { return people_; }
    testing::CurfewSite& site() { return site_; }
    const testing::SambaServer& server(const std::string& name) const { return *servers_.at(name); }

    // Whether the server itself still lists this session.
    bool listed(const Person& person) const;

  private:
    void let_in(Person& person, Person* shares_the_connection);

    testing::CurfewSite site_;
    testing::CrashGuard guard_;
    std::map<std::string, std::unique_ptr<testing::SambaServer>> servers_;
    std::vector<Person> people_;
    std::deque<testing::HeldSession> sessions_;
};

// The part of curfew.yaml that says who has to leave.
extern const char* const policy;

}  // namespace curfew::demo
