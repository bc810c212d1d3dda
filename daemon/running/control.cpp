#include "daemon/running/control.hpp"

#include <algorithm>
#include <cerrno>
#include <random>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/text/utf.hpp"
#include "daemon/running/lent.hpp"
#include "daemon/running/requests.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

core::Error usage(std::string what) {
    return {boost::system::error_code{EINVAL, boost::system::generic_category()}, std::move(what)};
}
core::Error not_now(std::string what) {
    return {boost::system::error_code{EAGAIN, boost::system::generic_category()}, std::move(what)};
}

// As the configuration spells it; case does not count.
std::optional<std::string> as_configured(const Edition& edition, const std::string& name) {
    if (edition.server(name)) return name;
    for (const auto& server : edition.config().servers)
        if (core::fold_case(server.traits.name) == core::fold_case(name)) return server.traits.name;
    return std::nullopt;
}

// A hold on what is not there holds nothing, and somebody would rely on it.
std::optional<std::string> unknown_scope(const Edition& edition, const HoldScope& scope) {
    const auto& config = edition.config();
    if (scope.on == HoldScope::On::rule) {
        const auto& rules = config.policy.rules;
        const bool known = std::any_of(rules.begin(), rules.end(),
                                       [&](const auto& rule) { return rule.key.name == scope.name; });
        if (!known) return "there is no rule of that name in the configuration in force";
    }
    if (scope.on == HoldScope::On::tag) {
        const bool borne = std::any_of(config.servers.begin(), config.servers.end(), [&](const auto& server) {
            const auto& tags = server.traits.tags;
            return std::find(tags.begin(), tags.end(), scope.name) != tags.end();
        });
        if (!borne) return "no server bears that tag";
    }
    return std::nullopt;
}

HoldStatus status_of(const Hold& hold) {
    return {hold.id,  to_string(hold.scope), hold.since.wall, hold.until.wall, hold.reason,
            hold.who, hold.durable};
}

ReloadReply reply_of(Reloaded reloaded) {
    ReloadReply reply;
    switch (reloaded.is) {
        case Reloaded::Is::in_force: reply.is = ReloadReply::Is::in_force; break;
        case Reloaded::Is::unchanged: reply.is = ReloadReply::Is::unchanged; break;
        case Reloaded::Is::refused: reply.is = ReloadReply::Is::refused; break;
        case Reloaded::Is::waits: reply.is = ReloadReply::Is::waits; break;
    }
    reply.digest = std::move(reloaded.digest);
    reply.reasons = std::move(reloaded.reasons);
    if (reloaded.not_that_one) {
        reply.is = ReloadReply::Is::refused;
        reply.reasons.insert(reply.reasons.begin(), std::move(*reloaded.not_that_one));
    }
    reply.warnings = std::move(reloaded.warnings);
    if (!reloaded.changed.empty()) reply.changes.push_back(std::move(reloaded.changed));
    return reply;
}

// Off the threads that serve connections, for it blocks.
template <class Do> auto aside(asio::any_io_executor executor, Do what) -> asio::awaitable<decltype(what())> {
    auto doing = [](Do it) -> asio::awaitable<decltype(it())> { co_return it(); };
    auto operation = doing(std::move(what));
    co_return co_await asio::co_spawn(executor, std::move(operation), asio::use_awaitable);
}

asio::awaitable<policy::ServerMemory> memory_of(Members::Shared member, core::Now now) {
    if (jumped(member->last_seen_at, now)) co_return policy::ServerMemory{};
    co_return member->memory;
}

}  // namespace

asio::awaitable<core::Result<Status>> Control::status() {
    co_return daemon_.status();
}

asio::awaitable<core::Result<void>> Control::write_hold(const Hold& hold) {
    std::vector<Note> notes{{hold_note(hold.id), HoldBook::write(hold, boot_id())}};
    co_return co_await daemon_.store()->put(std::move(notes));
}

