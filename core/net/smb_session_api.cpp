#include "core/net/smb_session_api.hpp"

#include <functional>
#include <iterator>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "core/errors/net_api_status.hpp"
#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/text/utf.hpp"

namespace curfew::core {
namespace asio = boost::asio;
using Recovery = smb::PipeMachine::Recovery;

namespace {

constexpr int most_resumptions = 10'000;  // a server that never finishes is not a server

bool nobody_found(std::uint32_t status) {
    const auto code = static_cast<NetApiStatus>(status);
    return code == NetApiStatus::client_name_not_found || code == NetApiStatus::user_not_found;
}

bool agrees(const SessionFilter& filter, const Session& session) {
    const auto same = [](const std::string& a, const std::string& b) { return fold_case(a) == fold_case(b); };
    return (!filter.client || same(filter.client->text(), session.client)) &&
           (!filter.user || same(filter.user->text(), session.user));
}

}  // namespace

void throw_exception_from_error(const SessionDelApi::Failure& failure, const boost::source_location&) {
    throw boost::system::system_error{failure.error.code, failure.error.context};
}

// While it lives an operation is under way; the object it works on stays alive with it.
class SmbSessionApi::Operation {
  public:
    Operation(std::shared_ptr<SmbSessionApi> api, SteadyTime deadline) : api_(std::move(api)) {
        api_->watch(deadline);
    }
    ~Operation() {
        api_->busy_ = false;
        for (auto* waiter : api_->waiting_) waiter->cancel();
        if (api_->client_) api_->client_->rest();
    }
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

  private:
    std::shared_ptr<SmbSessionApi> api_;
};

std::shared_ptr<SmbSessionApi> SmbSessionApi::make(asio::any_io_executor strand, ServerSpec spec,
                                                   std::shared_ptr<GssCredential> credential,
                                                   std::shared_ptr<ServerAddresses> addresses) {
    return std::shared_ptr<SmbSessionApi>{
        new SmbSessionApi{std::move(strand), std::move(spec), std::move(credential), std::move(addresses)}};
}

SmbSessionApi::SmbSessionApi(asio::any_io_executor strand, ServerSpec spec,
                             std::shared_ptr<GssCredential> credential,
                             std::shared_ptr<ServerAddresses> addresses)
    : strand_(std::move(strand)),
      spec_(std::move(spec)),
      credential_(std::move(credential)),
      addresses_(std::move(addresses)),
      timer_(strand_) {}

// The timer is not set and cancelled for every look, which would cost a tenth of it: once set it is left to
// run, and when it fires it looks whether an operation is late.
void SmbSessionApi::watch(SteadyTime deadline) {
    busy_ = true;
    given_up_.reset();
    deadline_ = deadline;
    if (!timer_armed_ || timer_.expiry() > deadline) arm();
}

void SmbSessionApi::arm() {
    timer_armed_ = true;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->timer_armed_ = false;
        if (!self->busy_) return;
        if (std::chrono::steady_clock::now() < self->deadline_) return self->arm();
        self->give_up(SmbError::timed_out);
    });
}

void SmbSessionApi::give_up(SmbError reason) {
    if (!busy_) return;
    if (!given_up_) given_up_ = reason;
    if (client_) client_->give_up();
}

void SmbSessionApi::cancel() {
    asio::post(strand_, [self = shared_from_this()] { self->give_up(SmbError::abandoned); });
}

Error SmbSessionApi::reported(Error error) const {
    if (given_up_) return {make_error_code(*given_up_), error.context};
    return error;
}

asio::awaitable<Result<void>> SmbSessionApi::connected(SteadyTime deadline) {
    if (client_ && client_->ready()) co_return Result<void>{};
    client_ = std::make_unique<PipeClient>(strand_, spec_, credential_, addresses_);
    auto opened = co_await client_->open(deadline);
    if (!opened) client_.reset();
    co_return opened;
}

asio::awaitable<Result<Bytes>> SmbSessionApi::call(std::uint16_t opnum, const Bytes& stub) {
    auto reply = co_await client_->call(opnum, stub);
    if (reply || client_->recovery() != Recovery::repipe || given_up_) co_return reply;
    const auto reopened = co_await client_->reopen_pipe();
    if (!reopened) co_return reopened.error();
    co_return co_await client_->call(opnum, stub);
}

asio::awaitable<Result<rpc::SessionEnumReply>> SmbSessionApi::enumerate_level(const SessionFilter& filter) {
    rpc::SessionEnumRequest request{spec_.name, filter, ladder_.level(), rpc::everything_preferred, 0};
    rpc::SessionEnumReply whole;
    for (int part = 0; part < most_resumptions; ++part) {
        const auto asked = rpc::encode(request);
        const auto stub = co_await call(rpc::opnum_session_enum, asked);
        if (!stub) co_return stub.error();
        auto reply = rpc::decode_session_enum_reply(*stub, request.level);
        if (!reply) co_return reply.error();
        whole.status = reply->status;
        const bool more = reply->status == static_cast<std::uint32_t>(NetApiStatus::more_data);
        if (whole.sessions.empty()) {
            whole.sessions = std::move(reply->sessions);
        } else {
            std::move(reply->sessions.begin(), reply->sessions.end(), std::back_inserter(whole.sessions));
        }
        if (whole.sessions.size() > rpc::most_sessions) break;
        if (!more) co_return whole;
        if (reply->resume_handle == request.resume_handle) break;
        request.resume_handle = reply->resume_handle;
    }
    co_return Error{make_error_code(SmbError::malformed), "NetrSessionEnum: more data announced without end"};
}

