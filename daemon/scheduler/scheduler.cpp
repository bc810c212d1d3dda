#include "daemon/scheduler/scheduler.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;

Scheduler::Scheduler(asio::any_io_executor strand, std::deque<Member>& members, Enforcer& enforcer,
                     Clock& clock, Log& log, config::Polling polling)
    : strand_(std::move(strand)),
      members_(members),
      enforcer_(enforcer),
      clock_(clock),
      log_(log),
      polling_(polling),
      grid_{clock.now().steady, polling.interval},
      wake_(strand_),
      random_(std::random_device{}()) {
    for (ServerId id = 0; id < members_.size(); ++id) {
        queue_.schedule(id, first_look(grid_, members_[id].config.traits.name, members_.size()));
    }
}

// Whoever awaits it does so on a thread of theirs; the queue belongs to the strand.
asio::awaitable<void> Scheduler::run() {
    co_await asio::co_spawn(strand_, work_off(), asio::use_awaitable);
}

asio::awaitable<void> Scheduler::work_off() {
    while (!stopping_ || under_way_ > 0) {
        if (!stopping_) start_due();
        const bool may_start = !stopping_ && under_way_ < polling_.concurrency;
        const auto due = may_start ? queue_.next_due() : std::nullopt;
        wake_.expires_at(due ? clock_.timer_at(*due) : core::SteadyTime::max());
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void Scheduler::start_due() {
    while (under_way_ < polling_.concurrency) {
        const auto id = queue_.take_due(clock_.now().steady);
        if (!id) return;
        ++under_way_;
        auto& member = members_[*id];
        asio::co_spawn(member.strand, enforcer_.visit(member),
                       [this, id = *id](std::exception_ptr failure, bool answered) {
                           asio::post(strand_, [this, id, failure, answered] {
                               if (failure) {
                                   try {
                                       std::rethrow_exception(failure);
                                   } catch (const std::exception& error) {
                                       log_.error("visit_failed",
                                                  {{"server", members_[id].config.traits.name},
                                                   {"message", error.what()}});
                                   }
                               }
                               finished(id, !failure && answered);
                           });
                       });
    }
}

void Scheduler::finished(ServerId id, bool answered) {
    --under_way_;
    const auto now = clock_.now().steady;
    auto& member = members_[id];
    if (answered) {
        queue_.schedule(id, next_look(grid_, member.config.traits.name, now));
    } else {
        const double jitter = std::uniform_real_distribution<double>{0, 1}(random_);
        queue_.schedule(id, retry_look(grid_, std::max(member.failures, 1u), jitter, now));
    }
    wake_.cancel();
}

void Scheduler::stop() {
    asio::post(strand_, [this] {
        stopping_ = true;
        enforcer_.stop();
        cancel_looks();
        wake_.cancel();
    });
}

// A look changes nothing and may be left; what stands at the gate is finished.
void Scheduler::cancel_looks() {
    for (auto& member : members_) {
        asio::post(member.strand, [&member] {
            if (!member.at_the_gate) member.api->cancel();
        });
    }
}

}  // namespace curfew::daemon