// In force first, and then durable: a disk that is full holds back nobody's hold.
asio::awaitable<core::Result<HoldReply>> Control::hold(HoldRequest request, Peer from) {
    auto& runtime = daemon_.runtime();
    const auto edition = runtime.fleet.edition();
    if (request.scope.on == HoldScope::On::server) {
        const auto name = as_configured(*edition, request.scope.name);
        if (!name) co_return usage("there is no server of that name in the configuration");
        request.scope.name = *name;
    }
    if (const auto wrong = unknown_scope(*edition, request.scope)) co_return usage(*wrong);
    auto hold = runtime.fleet.hold(request.scope, request.length, request.reason, to_string(from),
                                   runtime.clock.now());
    if (daemon_.store()) {
        const auto written = co_await write_hold(hold);
        hold.durable = written.has_value();
        if (written)
            runtime.fleet.hold_is_durable(hold.id);
        else  // as soon as it can be
            daemon_.store()->put_later({hold_note(hold.id), HoldBook::write(hold, boot_id())});
        daemon_.recorder()->held(hold);
    }
    runtime.log.warning("held", {{"scope", to_string(hold.scope)},
                                 {"until", utc_text(hold.until.wall)},
                                 {"who", hold.who},
                                 {"reason", hold.reason}});
    co_return HoldReply{status_of(hold)};
}

// Durable first, and then in force: what comes back after a restart was never let go.
asio::awaitable<core::Result<void>> Control::release(std::vector<Hold> holds, std::string who) {
    auto& runtime = daemon_.runtime();
    if (daemon_.store() && !holds.empty()) {
        std::vector<Note> notes;
        for (const auto& hold : holds) notes.push_back({hold_note(hold.id), ""});
        auto written = co_await daemon_.store()->put(std::move(notes));
        if (!written) co_return written.error();
    }
    for (const auto& hold : holds) {
        if (!runtime.fleet.take_away(hold.id)) continue;
        if (daemon_.recorder()) daemon_.recorder()->released(hold, who);
        runtime.log.warning("hold_ended",
                            {{"scope", to_string(hold.scope)}, {"who", who}, {"reason", hold.reason}});
    }
    co_return core::Result<void>{};
}

asio::awaitable<core::Result<ResumeReply>> Control::resume(ResumeRequest request, Peer from) {
    auto& runtime = daemon_.runtime();
    const std::string who = to_string(from);
    std::vector<Hold> ending;
    const bool trips_alone = request.server.has_value();
    const auto edition = runtime.fleet.edition();
    const auto respell = [&](std::string& name) { name = as_configured(*edition, name).value_or(name); };
    if (request.server) respell(*request.server);
    if (request.scope && request.scope->on == HoldScope::On::server) respell(request.scope->name);
    for (const auto& hold : runtime.fleet.holds()) {
        const bool meant = request.id ? hold.id == *request.id
                                      : !trips_alone && request.scope && hold.scope == *request.scope;
        if (meant) ending.push_back(hold);
    }
    ResumeReply reply;
    for (const auto& hold : ending) reply.holds.push_back(status_of(hold));
    const auto released = co_await release(std::move(ending), who);
    if (!released) co_return released.error();
    if (request.scope && request.scope->on == HoldScope::On::rule) {
        reply.trips = runtime.fleet.resume(request.scope->name, request.server);
        for (const auto& trip : reply.trips) {
            if (daemon_.recorder()) daemon_.recorder()->resumed(trip, who);
            runtime.log.warning("rule_resumed", {{"rule", trip.rule.name},
                                                 {"server", trip.server.value_or("(the whole fleet)")},
                                                 {"who", who}});
        }
    }
    for (const auto& hold : runtime.fleet.holds()) reply.remaining.push_back(status_of(hold));
    co_return reply;
}

asio::awaitable<core::Result<ReloadReply>> Control::reload(ReloadRequest request, Peer from) {
    auto& runtime = daemon_.runtime();
    runtime.log.info("reload_asked", {{"who", to_string(from)},
                                      {"confirm", request.digest.value_or(request.confirm ? "yes" : "no")}});
    auto reading = aside(daemon_.aside(), [this, &request] { return daemon_.reload(request); });
    co_return reply_of(co_await std::move(reading));
}

