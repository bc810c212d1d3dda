#include "core/smb/pipe_machine.hpp"

#include <algorithm>

#include "core/errors/net_api_status.hpp"
#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/rpc/srvsvc.hpp"
#include "core/text/utf.hpp"

namespace curfew::core::smb {
namespace {

constexpr std::uint32_t pipe_read_size = 64 * 1024;  // one credit's worth

NtStatus status_of(const Header& header) {
    return static_cast<NtStatus>(header.status);
}

bool pipe_is_gone(NtStatus status) {
    switch (status) {
        case NtStatus::pipe_disconnected:
        case NtStatus::pipe_broken:
        case NtStatus::connection_disconnected:
        case NtStatus::file_closed: return true;
        default: return false;
    }
}

bool session_is_gone(NtStatus status) {
    return status == NtStatus::network_session_expired || status == NtStatus::user_session_deleted;
}

}  // namespace

PipeMachine::PipeMachine(ServerSpec spec) : spec_(std::move(spec)) {}

Step PipeMachine::send(State next, Command command, const std::function<void(ByteWriter&)>& body) {
    if (!channel_.can_send()) return fail(SmbError::no_credits, {}, Recovery::reconnect);
    state_ = next;
    return {Step::Kind::send, channel_.request(command, body)};
}

Step PipeMachine::fail(Error error, Recovery recovery) {
    error_ = std::move(error);
    recovery_ = recovery;
    if (recovery != Recovery::repipe) state_ = State::dead;
    return {Step::Kind::failed, {}};
}

Step PipeMachine::fail(SmbError code, std::string context, Recovery recovery) {
    return fail(Error{make_error_code(code), std::move(context)}, recovery);
}

Step PipeMachine::refused(const Header& header, std::string context) {
    const auto status = status_of(header);
    return fail(Error{make_error_code(status), std::move(context)},
                session_is_gone(status) ? Recovery::reconnect : Recovery::none);
}

Step PipeMachine::on_message(std::span<std::uint8_t> message) {
    // The reply that ends the logon is kept until there is a key to verify it with: it must not reach
    // receive() first.
    auto received = channel_.receive(message);
    if (!received) {
        const auto& code = received.error().code;
        const bool gone = code == make_error_code(NtStatus::user_session_deleted) ||
                          code == make_error_code(NtStatus::network_session_expired);
        return fail(received.error(), gone ? Recovery::reconnect : Recovery::none);
    }
    if (!*received) return {Step::Kind::receive, {}};
    const Reply& reply = **received;
    switch (state_) {
        case State::negotiating: return on_negotiated(reply);
        case State::setting_up: return on_session_setup(reply);
        case State::tree_connecting: return on_tree_connected(reply);
        case State::validating: return on_validated(reply);
        case State::creating: return on_created(reply);
        case State::writing: return on_written(reply);
        case State::binding:
        case State::transceiving: return on_transceived(reply);
        case State::binding_more:
        case State::reading: return on_read(reply);
        case State::logging_off: state_ = State::dead; return {Step::Kind::done, {}};
        default: return fail(SmbError::malformed, "a reply nobody waits for");
    }
}

Step PipeMachine::tree_connect() {
    const auto path = utf16_from_utf8("\\\\" + spec_.host + "\\IPC$").value_or(u"\\\\*\\IPC$");
    return send(State::tree_connecting, Command::tree_connect,
                [&](ByteWriter& out) { encode_tree_connect(path, out); });
}

Step PipeMachine::on_tree_connected(const Reply& reply) {
    if (status_of(reply.header) != NtStatus::success) return refused(reply.header, "connecting to IPC$");
    const auto share_flags = decode_tree_connect_reply(reply.message);
    if (!share_flags) return fail(SmbError::malformed, "TREE_CONNECT reply");
    channel_.set_tree(reply.header.tree_id);
    if ((*share_flags & share_encrypt) && !channel_.encrypts()) {
        return fail(SmbError::encryption_missing,
                    "IPC$ is to be used encrypted only: set security.encryption: required for this server");
    }
    // The negotiation itself was not signed. 3.1.1 proves it by its hash; older dialects are asked to repeat
    // it signed.
    if (negotiated_.dialect == static_cast<std::uint16_t>(Dialect::smb311)) return create_pipe();
    Bytes input;
    ByteWriter writer{input};
    encode_validate_negotiate(offered_, writer);
    return send(State::validating, Command::ioctl, [&](ByteWriter& out) {
        encode_ioctl(fsctl_validate_negotiate_info, no_file, input, 24, out);
    });
}

Step PipeMachine::on_validated(const Reply& reply) {
    const auto status = status_of(reply.header);
    if (status == NtStatus::success) {
        const auto output = decode_ioctl_reply(reply.message, fsctl_validate_negotiate_info);
        if (!output || !validates(*output, negotiated_)) {
            return fail(SmbError::downgrade, "somebody on the way changed the negotiation");
        }
        return create_pipe();
    }
    // A server that only knows 2.1 does not know the question. Its refusal is signed, so nobody else can have
    // sent it.
    const bool too_old_to_know =
        negotiated_.dialect < static_cast<std::uint16_t>(Dialect::smb300) &&
        (status == NtStatus::not_supported || status == NtStatus::invalid_device_request ||
         status == NtStatus::file_closed);
    if (too_old_to_know) return create_pipe();
    return fail(SmbError::downgrade, "the server does not confirm the negotiation");
}

Step PipeMachine::create_pipe() {
    return send(State::creating, Command::create,
                [](ByteWriter& out) { encode_create_pipe(u"srvsvc", out); });
}

Step PipeMachine::reopen() {
    return create_pipe();
}

Step PipeMachine::on_created(const Reply& reply) {
    const auto status = status_of(reply.header);
    if (status == NtStatus::object_name_not_found) {
        return fail(SmbError::no_session_support, "the server serves shares only; leave it out of `servers`");
    }
    if (status != NtStatus::success) return refused(reply.header, "opening the srvsvc pipe");
    const auto id = decode_create_reply(reply.message);
    if (!id) return fail(SmbError::malformed, "CREATE reply");
    pipe_ = *id;
    bind_reply_.clear();
    const auto bind = rpc::encode_bind(rpc::srvsvc, ++call_id_);
    return send(State::binding, Command::ioctl, [&](ByteWriter& out) {
        encode_ioctl(fsctl_pipe_transceive, pipe_, bind, pipe_read_size, out);
    });
}

Step PipeMachine::on_bind_bytes(std::span<const std::uint8_t> bytes) {
    bind_reply_.insert(bind_reply_.end(), bytes.begin(), bytes.end());
    const auto length = rpc::pdu_length(bind_reply_);
    if (!length) return fail(length.error());
    if (!*length || **length > bind_reply_.size()) return read_more(State::binding_more);
    if (**length != bind_reply_.size())
        return fail(SmbError::malformed, "bytes behind the reply to the RPC bind");
    const auto ack = rpc::decode_bind_ack(bind_reply_, call_id_);
    if (!ack) return fail(ack.error());
    max_fragment_ = ack->max_transmit;
    Bytes{}.swap(bind_reply_);
    state_ = State::ready;
    return {Step::Kind::done, {}};
}

Step PipeMachine::call(std::uint16_t opnum, std::span<const std::uint8_t> stub) {
    stub_.clear();
    reassembler_.emplace(++call_id_);
    fragments_ = rpc::encode_request(opnum, stub, call_id_, max_fragment_);
    next_fragment_ = 0;
    return send_next_fragment();
}

Step PipeMachine::send_next_fragment() {
    const auto& fragment = fragments_[next_fragment_++];
    if (next_fragment_ < fragments_.size()) {
        return send(State::writing, Command::write,
                    [&](ByteWriter& out) { encode_write(pipe_, fragment, out); });
    }
    return send(State::transceiving, Command::ioctl, [&](ByteWriter& out) {
        encode_ioctl(fsctl_pipe_transceive, pipe_, fragment, pipe_read_size, out);
    });
}

Step PipeMachine::on_written(const Reply& reply) {
    if (status_of(reply.header) != NtStatus::success)
        return pipe_refused(reply.header, "writing to the srvsvc pipe");
    if (decode_write_reply(reply.message) != fragments_[next_fragment_ - 1].size()) {
        return fail(SmbError::malformed, "the pipe took a part of a fragment");
    }
    return send_next_fragment();
}

Step PipeMachine::pipe_refused(const Header& header, std::string context) {
    const auto status = status_of(header);
    if (!pipe_is_gone(status)) return refused(header, std::move(context));
    return fail(Error{make_error_code(status), std::move(context)}, Recovery::repipe);
}

Step PipeMachine::on_transceived(const Reply& reply) {
    const auto status = status_of(reply.header);
    if (status != NtStatus::success && status != NtStatus::buffer_overflow) {
        return pipe_refused(reply.header, "asking through the srvsvc pipe");
    }
    const auto bytes = decode_ioctl_reply(reply.message, fsctl_pipe_transceive);
    if (!bytes) return fail(SmbError::malformed, "IOCTL reply");
    return state_ == State::binding ? on_bind_bytes(*bytes) : on_pipe_bytes(*bytes);
}

Step PipeMachine::on_read(const Reply& reply) {
    const auto status = status_of(reply.header);
    if (status != NtStatus::success && status != NtStatus::buffer_overflow) {
        return pipe_refused(reply.header, "reading from the srvsvc pipe");
    }
    const auto bytes = decode_read_reply(reply.message);
    if (!bytes || bytes->empty()) return fail(SmbError::malformed, "READ reply");
    return state_ == State::binding_more ? on_bind_bytes(*bytes) : on_pipe_bytes(*bytes);
}

Step PipeMachine::on_pipe_bytes(std::span<const std::uint8_t> bytes) {
    const auto whole = reassembler_->feed(bytes);
    if (!whole) return fail(whole.error());
    if (!*whole) return read_more(State::reading);
    stub_ = reassembler_->take_stub();
    reassembler_.reset();
    std::vector<Bytes>{}.swap(fragments_);
    state_ = State::ready;
    return {Step::Kind::done, {}};
}

Step PipeMachine::read_more(State next) {
    return send(next, Command::read, [&](ByteWriter& out) { encode_read(pipe_, pipe_read_size, out); });
}

Step PipeMachine::logoff() {
    return send(State::logging_off, Command::logoff, [](ByteWriter& out) { encode_logoff(out); });
}

}  // namespace curfew::core::smb
