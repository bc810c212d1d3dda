#pragma once
// Carries one delivery to a webhook over HTTP or HTTPS, and says what it was told. Files and DNS are read on
// `pool`; all else happens on the strand, and nothing there blocks.

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/service.hpp"
#include "core/auth/blocking_pool.hpp"
#include "daemon/clock.hpp"
#include "daemon/notify/reply.hpp"

namespace curfew::daemon {

class Courier {
  public:
    // `strand` runs one thing at a time; everything here is called on it.
    Courier(const boost::asio::any_io_executor& strand, std::shared_ptr<core::BlockingPool> pool,
            const Clock& clock);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    // Where it goes, and what is sent there; the files that the webhook names are read anew every time.
    struct Parcel {
        config::Webhook webhook;
        std::string delivery;  // its id
        std::string body;
        std::string agent;  // what the header User-Agent says
    };
    // Takes webhook.timeout at most. One at a time.
    boost::asio::awaitable<Reply> deliver(std::shared_ptr<const Parcel> parcel);

    // Gives up what is under way, and whatever comes later.
    void cancel();

  private:
    struct Attempt;
    boost::asio::any_io_executor strand_;
    std::shared_ptr<core::BlockingPool> pool_;
    const Clock& clock_;
    std::shared_ptr<Attempt> attempt_;
    bool cancelled_ = false;
};

}  // namespace curfew::daemon
