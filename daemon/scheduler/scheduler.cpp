#include "daemon/scheduler/scheduler.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

// Servers are due, none can be begun, and none has ended for so long: then visits hang for good. A visit that
// ends sessions one after the other may well take minutes.
constexpr core::Seconds longest_standstill{300};

// After a look for which there was no descriptor; the server has done nothing.
constexpr core::Seconds until_descriptors{1};

// How long a server whose connection is closed may take to say goodbye: a visit may wait behind it.
constexpr core::Seconds farewell{1};

// On the member's strand. False: somebody works with the connection.
asio::awaitable<bool> say_goodbye(Members::Shared member, core::SteadyTime deadline) {
    if (member->visited || member->at_the_gate) co_return false;
    co_return co_await member->api->let_go(deadline);
}

}  // namespace

Scheduler::Scheduler(asio::any_io_executor strand, const std::vector<Members::Shared>& members,
                     Enforcer& enforcer, Clock& clock, Log& log, config::Polling polling,
                     std::size_t most_connections)
    : strand_(std::move(strand)),
      enforcer_(enforcer),
      clock_(clock),
      log_(log),
      polling_(polling),
      grid_{clock.now().steady, polling.interval},
      kept_(most_connections),
      queue_(polling.concurrency),
      wake_(strand_),
      random_(std::random_device{}()),
      last_motion_(grid_.start) {
    for (const auto& member : members) add(member, first_look(grid_, member->name, members.size()));
}

void Scheduler::on_progress(std::function<void()> told, core::Milliseconds at_least_every) {
    progress_ = std::move(told);
    progress_every_ = at_least_every;
}

void Scheduler::add(const Members::Shared& member, core::SteadyTime due) {
    const ServerId id = next_id_++;
    members_.emplace(id, member);
    ids_.emplace(member.get(), id);
    schedule(id, due);
}

void Scheduler::schedule(ServerId id, core::SteadyTime due) {
    queue_.schedule(id, due);
    members_.at(id)->next_look = due;
}

// Whoever awaits it does so on a thread of theirs; the queue belongs to the strand.
asio::awaitable<void> Scheduler::run() {
    co_await asio::co_spawn(strand_, work_off(), asio::use_awaitable);
}

