#include "daemon/by_hand/everywhere.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/by_hand/round.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

constexpr core::Milliseconds first_backoff{1000};
constexpr core::Milliseconds longest_backoff{30'000};

std::size_t at_once(const FleetState& fleet) {
    return fleet.edition()->config().polling.concurrency;
}

void tell_worked_with(const EverywhereParts& parts, const Members::Shared& member) {
    if (parts.worked_with) parts.worked_with(member);
}

struct Found {
    HandLook meant;
    HandList list;
};

// On the member's strand. Empty: left for later, for it did not answer the last time.
asio::awaitable<std::optional<core::Result<Found>>> look_there(Members::Shared member, FleetState& fleet,
                                                               policy::HandRequest request, Clock& clock,
                                                               bool also_failing) {
    if (!also_failing && member->failures > 0) co_return std::nullopt;
    auto shown = co_await look_by_hand(member, fleet, std::move(request), clock);
    if (!shown) co_return core::Result<Found>{shown.error()};
    auto list = list_of(*shown);
    co_return core::Result<Found>{Found{without_others(std::move(*shown)), std::move(list)}};
}

class Looking {
  public:
    Looking(EverywhereParts parts, EverywhereRequest request, EverywhereEar& ear,
            asio::any_io_executor executor)
        : parts_(parts), round_(std::move(executor), parts.clock, parts.stopping, ear, counts_) {
        shown_.reason = request.override_protect.value_or("by hand, everywhere");
        shown_.request.users = std::move(request.users);
        shown_.request.clients = std::move(request.clients);
        shown_.request.override_protect = request.override_protect.has_value();
        first_ = parts_.members.all();
        counts_.servers = shown_.servers = first_.size();
    }

    asio::awaitable<std::optional<EverywhereShown>> look() {
        const auto many = at_once(parts_.fleet);
        const Round::Work now = [this](std::size_t i) { return look_at(first_[i], false); };
        const Round::Work last = [this](std::size_t i) { return look_at(later_[i], true); };
        bool whole = co_await round_.run(first_.size(), many, now);
        // Last, so that whoever is known not to answer keeps nobody waiting.
        if (whole) whole = co_await round_.run(later_.size(), many, last);
        if (whole) whole = co_await round_.tell_counts();
        if (!whole) co_return std::nullopt;
        co_return std::move(shown_);
    }

  private:
    asio::awaitable<void> look_at(Members::Shared member, bool also_failing) {
        auto looking = look_there(member, parts_.fleet, shown_.request, parts_.clock, also_failing);
        auto found = co_await asio::co_spawn(member->strand, std::move(looking), asio::use_awaitable);
        if (found) tell_worked_with(parts_, member);
        if (!found) {
            later_.push_back(member);
        } else if (!*found) {
            shown_.unasked.push_back(member);
            round_.tell(Unasked{member->name, core::describe(found->error())});
        } else {
            ++counts_.asked;
            keep(member->name, std::move(**found));
        }
    }

    void keep(const std::string& server, Found found) {
        const auto& wanted = found.meant.plan.disconnects;
        shown_.disconnects += wanted.size();
        for (const auto& pair : found.list.pairs) shown_.sessions += pair.sessions;
        if (!found.list.pairs.empty() || !found.list.stays.empty())
            round_.tell(ShownThere{server, std::move(found.list)});
        if (!wanted.empty()) shown_.there.push_back(std::move(found.meant));
    }

    EverywhereParts parts_;
    EverywhereShown shown_;
    EverywhereCounts counts_;
    Round round_;
    std::vector<Members::Shared> first_;
    std::vector<Members::Shared> later_;
};

// One server on which there is still something to do.
struct Task {
    explicit Task(Members::Shared its_member) : member(std::move(its_member)) {}
    Members::Shared member;
    std::optional<HandLook> shown;  // empty: it has not answered yet
    std::size_t next = 0;           // of its disconnects
    std::string error;              // what was said of it
    std::set<std::pair<std::string, std::string>> came;
    bool over = false;
};

class Ending {
  public:
    Ending(EverywhereParts parts, EverywhereShown shown, std::string who, EverywhereEar& ear,
           asio::any_io_executor executor)
        : parts_(parts),
          who_(std::move(who)),
          reason_(std::move(shown.reason)),
          request_(std::move(shown.request)),
          round_(std::move(executor), parts.clock, parts.stopping, ear, counts_) {
        tasks_.reserve(shown.there.size() + shown.unasked.size());
        for (auto& there : shown.there) {
            counts_.left += there.plan.disconnects.size();
            auto& task = tasks_.emplace_back(there.member);
            task.shown = std::move(there);
        }
        for (const auto& member : shown.unasked) tasks_.emplace_back(member);
        counts_.servers = tasks_.size();
    }

    asio::awaitable<EverywhereCounts> end() {
        const Round::Work work = [this](std::size_t i) { return work_on(tasks_[i]); };
        for (auto pause = first_backoff;; pause = std::min(pause * 2, longest_backoff)) {
            const bool on = co_await round_.run(tasks_.size(), at_once(parts_.fleet), work);
            std::erase_if(tasks_, [](const Task& task) { return task.over; });
            if (!on || tasks_.empty()) break;
            const bool again = co_await round_.pause(pause);
            if (!again) break;
        }
        co_await round_.tell_counts();
        co_return counts_;
    }

  private:
    asio::awaitable<void> work_on(Task& task) {
        if (task.shown)
            co_await end_on(task);
        else
            co_await look_again(task);
        if (task.over) ++counts_.asked;
    }

    // What is found now was not shown.
    asio::awaitable<void> look_again(Task& task) {
        if (task.member->gone) {
            task.over = true;
            co_return;
        }
        auto looking = look_there(task.member, parts_.fleet, request_, parts_.clock, true);
        const auto found =
            co_await asio::co_spawn(task.member->strand, std::move(looking), asio::use_awaitable);
        tell_worked_with(parts_, task.member);
        if (!*found) {
            cannot(task, found->error());
            co_return;
        }
        task.over = true;
        round_.tell(AskedAtLast{task.member->name});
        for (const auto& pair : (*found)->list.pairs) tell_came(task, pair);
    }

    asio::awaitable<void> end_on(Task& task) {
        const auto& wanted = task.shown->plan.disconnects;
        while (task.next < wanted.size() && round_.goes_on()) {
            const auto& one = wanted[task.next];
            std::vector<HandPair> came;
            auto ending = end_by_hand(
                parts_.gate, parts_.clock, *task.shown, one, reason_, who_, parts_.watcher,
                [&came, &task](const policy::ServerLook& fresh) { came = came_since(*task.shown, fresh); });
            const auto verdict =
                co_await asio::co_spawn(task.member->strand, std::move(ending), asio::use_awaitable);
            tell_worked_with(parts_, task.member);
            for (const auto& pair : came) tell_came(task, pair);
            const bool not_asked =
                verdict.kind == Verdict::Kind::settled && verdict.result.outcome == Outcome::not_asked;
            if (not_asked || verdict.kind == Verdict::Kind::refused) {
                cannot(task, verdict.result.error);
                co_return;
            }
            ++task.next;
            settle(task, outcome_of(one, verdict), verdict);
        }
        task.over = task.next == wanted.size();
    }

    void settle(Task& task, HandOutcome outcome, const Verdict& verdict) {
        --counts_.left;
        if (outcome.good)
            ++counts_.ended;
        else if (verdict.kind == Verdict::Kind::withheld)
            ++counts_.withheld;
        else
            ++counts_.failed;
        if (!task.error.empty()) round_.tell(AskedAtLast{task.member->name});
        task.error.clear();
        round_.tell(DoneThere{task.member->name, std::move(outcome)});
    }

    void cannot(Task& task, const core::Error& error) {
        auto text = core::describe(error);
        if (text == task.error) return;
        task.error = text;
        round_.tell(Unasked{task.member->name, std::move(text)});
    }

    void tell_came(Task& task, const HandPair& pair) {
        if (!task.came.emplace(pair.client, pair.user).second) return;
        counts_.came += pair.sessions;
        round_.tell(CameSince{task.member->name, pair.client, pair.user, pair.sessions});
    }

    EverywhereParts parts_;
    std::string who_;
    std::string reason_;
    policy::HandRequest request_;
    std::vector<Task> tasks_;
    EverywhereCounts counts_;
    Round round_;
};

}  // namespace

asio::awaitable<std::optional<EverywhereShown>> look_everywhere(EverywhereParts parts,
                                                                EverywhereRequest request,
                                                                EverywhereEar& ear) {
    const auto executor = co_await asio::this_coro::executor;
    Looking looking{parts, std::move(request), ear, executor};
    co_return co_await looking.look();
}

asio::awaitable<EverywhereCounts> end_everywhere(EverywhereParts parts, EverywhereShown shown,
                                                 std::string who, EverywhereEar& ear) {
    const auto executor = co_await asio::this_coro::executor;
    Ending ending{parts, std::move(shown), std::move(who), ear, executor};
    co_return co_await ending.end();
}

}  // namespace curfew::daemon
