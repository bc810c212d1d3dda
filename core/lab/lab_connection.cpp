#include "core/lab/lab_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/lab/wire/srvsvc_codec.hpp"
#include "core/rpc/srvsvc.hpp"

namespace curfew::core::lab {
namespace asio = boost::asio;
namespace {

constexpr std::uint32_t fault_bad_stub = 0x000006F7;      // RPC_X_BAD_STUB_DATA
constexpr std::uint32_t fault_no_such_call = 0x1C010002;  // nca_s_op_rng_error

constexpr Milliseconds between_pulses{250};

bool is_about_the_socket(FaultKind kind) {
    return kind == FaultKind::delay || kind == FaultKind::silence || kind == FaultKind::reset ||
           kind == FaultKind::half_open;
}

// A result that announces more entries than there are bytes for: the count and the size of the array that
// follows (MS-SRVS 2.2.4.17, two pointers and two numbers before it).
void announce_more(Bytes& stub) {
    for (const std::size_t at : {std::size_t{12}, std::size_t{20}}) {
        if (stub.size() > at + 2) stub[at + 2] = 7;  // 458,752 more
    }
}

}  // namespace

LabConnection::LabConnection(asio::ip::tcp::socket socket, RunningServer& server,
                             std::shared_ptr<AcceptorCredentials> credentials, BlockingPool& logons)
    : executor_(socket.get_executor()),
      stream_(std::move(socket)),
      server_(server),
      credentials_(std::move(credentials)),
      logons_(logons),
      machine_(server.identity(), server.faults()) {}

void LabConnection::close() {
    asio::post(executor_, [self = shared_from_this()] { self->stream_.close(); });
}

// Until the client gives up: what nobody would ever close again costs a lab that lives for hours its
// descriptors. What the client sends stays unread, so its end is asked for, not read.
asio::awaitable<void> LabConnection::play_dead() {
    asio::steady_timer timer{executor_};
    while (!stream_.hung_up()) {
        timer.expires_after(between_pulses);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> LabConnection::serve(std::shared_ptr<LabConnection> connection) {
    co_await connection->serve_all();
}

// False: the connection is over before it began.
asio::awaitable<bool> LabConnection::welcome() {
    from_ = stream_.remote_address();
    const auto fault = server_.faults().take(Call::connect);
    server_.note(Call::connect, {}, from_, 0, fault);
    if (!fault) co_return true;
    if (fault->kind == FaultKind::delay) {
        asio::steady_timer timer{executor_, fault->delay};
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return true;
    }
    if (fault->kind != FaultKind::reset) co_await play_dead();
    stream_.reset();
    co_return false;
}

asio::awaitable<void> LabConnection::serve_all() {
    bool goes_on = co_await welcome();
    // Not `goes_on && co_await ...`: GCC 12 awaits the right side even where the left one is false, and a
    // connection that is over would stay open until its client moves.
    while (goes_on) {
        if (!co_await stream_.readable()) break;
        const auto message = co_await stream_.read();
        if (!message) break;
        goes_on = co_await carry_out(machine_.on_message(*message));
        forget_ended();
        machine_.rest();
        stream_.rest();
    }
    for (const auto& [id, caller] : logged_on_) server_.left(caller.session);
    stream_.close();
}

void LabConnection::forget_ended() {
    for (const auto id : machine_.take_ended()) {
        logging_on_.erase(id);
        const auto caller = logged_on_.find(id);
        if (caller == logged_on_.end()) continue;
        server_.left(caller->second.session);
        logged_on_.erase(caller);
    }
}

asio::awaitable<bool> LabConnection::carry_out(Action action) {
    // A fault met by the call itself is still there when its answer is on the way out.
    std::optional<Fault> fault;
    while (true) {
        if (action.fault && is_about_the_socket(action.fault->kind)) fault = action.fault;
        switch (action.kind) {
            case Action::Kind::nothing: co_return true;
            case Action::Kind::close: co_return false;
            case Action::Kind::accept: action = co_await log_on(action); break;
            case Action::Kind::call: {
                bool over = false;
                action = answer(action, over);
                if (over) co_return false;
                break;
            }
            case Action::Kind::send: co_return co_await send(action, fault);
        }
    }
}

asio::awaitable<bool> LabConnection::send(const Action& action, std::optional<Fault> fault) {
    if (fault && fault->kind == FaultKind::silence) co_return true;
    if (fault && fault->kind == FaultKind::half_open) {
        co_await play_dead();
        co_return false;
    }
    if (fault && fault->kind == FaultKind::delay) {
        asio::steady_timer timer{executor_, fault->delay};
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    std::span<const std::uint8_t> bytes{action.bytes};
    if (fault && fault->kind == FaultKind::reset) {
        co_await stream_.write(bytes.first(bytes.size() / 2));
        stream_.reset();
        co_return false;
    }
    const auto written = co_await stream_.write(bytes);
    if (wakes_up_) server_.wake_all();
    wakes_up_ = false;
    co_return written.has_value();
}

asio::awaitable<Action> LabConnection::log_on(const Action& action) {
    auto& context = logging_on_[action.session];
    if (!context) context = std::make_shared<AcceptorContext>(credentials_);
    std::function<Result<Accepted>()> call = [context, token = action.bytes]() -> Result<Accepted> {
        return context->step(token);
    };
    auto accepted = co_await logons_.run<Accepted>(std::make_shared<Waiting>(executor_), executor_, call);
    if (!accepted) {
        Action over;
        over.kind = Action::Kind::close;
        co_return over;
    }
    const bool logged_on = accepted->complete && !accepted->refused;
    const auto account = context->account();
    if (accepted->complete || accepted->refused) logging_on_.erase(action.session);
    auto next = machine_.on_accepted(std::move(*accepted));
    if (logged_on && next.kind == Action::Kind::send)
        logged_on_.insert_or_assign(action.session, server_.arrived(account, from_, weak_from_this()));
    co_return next;
}

Action LabConnection::answer(const Action& action, bool& over) {
    const auto caller = logged_on_.find(action.session);
    if (caller == logged_on_.end()) {
        over = true;
        return {};
    }
    switch (action.opnum) {
        case rpc::opnum_session_enum: return answer_enum(action, caller->second);
        case rpc::opnum_session_del: return answer_del(action, caller->second, over);
        default: return machine_.on_fault(fault_no_such_call);
    }
}

Action LabConnection::answer_enum(const Action& action, const Caller& caller) {
    const auto call = decode_session_enum(action.bytes);
    if (!call) return machine_.on_fault(fault_bad_stub);
    const EnumCall asked{call->client, call->user, call->level, call->preferred_maximum_length,
                         call->resume_handle};
    const auto answer = server_.session_enum(asked, caller, from_, action.fault);
    auto stub = encode_session_enum_reply(call->level, answer.sessions, answer.total, answer.resume_handle,
                                          answer.status);
    if (action.fault) {
        if (action.fault->kind == FaultKind::truncated_ndr) stub.resize(stub.size() / 2);
        if (action.fault->kind == FaultKind::oversized_ndr) announce_more(stub);
        if (action.fault->kind == FaultKind::wake_up) wakes_up_ = true;
    }
    return machine_.on_answered(stub);
}

Action LabConnection::answer_del(const Action& action, const Caller& caller, bool& over) {
    const auto call = decode_session_del(action.bytes);
    if (!call) return machine_.on_fault(fault_bad_stub);
    const auto answer = server_.session_del({call->client, call->user}, caller, from_, action.fault);
    if (answer.caller_too) {
        over = true;
        return {};
    }
    auto stub = encode_session_del_reply(answer.status);
    if (action.fault && action.fault->kind == FaultKind::truncated_ndr) stub.resize(stub.size() / 2);
    return machine_.on_answered(stub);
}

}  // namespace curfew::core::lab
