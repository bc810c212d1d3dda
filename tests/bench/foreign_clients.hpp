#pragma once
// What others use to ask for sessions: rpcclient as a process, and Python clients on a kept connection.

#include <cstdint>
#include <optional>
#include <string>

#include "tests/bench/measure.hpp"

namespace curfew::bench {

struct Account {
    std::uint16_t port = 0;
    std::string user;
    std::string password_file;  // "username = …" and "password = …", as Samba's tools read it
    std::string password;
};

Cost rpcclient_look(const Account& account, int times);

// Runs the script, which looks `times` times on one connection and tells its own cost; empty where it cannot
// run here.
std::optional<Cost> python_looks(const std::string& script, const Account& account, int times);

}  // namespace curfew::bench
