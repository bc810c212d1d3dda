// `disconnect --everywhere`, for whoever talks to the daemon.
#include <cerrno>
#include <random>

#include "daemon/by_hand/everywhere_messages.hpp"
#include "daemon/running/control.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

core::Error not_now(std::string what) {
    return {boost::system::error_code{EAGAIN, boost::system::generic_category()}, std::move(what)};
}

class ProgressEar final : public EverywhereEar {
  public:
    explicit ProgressEar(Progress& progress) : progress_(progress) {}
    asio::awaitable<bool> hear(const EverywhereNews& news) override {
        auto line = news_json(news);
        co_return co_await progress_.line(std::move(line));
    }

  private:
    Progress& progress_;
};

EverywhereParts parts_of(Daemon& daemon) {
    auto& runtime = daemon.runtime();
    return {runtime.members,
            runtime.fleet,
            runtime.gate,
            runtime.clock,
            [&daemon] { return daemon.stopping(); },
            &daemon.watchers(),
            [&daemon](const Members::Shared& member) { daemon.worked_with(member); }};
}

}  // namespace

asio::awaitable<core::Result<ControlReply>> Control::everywhere_look(ControlRequest request,
                                                                     Progress& progress) {
    constexpr core::Seconds time_to_answer{600};
    constexpr std::size_t most_waiting = 8;
    auto& clock = daemon_.runtime().clock;
    auto asked = read_everywhere_look(request.arguments);
    if (!asked) co_return asked.error();
    const auto began = clock.now().steady;
    std::erase_if(waiting_everywhere_, [&](const auto& one) { return one.second.until < began; });
    if (waiting_everywhere_.size() >= most_waiting)
        co_return not_now("too many people are asked for their agreement");
    ProgressEar ear{progress};
    auto looking = look_everywhere(parts_of(daemon_), std::move(*asked), ear);
    auto shown = co_await std::move(looking);
    if (!shown) co_return not_now("not every server was asked; nothing was done");
    if (shown->disconnects == 0) co_return ControlReply{1, summary_json(summary_of(*shown, 0))};
    std::random_device dice;
    std::uint64_t token = 0;
    do token = ((std::uint64_t{dice()} << 32U) | dice()) >> 11U;
    while (token == 0 || waiting_everywhere_.contains(token));
    auto text = summary_json(summary_of(*shown, token));
    WaitingEverywhere waiting{std::move(*shown), clock.now().steady + time_to_answer, request.from.uid};
    waiting_everywhere_.emplace(token, std::move(waiting));
    co_return ControlReply{0, std::move(text)};
}

asio::awaitable<core::Result<ControlReply>> Control::everywhere_end(ControlRequest request,
                                                                    Progress& progress) {
    auto& runtime = daemon_.runtime();
    const auto agreed = read_everywhere_end(request.arguments);
    if (!agreed) co_return agreed.error();
    const auto found = waiting_everywhere_.find(agreed->token);
    const bool known = found != waiting_everywhere_.end() && found->second.uid == request.from.uid;
    if (!known || found->second.until < runtime.clock.now().steady)
        co_return not_now("that was shown too long ago; ask again");
    if (found->second.shown.disconnects != agreed->disconnects)
        co_return not_now("another number was shown: nothing was done");
    auto shown = std::move(found->second.shown);
    waiting_everywhere_.erase(found);
    const std::string who = to_string(request.from);
    runtime.log.info("disconnect_everywhere", {{"who", who},
                                               {"reason", shown.reason},
                                               {"disconnects", shown.disconnects},
                                               {"sessions", shown.sessions},
                                               {"servers", std::uint64_t{shown.there.size()}},
                                               {"unasked", std::uint64_t{shown.unasked.size()}}});
    ProgressEar ear{progress};
    auto ending = end_everywhere(parts_of(daemon_), std::move(shown), who, ear);
    const auto counts = co_await std::move(ending);
    runtime.log.info("disconnect_everywhere_over", {{"who", who},
                                                    {"ended", counts.ended},
                                                    {"withheld", counts.withheld},
                                                    {"failed", counts.failed},
                                                    {"left", counts.left},
                                                    {"came_since", counts.came},
                                                    {"unasked", counts.servers - counts.asked}});
    if (daemon_.stopping() && counts.asked < counts.servers)
        co_return not_now("the daemon is stopping; the rest was not done");
    co_return ControlReply{counts.all_done() ? 0 : 1, {}};
}

}  // namespace curfew::daemon