Enumeration SmbSessionApi::answer(std::vector<Session> sessions) const {
    Enumeration result;
    result.level = ladder_.level();
    result.sessions = std::move(sessions);
    result.own = {credential_->account(), client_->local_address(), client_->established()};
    result.server_guid = client_->machine().server_guid();
    result.denied = ladder_.denied();
    result.unsupported = ladder_.unsupported();
    return result;
}

Error SmbSessionApi::refusal(std::uint32_t status) const {
    const auto code = static_cast<NetApiStatus>(status);
    const bool denied = code == NetApiStatus::access_denied || ladder_.refused_for_rights();
    if (!denied) return {make_error_code(code), "NetSessionEnum"};
    return {make_error_code(NetApiStatus::access_denied),
            "NetSessionEnum as " + credential_->account() +
                "; make the account a member of the server's Administrators or Server Operators"};
}

asio::awaitable<Result<Enumeration>> SmbSessionApi::enumerate_on_this_connection(
    const SessionFilter& filter) {
    while (true) {
        auto reply = co_await enumerate_level(filter);
        if (!reply) co_return reply.error();
        if (ladder_.answered(reply->status) == LevelLadder::Next::ask_again) continue;
        const bool filtered = filter.client || filter.user;
        if (filtered && nobody_found(reply->status)) co_return answer({});
        if (reply->status != 0) co_return refusal(reply->status);
        if (filtered)
            std::erase_if(reply->sessions, [&](const auto& session) { return !agrees(filter, session); });
        co_return answer(std::move(reply->sessions));
    }
}

// Looks wait for each other, each with a timer of its own: all are woken, and one goes on.
asio::awaitable<bool> SmbSessionApi::my_turn(SteadyTime deadline) {
    while (busy_) {
        if (std::chrono::steady_clock::now() >= deadline) co_return false;
        asio::steady_timer turn{strand_, deadline};
        waiting_.push_back(&turn);
        const std::unique_ptr<asio::steady_timer, std::function<void(asio::steady_timer*)>> in_line{
            &turn, [this](asio::steady_timer* mine) { std::erase(waiting_, mine); }};
        co_await turn.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return true;
}

asio::awaitable<Result<Enumeration>> SmbSessionApi::enumerate(SessionFilter filter, SteadyTime deadline) {
    const auto self = shared_from_this();
    const bool mine = co_await my_turn(deadline);
    if (!mine) co_return Error{make_error_code(SmbError::timed_out), "behind another look at the server"};
    const Operation operation{self, deadline};
    lost_an_answer_ = false;
    const bool was_kept = client_ && client_->ready();
    for (int attempt = 0;; ++attempt) {
        const auto open = co_await connected(deadline);
        if (!open) co_return reported(open.error());
        auto result = co_await enumerate_on_this_connection(filter);
        if (result || result.error().code.category() == net_api_category()) co_return result;
        const bool worth_rebuilding =
            was_kept && attempt == 0 && !given_up_ && client_->recovery() == Recovery::reconnect;
        client_.reset();
        if (!worth_rebuilding) co_return reported(result.error());
        // A status is an answer: that the session or the pipe is gone, and nothing was asked.
        lost_an_answer_ = result.error().code.category() != nt_status_category();
    }
}

asio::awaitable<SessionDelApi::Outcome> SmbSessionApi::disconnect(ClientName client, UserName user,
                                                                  SteadyTime deadline) {
    // Not even behind a look: the decision would be an old one.
    if (busy_) co_return Failure{{make_error_code(SmbError::abandoned), "the server was being asked"}, false};
    const Operation operation{shared_from_this(), deadline};
    // Only on the connection that was just asked: to connect first takes up to the whole deadline, and by
    // then the decision is an old one.
    if (!client_ || !client_->ready()) {
        const Error lost{make_error_code(SmbError::connection_lost), "before the call was sent"};
        co_return Failure{lost, false};
    }
    const auto request = rpc::encode_session_del(spec_.name, client, user);
    const auto stub = co_await client_->call(rpc::opnum_session_del, request);
    if (!stub) {
        // An RPC fault for rights is the server's own word; anything else leaves open what was done.
        const auto error = reported(stub.error());
        client_.reset();
        co_return Failure{error, true};
    }
    const auto status = rpc::decode_session_del_reply(*stub);
    if (!status) {
        client_.reset();
        co_return Failure{status.error(), true};
    }
    if (*status != 0)
        co_return Failure{{make_error_code(static_cast<NetApiStatus>(*status)), "NetSessionDel"}, true};
    co_return Outcome{};
}

asio::awaitable<void> SmbSessionApi::close(SteadyTime deadline) {
    const auto self = shared_from_this();
    const bool mine = co_await my_turn(deadline);
    if (!mine) {
        // Whoever works there is told to leave, and has the connection until then.
        give_up(SmbError::abandoned);
        co_return;
    }
    const Operation operation{self, deadline};
    if (client_) co_await client_->logoff();
    client_.reset();
    timer_.cancel();  // nothing more to watch: whoever waits for the threads need not wait for it
}

asio::awaitable<bool> SmbSessionApi::let_go(SteadyTime deadline) {
    if (busy_ || !waiting_.empty()) co_return false;
    co_await close(deadline);
    co_return true;
}

}  // namespace curfew::core