asio::awaitable<core::Result<ControlReply>> Control::other(ControlRequest request, Progress& progress) {
    if (request.command == "lend") co_return co_await lend();
    if (request.command == "diff") co_return co_await diff(std::move(request));
    if (request.command == "apply") co_return co_await apply(std::move(request), progress);
    if (request.command == "ban-look") co_return co_await ban_look(std::move(request));
    if (request.command == "ban") co_return co_await ban(std::move(request));
    if (request.command == "unban") co_return co_await unban(std::move(request));
    if (request.command == "disconnect-look") co_return co_await hand_look(std::move(request));
    if (request.command == "disconnect-end") co_return co_await hand_end(std::move(request), progress);
    if (request.command == "everywhere-look")
        co_return co_await everywhere_look(std::move(request), progress);
    if (request.command == "everywhere-end") co_return co_await everywhere_end(std::move(request), progress);
    co_return co_await ControlCommands::other(std::move(request), progress);
}

asio::awaitable<core::Result<ControlReply>> Control::lend() {
    auto& runtime = daemon_.runtime();
    Lent lent;
    lent.digest = runtime.fleet.edition()->config().digest;
    for (const auto& member : runtime.members.all()) {
        auto asking = memory_of(member, runtime.clock.now());
        auto memory = co_await asio::co_spawn(member->strand, std::move(asking), asio::use_awaitable);
        if (memory.at) lent.memory.emplace(member->name, std::move(memory));
    }
    lent.trips = runtime.fleet.trips();
    lent.holds = runtime.fleet.holds();
    lent.bans = runtime.fleet.bans_in_force(runtime.clock.now());
    if (auto* store = daemon_.store()) {
        const auto since = runtime.clock.now().wall - runtime.fleet.longest_window();
        auto reading = aside(daemon_.aside(), [store, since] { return store->spent_since(since); });
        auto spent = co_await std::move(reading);
        if (!spent) co_return spent.error();
        lent.spent = std::move(*spent);
    }
    co_return ControlReply{0, write_lent(lent, boot_id())};
}

asio::awaitable<core::Result<ControlReply>> Control::diff(ControlRequest request) {
    const auto path = read_diff_request(request.arguments);
    if (!path) co_return path.error();
    auto& runtime = daemon_.runtime();
    const auto file = path->empty() ? runtime.config->path : *path;
    auto reading = aside(daemon_.aside(), [file] { return config::load(file); });
    auto loaded = co_await std::move(reading);
    // Whoever asks has read it first. Where the daemon reads something else, what that is is nobody's
    // business.
    if (!loaded.config)
        co_return usage("the daemon cannot read " + file +
                        " as a configuration; put it where it may read it");
    policy::FleetMemory memory;
    for (const auto& member : runtime.members.all()) {
        auto asking = memory_of(member, runtime.clock.now());
        memory.servers[member->name] =
            co_await asio::co_spawn(member->strand, std::move(asking), asio::use_awaitable);
    }
    const auto before = runtime.fleet.edition();
    const Edition after{loaded.config};
    const auto now = runtime.clock.now().steady;
    auto comparing = aside(daemon_.aside(), [&] {
        return diff_json(*before, after, looks_under(*before, runtime.fleet, daemon_.book(), now),
                         looks_under(after, runtime.fleet, daemon_.book(), now), memory, now);
    });
    auto text = co_await std::move(comparing);
    co_return ControlReply{0, std::move(text)};
}

