#pragma once
// One server of the fleet at run time: its strand, its connection, and what was last said of it in the log.

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "config/config.hpp"
#include "core/session_api.hpp"
#include "policy/memory.hpp"

namespace curfew::daemon {

// How a server is reached; tests bring their own.
using OpenServer = std::function<std::shared_ptr<core::SessionApi>(const config::Server&,
                                                                   boost::asio::any_io_executor strand)>;

struct Member {
    const config::Server& config;
    boost::asio::any_io_executor strand;
    std::shared_ptr<core::SessionApi> api;

    // On the strand only.
    policy::ServerMemory memory;       // which rules have been deciding for whom, and since when
    bool visited = false;              // a visit is under way, and has the memory
    bool looked_at_meanwhile = false;  // by somebody else
    std::uint32_t failures = 0;        // in a row
    std::string last_trouble;          // what was logged of them
    bool level_told = false;           // what its level leaves unknown has been said
    bool twin_told = false;
    bool at_the_gate = false;    // in the middle of something that must be finished
    std::set<std::string> told;  // what was withheld at the last look, so that it is said once
};

}  // namespace curfew::daemon
