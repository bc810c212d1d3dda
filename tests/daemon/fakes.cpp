#include "tests/daemon/fakes.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/errors/net_api_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/text/utf.hpp"

namespace curfew::daemon::fake {
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// How a server compares: ignoring case, and, to be nasty, the domain.
bool same_user(std::string_view a, std::string_view b) {
    const auto bare = [](std::string_view text) { return core::fold_case(text.substr(text.find('\\') + 1)); };
    return bare(a) == bare(b);
}
bool same_client(std::string_view a, std::string_view b) {
    const auto x = core::IpAddress::parse(a);
    const auto y = core::IpAddress::parse(b);
    return x && y ? *x == *y : core::fold_case(a) == core::fold_case(b);
}

core::ServerGuid guid_of(const std::string& name) {
    core::ServerGuid guid{};
    for (std::size_t i = 0; i < name.size(); ++i) guid[i % guid.size()] ^= static_cast<std::uint8_t>(name[i]);
    guid[15] = static_cast<std::uint8_t>(name.size());
    return guid;
}

// Others get their turn here, as they would while a reply is on its way.
asio::awaitable<void> give_way() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

}  // namespace

ManualClock::ManualClock() : now_{core::SteadyTime{} + 100'000s, core::WallTime{} + 1'800'000'000s} {}

asio::awaitable<void> ManualClock::wait_until(core::SteadyTime time) {
    if (time > now_.steady) {
        now_.wall += std::chrono::duration_cast<core::WallTime::duration>(time - now_.steady);
        now_.steady = time;
    }
    co_await give_way();
}

void ManualClock::advance(core::Milliseconds by) {
    now_.steady += by;
    now_.wall += by;
}

std::size_t Journal::count(std::string_view prefix) const {
    return with(prefix).size();
}

std::vector<std::string> Journal::with(std::string_view prefix) const {
    std::vector<std::string> found;
    for (const auto& line : lines) {
        if (line.starts_with(prefix)) found.push_back(line);
    }
    return found;
}

FakeServer::FakeServer(std::string server_name, Is is, ManualClock& clock, Journal& journal)
    : guid(guid_of(server_name)),
      name(std::move(server_name)),
      is_(is),
      clock_(clock),
      journal_(journal),
      established_(clock.now().steady - 60s) {}

void FakeServer::add(const SessionText& text) {
    const auto now = clock_.now().steady;
    sessions.push_back(
        {text.user, text.client, now - text.connected, now - text.idle, text.open_files, text.process, -1});
}

void FakeServer::remove(const std::string& user) {
    std::erase_if(sessions, [&](const auto& session) { return session.user == user; });
}

void FakeServer::wake(const std::string& user) {
    for (auto& session : sessions) {
        if (session.user != user) continue;
        session.active = clock_.now().steady;
        session.open_files = 1;
    }
}

std::size_t FakeServer::alive(const std::string& user) const {
    return static_cast<std::size_t>(std::count_if(sessions.begin(), sessions.end(), [&](const auto& session) {
        return session.user == user && session.looks_left < 0;
    }));
}

core::Session FakeServer::as_listed(const FakeSession& session, core::Level at_level) const {
    const auto since = [&](core::SteadyTime time) {
        return std::chrono::floor<core::Seconds>(clock_.now().steady - time);
    };
    core::Session listed;
    listed.client = session.client;
    if (at_level == core::Level::names) return listed;
    listed.user = session.user;
    listed.connected = since(session.started);
    const bool young = is_ == Is::samba && listed.connected < 1s;
    if (young) listed.connected = core::seconds_from_wire(0xFFFFFFFF);
    listed.idle = is_ == Is::samba ? 0s : since(session.active);
    if (at_level == core::Level::anyone) return listed;
    listed.open_files = session.open_files;
    listed.flags = 0;
    return listed;
}

core::Enumeration FakeServer::answer(const core::SessionFilter& filter) const {
    core::Enumeration result;
    result.level = level.value_or(is_ == Is::windows ? core::Level::transports : core::Level::administrative);
    if (is_ == Is::samba) result.unsupported = {core::Level::transports, core::Level::client_types};
    result.own = {"CORP\\svc-curfew", "10.9.9.9", established_};
    result.server_guid = guid;
    auto listed = sessions;
    listed.push_back({own_user, own_client, established_, clock_.now().steady, 1, -1, -1});
    for (const auto& session : listed) {
        auto as_seen = as_listed(session, result.level);
        // As core's backend does it: what is listed, by spelling, case ignored.
        if (filter.client && core::fold_case(filter.client->text()) != core::fold_case(as_seen.client))
            continue;
        if (filter.user && core::fold_case(filter.user->text()) != core::fold_case(as_seen.user)) continue;
        result.sessions.push_back(std::move(as_seen));
    }
    return result;
}