asio::awaitable<void> Scheduler::work_off() {
    while (!stopping_ || under_way_ > 0 || closing_ > 0) {
        notice_jumps();
        if (!stopping_) start_due();
        say_progress(clock_.now().steady);
        const auto now = clock_.now().steady;
        auto wake = core::SteadyTime::max();
        if (!stopping_) wake = std::min(wake, queue_.next_due().value_or(wake));
        // Somebody may set the clock on the wall.
        if (!asleep_.empty()) wake = std::min(wake, now + polling_.interval);
        if (progress_) wake = std::min(wake, now + progress_every_);
        wake_.expires_at(wake == core::SteadyTime::max() ? wake : clock_.timer_at(wake));
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void Scheduler::say_progress(core::SteadyTime now) {
    if (!progress_) return;
    const auto due = queue_.longest_due();
    const bool waits = due && *due <= now;
    if (!waits || now - last_motion_ < longest_standstill + polling_.timeout) progress_();
}

void Scheduler::start_due() {
    for (;;) {
        const auto now = clock_.now().steady;
        const auto id = queue_.take_due(now);
        if (!id) return;
        ++under_way_;
        asleep_.erase(*id);
        last_motion_ = now;
        const auto member = members_.at(*id);
        member->next_look = core::SteadyTime::max();
        kept_.in_use(*id);
        close_excess(now);
        asio::co_spawn(
            member->strand, enforcer_.visit(member),
            [this, id = *id, member, generation = generation_](std::exception_ptr failure, bool answered) {
                asio::post(strand_, [this, id, member, failure, answered, generation] {
                    if (failure) {
                        try {
                            std::rethrow_exception(failure);
                        } catch (const std::exception& error) {
                            log_.error("visit_failed", {{"server", member->name}, {"message", error.what()}});
                        }
                    }
                    finished(id, !failure && answered, generation);
                });
            });
    }
}

void Scheduler::finished(ServerId id, bool answered, std::uint64_t generation) {
    --under_way_;
    queue_.finished(id, answered);
    const auto now = clock_.now().steady;
    last_motion_ = now;
    wake_.cancel();
    const auto found = members_.find(id);
    if (found == members_.end()) {  // it left the fleet
        queue_.remove(id);
        again_by_.erase(id);
        return kept_.gone(id);
    }
    const auto& member = *found->second;
    if (answered) kept_.recover(now);
    if (answered && member.due && generation == generation_) {
        schedule(id, std::max(*member.due, now));
        asleep_.insert(id);
    } else if (answered) {
        schedule(id, next_look(grid_, member.name, now));
    } else if (member.starved) {
        starved(now);
        schedule(id, now + until_descriptors);
    } else {
        const double jitter = std::uniform_real_distribution<double>{0, 1}(random_);
        schedule(id, retry_look(grid_, std::max(member.failures, 1u), jitter, now));
    }
    const auto again_by = again_by_.find(id);
    if (again_by != again_by_.end()) {
        const auto due = std::max(again_by->second, now);
        if (answered && due < member.next_look.load()) schedule(id, due);
        again_by_.erase(again_by);
    }
    kept_.kept(id, answered ? member.next_look.load() : core::SteadyTime::max());
    close_excess(now);
}

// As many slots as there may be connections, for a visit needs one.
void Scheduler::close_excess(core::SteadyTime now) {
    const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(polling_.concurrency, kept_.limit()));
    queue_.slots(most);
    for (auto id = kept_.close_one(); id; id = kept_.close_one()) {
        const auto member = members_.at(*id);
        ++closing_;
        asio::co_spawn(member->strand, say_goodbye(member, now + farewell),
                       [this, id = *id, member](std::exception_ptr failure, bool closed) {
                           asio::post(strand_, [this, id, member, failure, closed] {
                               if (failure)
                                   log_.error("visit_failed", {{"server", member->name},
                                                               {"message", "closing its connection"}});
                               let_go(id, !failure && closed);
                           });
                       });
    }
}

void Scheduler::let_go(ServerId id, bool closed) {
    if (--closing_ == 0 && stopping_) wake_.cancel();
    const auto member = members_.find(id);
    if (!closed && member != members_.end()) kept_.worked_with(id, member->second->next_look);
}

void Scheduler::worked_with(const Members::Shared& member) {
    asio::post(strand_, [this, member] {
        const auto id = ids_.find(member.get());
        if (id == ids_.end()) return;
        kept_.worked_with(id->second, member->next_look);
        close_excess(clock_.now().steady);
    });
}

void Scheduler::starved(core::SteadyTime now) {
    const auto before = kept_.limit();
    kept_.starved(now);
    if (kept_.limit() == before) return;
    log_.warning("no_descriptors",
                 {{"connections", std::uint64_t{kept_.limit()}},
                  {"message",
                   "no descriptor is left for another connection: so many are kept from now on, "
                   "and more again when none is missing; raise LimitNOFILE"}});
}

// Schedules are asked by the wall: where its clock was set, or the machine slept, nobody knows any more when
// they open.
void Scheduler::notice_jumps() {
    const auto now = clock_.now();
    if (jumped(std::exchange(last_seen_, now), now)) wake_up(now.steady);
}

// Everybody is looked at within one interval, spread as always.
void Scheduler::wake_up(core::SteadyTime now) {
    ++generation_;
    for (const ServerId id : std::exchange(asleep_, {})) {
        const auto& member = *members_.at(id);
        const auto due = next_look(grid_, member.name, now);
        if (due < member.next_look.load()) schedule(id, due);
    }
}

void Scheduler::stop() {
    asio::post(strand_, [this] {
        stopping_ = true;
        enforcer_.stop();
        cancel_looks();
        wake_.cancel();
    });
}

void Scheduler::change(Change change) {
    asio::post(strand_, [this, change = std::move(change)]() mutable { take(std::move(change)); });
}

void Scheduler::look_within(core::Seconds time) {
    asio::post(strand_, [this, time] {
        const LookGrid from_now{clock_.now().steady, time};
        for (const auto& [id, member] : members_) {
            const auto waits_until = member->next_look.load();
            const auto due = first_look(from_now, member->name, members_.size());
            if (waits_until == core::SteadyTime::max())
                again_by_.insert_or_assign(id, due);
            else if (due < waits_until)
                schedule(id, due);
        }
        wake_.cancel();
    });
}

void Scheduler::take(Change change) {
    const auto now = clock_.now().steady;
    for (const auto& member : change.gone) {
        const auto id = ids_.find(member.get());
        if (id == ids_.end()) continue;
        queue_.remove(id->second);
        const bool under_way = member->next_look.load() == core::SteadyTime::max();
        if (!under_way) kept_.gone(id->second);  // otherwise when the visit is over
        asleep_.erase(id->second);
        members_.erase(id->second);
        ids_.erase(id);
    }
    const bool other_pace = change.polling.interval != polling_.interval;
    polling_ = change.polling;
    grid_.interval = polling_.interval;
    close_excess(now);
    if (other_pace) {
        for (const auto& [id, member] : members_) {
            const bool waits = member->next_look.load() != core::SteadyTime::max();
            if (waits) schedule(id, next_look(grid_, member->name, now));
        }
    }
    wake_up(now);
    const LookGrid from_now{now, polling_.interval};
    for (const auto& member : change.come)
        add(member, first_look(from_now, member->name, change.come.size()));
    wake_.cancel();
}

// A look changes nothing and may be left; what stands at the gate is finished.
void Scheduler::cancel_looks() {
    for (const auto& [id, member] : members_) {
        asio::post(member->strand, [looked_at = member] {
            if (!looked_at->at_the_gate) looked_at->api->cancel();
        });
    }
}

}  // namespace curfew::daemon
