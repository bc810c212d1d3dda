#pragma once
// One server of the fleet at run time: its strand, its connection, and what was last said of it in the log.
// What the configuration says of it is in the edition of the moment.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "config/config.hpp"
#include "core/session_api.hpp"
#include "daemon/clock.hpp"
#include "policy/memory.hpp"

namespace curfew::daemon {

// How a server is reached; tests bring their own.
using OpenServer = std::function<std::shared_ptr<core::SessionApi>(const config::Server&,
                                                                   boost::asio::any_io_executor strand)>;

struct Member {
    Member(std::string its_name, boost::asio::any_io_executor its_strand,
           std::shared_ptr<core::SessionApi> its_api)
        : name(std::move(its_name)), strand(std::move(its_strand)), api(std::move(its_api)) {}

    const std::string name;
    const boost::asio::any_io_executor strand;
    const std::shared_ptr<core::SessionApi> api;

    // It left the fleet. Set before the edition without it is in force, so that whoever sees that one sees
    // this.
    std::atomic<bool> gone = false;
    // When the next look is due; max() while one is under way. For whoever shows it, from any thread.
    std::atomic<core::SteadyTime> next_look = core::SteadyTime::max();

    // What the last good visit says of the next one: a moment at which a rule may begin to match. Empty: one
    // interval later. Of the visit, and of whoever was told that it is over.
    std::optional<core::SteadyTime> due;

    // On the strand only.
    policy::ServerMemory memory;            // which rules have been deciding for whom, and since when
    std::optional<core::Now> last_seen_at;  // both clocks at the last good look, to see one of them jump
    bool visited = false;                   // a visit is under way, and has the memory
    bool looked_at_meanwhile = false;       // by somebody else
    std::uint32_t failures = 0;             // in a row
    bool starved = false;                   // the last look failed for want of a descriptor
    std::string last_trouble;               // what was logged of them
    bool level_told = false;                // what its level leaves unknown has been said
    bool twin_told = false;
    bool at_the_gate = false;    // in the middle of something that must be finished
    std::set<std::string> told;  // what was withheld at the last look, so that it is said once
};

// Whether one of the clocks jumped between these two moments, or the machine slept: both go on by the same
// otherwise, give or take what clocks are corrected by.
bool jumped(const std::optional<core::Now>& before, const core::Now& at);

// On the member's strand: returns when nobody visits it. A visit has the memory, and there is one of that.
boost::asio::awaitable<void> turn_at(Member& member, Clock& clock);

// Who there is, for all threads. A member lives for as long as somebody works with it.
class Members {
  public:
    using Shared = std::shared_ptr<Member>;
    void add(Shared member);
    Shared remove(const std::string& name);  // null: there was none
    Shared find(const std::string& name) const;
    std::vector<Shared> all() const;  // in the order in which they came
    std::size_t size() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Shared> by_name_;
    std::vector<Shared> in_order_;
};

}  // namespace curfew::daemon