asio::awaitable<core::Result<ControlReply>> Control::apply(ControlRequest request, Progress& progress) {
    auto& runtime = daemon_.runtime();
    const auto asked = read_apply_request(request.arguments);
    if (!asked) co_return asked.error();
    const auto& plan = asked->plan;
    if (const auto fresh = check_age(plan.made, runtime.clock.now().wall, asked->max_age); !fresh)
        co_return fresh.error();
    const auto digest = runtime.fleet.edition()->config().digest;
    if (const auto same = check_digest(plan, digest); !same) co_return same.error();
    const std::string who = to_string(request.from);
    runtime.log.info("apply", {{"who", who}, {"entries", std::uint64_t{plan.entries.size()}}});
    bool good = true;
    for (auto& [server, entries] : by_server(plan)) {
        if (daemon_.stopping()) co_return not_now("the daemon is stopping; the rest was not done");
        std::vector<Applied> done;
        if (const auto member = runtime.members.find(server)) {
            Applying applying{runtime.fleet, runtime.gate, runtime.clock, daemon_.observes(), who, digest};
            applying.stopping = [this] { return daemon_.stopping(); };
            applying.watcher = &daemon_.watchers();
            applying.tripped = [this](const policy::Trip& trip) { daemon_.tripped(trip); };
            auto work = apply_on(member, applying, entries);
            done = co_await asio::co_spawn(member->strand, std::move(work), asio::use_awaitable);
            daemon_.worked_with(member);
        } else {
            for (const auto& entry : entries)
                done.push_back(
                    {server, entry.client, entry.user, "no such server", {}, Applied::How::failed});
        }
        for (const auto& one : done) {
            good = good && one.how != Applied::How::failed;
            co_await progress.line(applied_json(one));
        }
    }
    co_return ControlReply{good ? 0 : 1, {}};
}

asio::awaitable<core::Result<ControlReply>> Control::hand_look(ControlRequest request) {
    constexpr core::Seconds time_to_answer{600};
    constexpr std::size_t most_waiting = 100;
    auto& runtime = daemon_.runtime();
    const auto asked = read_hand_request(request.arguments);
    if (!asked) co_return asked.error();
    const auto name = as_configured(*runtime.fleet.edition(), asked->server);
    const auto member = name ? runtime.members.find(*name) : nullptr;
    if (!member) co_return usage("there is no server of that name in the configuration in force");
    const auto now = runtime.clock.now().steady;
    std::erase_if(waiting_, [&](const auto& one) { return one.second.until < now; });
    if (waiting_.size() >= most_waiting) co_return not_now("too many people are asked for their agreement");
    const policy::HandRequest meant{asked->client, asked->user, asked->override_protect.has_value()};
    auto looking = look_by_hand(member, runtime.fleet, meant, runtime.clock);
    auto shown = co_await asio::co_spawn(member->strand, std::move(looking), asio::use_awaitable);
    daemon_.worked_with(member);
    if (!shown) co_return shown.error();
    // Nobody meets somebody else's by chance, not after a restart either. 53 bits: JSON has no more.
    std::random_device dice;
    std::uint64_t token = 0;
    do token = ((std::uint64_t{dice()} << 32U) | dice()) >> 11U;
    while (token == 0 || waiting_.contains(token));
    auto text = hand_list_json(token, list_of(*shown));
    waiting_.emplace(token, Waiting{std::move(*shown), asked->override_protect.value_or("by hand"),
                                    now + time_to_answer, request.from.uid});
    co_return ControlReply{0, std::move(text)};
}

asio::awaitable<core::Result<ControlReply>> Control::hand_end(ControlRequest request, Progress& progress) {
    auto& runtime = daemon_.runtime();
    const auto token = read_token(request.arguments);
    if (!token) co_return token.error();
    const auto found = waiting_.find(*token);
    const bool known = found != waiting_.end() && found->second.uid == request.from.uid;
    if (!known || found->second.until < runtime.clock.now().steady)
        co_return not_now("that was shown too long ago; ask again");
    const Waiting agreed = std::move(found->second);
    waiting_.erase(found);
    bool good = true;
    const std::string who = to_string(request.from);
    for (const auto& wanted : agreed.shown.plan.disconnects) {
        if (daemon_.stopping()) co_return not_now("the daemon is stopping; the rest was not done");
        auto ending = end_by_hand(runtime.gate, runtime.clock, agreed.shown, wanted, agreed.reason, who,
                                  &daemon_.watchers());
        const auto verdict =
            co_await asio::co_spawn(agreed.shown.member->strand, std::move(ending), asio::use_awaitable);
        daemon_.worked_with(agreed.shown.member);
        const auto outcome = outcome_of(wanted, verdict);
        good = good && outcome.good;
        co_await progress.line(hand_outcome_json(outcome));
    }
    co_return ControlReply{good ? 0 : 1, {}};
}

}  // namespace curfew::daemon