std::optional<core::Error> FakeServer::fault_of(unsigned look, core::SteadyTime deadline) const {
    if (clock_.now().steady > deadline) return timed_out();
    if (all_looks_fault_) return all_looks_fault_;
    const auto fault = look_faults_.find(look);
    return fault == look_faults_.end() ? std::nullopt : std::optional{fault->second};
}

asio::awaitable<core::Result<core::Enumeration>> FakeServer::enumerate(core::SessionFilter filter,
                                                                       core::SteadyTime deadline) {
    const unsigned n = ++looks_;
    journal_.say(name + " look" + (filter.client ? " " + filter.client->text() : "") +
                 (filter.user ? " " + filter.user->text() : ""));
    clock_.advance(latency);
    co_await give_way();
    if (before_every_look) before_every_look(*this);
    if (const auto hook = on_look_.find(n); hook != on_look_.end()) hook->second(*this);
    if (const auto fault = fault_of(n, deadline)) {
        history_.push_back({clock_.now().steady, std::nullopt});
        co_return *fault;
    }
    auto result = answer(filter);
    for (auto& session : sessions) {
        if (session.looks_left > 0) --session.looks_left;
    }
    std::erase_if(sessions, [](const auto& session) { return session.looks_left == 0; });
    if (!filter.client && !filter.user) {
        history_.push_back({clock_.now().steady, result});
        last_answer_ = result;
        last_answered_at_ = clock_.now().steady;
    }
    co_return result;
}

std::vector<FakeSession> FakeServer::hit_by(const core::ClientName& client,
                                            const core::UserName& user) const {
    std::vector<FakeSession> hit;
    const auto named = [&](const FakeSession& session) {
        return same_client(session.client, client.text()) && same_user(session.user, user.text());
    };
    for (const auto& session : sessions) {
        if (session.looks_left >= 0) continue;
        const bool process_dies =
            is_ == Is::samba && session.process != 0 &&
            std::any_of(sessions.begin(), sessions.end(), [&](const FakeSession& other) {
                return other.process == session.process && named(other);
            });
        if (named(session) || process_dies) hit.push_back(session);
    }
    return hit;
}

void FakeServer::end(const std::vector<FakeSession>& ended) {
    for (auto& session : sessions) {
        if (std::find(ended.begin(), ended.end(), session) != ended.end()) session.looks_left = linger;
    }
    std::erase_if(sessions, [](const auto& session) { return session.looks_left == 0; });
}

asio::awaitable<core::SessionDelApi::Outcome> FakeServer::disconnect(core::ClientName client,
                                                                     core::UserName user, core::SteadyTime) {
    const unsigned n = ++dels_;
    journal_.say(name + " del " + client.text() + " " + user.text());
    const auto fault = del_faults_.find(n);
    const bool acts = fault == del_faults_.end() || fault->second.takes_effect;
    const auto hit = acts ? hit_by(client, user) : std::vector<FakeSession>{};
    if (on_del) on_del(*this, hit);
    end(hit);
    if (after_every_del) after_every_del(*this);
    co_await give_way();
    if (fault != del_faults_.end()) co_return Failure{fault->second.error, fault->second.sent};
    if (hit.empty()) co_return Failure{net_api(is_ == Is::windows ? 2312 : 5), true};
    co_return Outcome{};
}

asio::awaitable<void> FakeServer::close(core::SteadyTime) {
    journal_.say(name + " close");
    co_return;
}

asio::awaitable<bool> FakeServer::let_go(core::SteadyTime) {
    journal_.say(name + " let go");
    co_return true;
}

asio::awaitable<core::Result<IntentId>> RecordingAudit::intent(const Intent& intent) {
    if (on_intent) on_intent();
    if (refuse) {
        journal_.say("intent refused");
        co_return *refuse;
    }
    journal_.say("intent " + intent.server + " " + intent.client + " " + intent.user + " x" +
                 std::to_string(intent.seen.sessions) + " " + (intent.rule.empty() ? "-" : intent.rule));
    entries.push_back({intent, std::nullopt});
    co_return entries.size();
}

asio::awaitable<void> RecordingAudit::outcome(IntentId id, const Intent& intent, const Result& result) {
    journal_.say("outcome " + intent.server + " " + intent.client + " " + intent.user + ": " +
                 std::string{to_string(result.outcome)});
    entries.at(id - 1).result = result;
    co_return;
}

core::Error connection_lost() {
    return {make_error_code(core::SmbError::connection_lost), "reading"};
}
core::Error timed_out() {
    return {make_error_code(core::SmbError::timed_out), {}};
}
core::Error net_api(std::uint32_t status) {
    return {make_error_code(static_cast<core::NetApiStatus>(status)), "NetSessionDel"};
}

}  // namespace curfew::daemon::fake
