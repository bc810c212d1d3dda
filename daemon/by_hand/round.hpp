#pragma once
// So many pieces of work at once and no more, until none is left, while somebody is told how it goes. All of
// it on one executor that runs one thing at a time; the work itself may go elsewhere and come back.

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/by_hand/everywhere.hpp"

namespace curfew::daemon {

class Round {
  public:
    Round(boost::asio::any_io_executor executor, Clock& clock, std::function<bool()> stopping,
          EverywhereEar& ear, const EverywhereCounts& counts);

    // True: go on. What has been begun is over when it returns, whatever it says.
    using Work = std::function<boost::asio::awaitable<void>(std::size_t number)>;
    boost::asio::awaitable<bool> run(std::size_t pieces, std::size_t at_once, const Work& work);
    // Until then; somebody who stops listening is noticed within a moment.
    boost::asio::awaitable<bool> pause(core::Milliseconds length);

    void tell(EverywhereNews news);
    boost::asio::awaitable<bool> tell_counts();
    bool goes_on() const { return listening_ && !(stopping_ && stopping_()); }

  private:
    boost::asio::awaitable<void> labour(const Work& work, std::size_t pieces);
    boost::asio::awaitable<void> pass_on();

    boost::asio::any_io_executor executor_;
    Clock& clock_;
    std::function<bool()> stopping_;
    EverywhereEar& ear_;
    const EverywhereCounts& counts_;
    boost::asio::steady_timer wake_;
    std::deque<EverywhereNews> news_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    std::exception_ptr failure_;
    bool listening_ = true;
    core::SteadyTime counts_at_;  // told next
};

}  // namespace curfew::daemon
