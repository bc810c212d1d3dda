#pragma once
// `clients: {names: dns}` beside the looks: a look is told what is known at that moment and goes on, what is
// missing is asked on threads of its own, and the next look sees the answers. Questions that hang hold up
// nobody but other questions.

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/clock.hpp"
#include "daemon/log/log.hpp"
#include "daemon/names/name_cache.hpp"
#include "policy/facts.hpp"

namespace curfew::daemon {

class ClientNames {
  public:
    using Ask = std::function<ClientAnswer(const ClientQuestion&)>;  // may block, on any thread
    // Does the job later, on some thread; false where it cannot.
    using Run = std::function<bool(std::function<void()>)>;

    ClientNames(Clock& clock, Log& log, Ask ask, Run run, NameCacheBounds bounds = {});
    ~ClientNames();  // waits for nobody; an answer that comes later goes nowhere
    ClientNames(const ClientNames&) = delete;
    ClientNames& operator=(const ClientNames&) = delete;

    // Puts what is known into every client of the look. Never waits.
    void tell(policy::ServerLook& look);

    // Until every question is answered, or `deadline`.
    boost::asio::awaitable<void> wait_for_answers(core::SteadyTime deadline);

    // Asks again for clients that a look wanted within `used_within`, where what is known is not fresh.
    void refresh(core::Seconds used_within);
    // That, once a minute, on an executor that runs one thing at a time: a fleet may be looked at so seldom
    // that every answer would be too old at the next look. Until stop(), which is for any thread.
    void keep_fresh(const boost::asio::any_io_executor& executor, core::Seconds used_within);
    void stop();

    std::size_t under_way() const;

  private:
    struct Shared;
    static void work(const std::shared_ptr<Shared>& shared, ClientQuestion question);
    void ask_what_waits();
    boost::asio::awaitable<void> refresh_every_minute(core::Seconds used_within);

    Clock& clock_;
    Run run_;
    std::shared_ptr<Shared> shared_;  // what a thread that is left behind still needs
    std::optional<boost::asio::steady_timer> timer_;
    bool stopping_ = false;  // on the timer's executor only
};

// By the system's resolver. Null where the configuration goes by what servers report.
std::shared_ptr<ClientNames> client_names_for(const config::Config& config, Clock& clock, Log& log);

}  // namespace curfew::daemon
