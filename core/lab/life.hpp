#pragma once
// The sessions of one server and the people behind them, over lab time. Knows no clock and needs no timer:
// what happened since somebody last asked is worked out when somebody asks. Everybody draws from dice of
// their own, so that the same seed gives the same life however often it is looked at.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/lab/scenario.hpp"
#include "core/session.hpp"

namespace curfew::core::lab {

using SessionId = std::uint64_t;  // unique on one server, growing, never used twice

// One session as it is at a moment.
struct Present {
    SessionId id = 0;
    Session session;               // all fields known, as the server knows them
    std::uint32_t connection = 0;  // with the client's name: which connection carries it
    bool caller = false;           // of somebody who asks the lab itself
};

class ServerLife {
  public:
    ServerLife(std::vector<LabSession> sessions, std::uint64_t seed, SteadyTime begin);

    // By id, so in the order in which they began.
    std::vector<Present> present(SteadyTime now);

    // Cuts the session off; it is gone from `when` on, which may lie a little ahead.
    void end(SessionId id, SteadyTime when);

    // Everybody does something right now.
    void wake_all(SteadyTime now);

    // Those who ask the lab are sessions of its servers too.
    SessionId caller_arrived(std::string client, std::string user, SteadyTime now);
    void caller_active(SessionId id, SteadyTime now);
    void caller_left(SessionId id);

  private:
    enum class Phase { working, pausing, away };
    struct Person {
        LabSession is;
        Phase phase = Phase::pausing;
        SteadyTime phase_ends = SteadyTime::max();
        SteadyTime started{};
        SteadyTime last_active{};
        SteadyTime gone_at = SteadyTime::max();   // cut off
        SteadyTime comes_at = SteadyTime::max();  // back, after having been cut off at work
        std::uint32_t files = 0;
        SessionId id = 0;  // 0: no session
        std::minstd_rand dice;
    };
    struct Caller {
        SessionId id = 0;
        std::string client;
        std::string user;
        SteadyTime started{};
        SteadyTime last_active{};
        SteadyTime gone_at = SteadyTime::max();
    };

    void live_until(Person& person, SteadyTime now);
    void next_phase(Person& person);
    void begin_work(Person& person, SteadyTime at);

    std::vector<Person> people_;
    std::vector<Caller> callers_;
    SessionId last_id_ = 0;
};

}  // namespace curfew::core::lab
