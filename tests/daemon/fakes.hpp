#pragma once
// A world without sockets and without waiting: a clock turned by hand, servers that list and end sessions as
// Windows or Samba do and fail as a script says, an audit that can refuse, a log that is kept. Everything
// that happens goes into one journal, in order, because order is most of what the gate promises.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/session_api.hpp"
#include "daemon/clock.hpp"
#include "daemon/gate/audit.hpp"
#include "policy/facts.hpp"

namespace curfew::daemon::fake {

class ManualClock final : public Clock {
  public:
    ManualClock();
    core::Now now() const override { return now_; }
    // The time is there at once.
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override;
    void advance(core::Milliseconds by);
    void jump(core::Seconds by) { now_.wall += by; }  // the one on the wall

  private:
    core::Now now_;
};

struct Journal {
    std::vector<std::string> lines;
    void say(std::string line) { lines.push_back(std::move(line)); }
    std::size_t count(std::string_view prefix) const;
    std::vector<std::string> with(std::string_view prefix) const;
};

struct FakeSession {
    std::string user;
    std::string client;
    core::SteadyTime started{};
    core::SteadyTime active{};  // last used
    std::uint32_t open_files = 0;
    int process = 0;      // Samba: ends with all that have the same; 0: one of its own
    int looks_left = -1;  // ended, and listed so many times more; below 0: alive
    bool operator==(const FakeSession&) const = default;
};

struct SessionText {
    std::string user;
    std::string client = "10.20.1.7";
    core::Milliseconds idle = std::chrono::minutes{45};
    core::Milliseconds connected = std::chrono::hours{3};
    std::uint32_t open_files = 0;
    int process = 0;
};

class FakeServer final : public core::SessionApi {
  public:
    enum class Is { windows, samba };
    using Hook = std::function<void(FakeServer&)>;

    FakeServer(std::string name, Is is, ManualClock& clock, Journal& journal);

    void add(const SessionText& session);
    void remove(const std::string& user);
    void wake(const std::string& user);  // idle no more, and a file open
    std::size_t alive(const std::string& user) const;

    // The script; operations are counted from 1.
    void on_look(unsigned n, Hook hook) { on_look_[n] = std::move(hook); }
    void fail_look(unsigned n, core::Error error) { look_faults_[n] = std::move(error); }
    void fail_looks(std::optional<core::Error> error) { all_looks_fault_ = std::move(error); }
    void lose_answer(unsigned n) { lost_answers_.insert(n); }  // asked again, and answered
    bool lost_an_answer() const override { return lost_answers_.contains(looks_); }
    struct DelFault {
        core::Error error;
        bool sent = true;
        bool takes_effect = false;
    };
    void fail_del(unsigned n, DelFault fault) { del_faults_[n] = std::move(fault); }
    Hook before_every_look;
    Hook after_every_del;
    // Called in the middle of a Del with those it is about to end.
    std::function<void(FakeServer&, const std::vector<FakeSession>&)> on_del;

    unsigned looks() const { return looks_; }
    unsigned dels() const { return dels_; }
    unsigned cancelled() const { return cancelled_; }
    // Every look at everybody, and every one that failed.
    struct Look {
        core::SteadyTime at{};
        std::optional<core::Enumeration> answer;
    };
    const std::vector<Look>& history() const { return history_; }
    const core::Enumeration& last_answer() const { return last_answer_; }
    core::SteadyTime last_answered_at() const { return last_answered_at_; }

    core::Milliseconds latency{0};
    int linger = 0;                        // how many looks an ended session stays listed
    std::optional<core::Level> level;      // instead of what the kind answers
    std::optional<core::ServerGuid> guid;  // one of its own, unless set
    std::string own_user = "svc-curfew";   // as the server lists us
    std::string own_client = "10.9.9.9";
    std::vector<FakeSession> sessions;
    const std::string name;

    boost::asio::awaitable<core::Result<core::Enumeration>> enumerate(core::SessionFilter filter,
                                                                      core::SteadyTime deadline) override;
    boost::asio::awaitable<Outcome> disconnect(core::ClientName client, core::UserName user,
                                               core::SteadyTime deadline) override;
    void cancel() override { ++cancelled_; }
    boost::asio::awaitable<void> close(core::SteadyTime deadline) override;
    boost::asio::awaitable<bool> let_go(core::SteadyTime deadline) override;

  private:
    std::optional<core::Error> fault_of(unsigned look, core::SteadyTime deadline) const;
    core::Enumeration answer(const core::SessionFilter& filter) const;
    core::Session as_listed(const FakeSession& session, core::Level at_level) const;
    std::vector<FakeSession> hit_by(const core::ClientName& client, const core::UserName& user) const;
    void end(const std::vector<FakeSession>& ended);

    Is is_;
    ManualClock& clock_;
    Journal& journal_;
    core::SteadyTime established_;
    std::map<unsigned, Hook> on_look_;
    std::set<unsigned> lost_answers_;
    std::map<unsigned, core::Error> look_faults_;
    std::optional<core::Error> all_looks_fault_;
    std::map<unsigned, DelFault> del_faults_;
    unsigned looks_ = 0;
    unsigned dels_ = 0;
    unsigned cancelled_ = 0;
    std::vector<Look> history_;
    core::Enumeration last_answer_;
    core::SteadyTime last_answered_at_{};
};

class RecordingAudit final : public Audit {
  public:
    explicit RecordingAudit(Journal& journal) : journal_(journal) {}
    boost::asio::awaitable<core::Result<IntentId>> intent(const Intent& intent) override;
    boost::asio::awaitable<void> outcome(IntentId id, const Intent& intent, const Result& result) override;

    std::optional<core::Error> refuse;
    std::function<void()> on_intent;
    struct Entry {
        Intent intent;
        std::optional<Result> result;
    };
    std::vector<Entry> entries;  // by IntentId - 1

  private:
    Journal& journal_;
};

core::Error connection_lost();
core::Error timed_out();
core::Error net_api(std::uint32_t status);

}  // namespace curfew::daemon::fake
