// One request: may it be sent, does it come from whom it says, does it go wrong on command, and who answers.
#include <algorithm>
#include <utility>

#include "core/lab/wire/connection_state.hpp"
#include "core/lab/wire/replies.hpp"
#include "core/smb/channel.hpp"

namespace curfew::core::lab {
namespace {

using smb::Command;

Call call_of(Command command) {
    switch (command) {
        case Command::negotiate: return Call::negotiate;
        case Command::session_setup: return Call::session_setup;
        case Command::tree_connect: return Call::tree_connect;
        case Command::create: return Call::create;
        default: return Call::other;
    }
}

bool needs_tree(Command command) {
    switch (command) {
        case Command::negotiate:
        case Command::session_setup:
        case Command::logoff:
        case Command::tree_connect:
        case Command::echo: return false;
        default: return true;
    }
}

bool is_error(NtStatus status) {
    return static_cast<std::uint32_t>(status) >> 30 == 3;
}

bool signature_verifies(const Request& request) {
    return (request.header.flags & smb::flag_signed) &&
           smb::equal_in_constant_time(
               request.session->signer->sign(request.message),
               request.message.subspan(smb::signature_offset, sizeof(smb::Signature)));
}

}  // namespace

ServerSession* ServerConnection::State::find(std::uint64_t id) const {
    const auto found = std::find_if(sessions.begin(), sessions.end(), [&](const auto& session) {
        return session->id == id && !session->ended;
    });
    return found == sessions.end() ? nullptr : found->get();
}

void ServerConnection::State::reply(NtStatus status, const Body& body) {
    auto& frame = exchange.frame;
    while ((frame.size() - smb::frame_prefix) % 8 != 0) frame.push_back(0);
    auto header = exchange.request;
    auto* signer = exchange.session && exchange.session->signer ? exchange.session : nullptr;
    const bool grants = !exchange.fault || exchange.fault->kind != FaultKind::no_credits;
    header.status = static_cast<std::uint32_t>(status);
    header.credits = grants ? credits.grant(header.credits) : std::uint16_t{0};
    header.flags = smb::flag_response | (header.flags & smb::flag_related);
    if (signer && !exchange.sealed_by) header.flags |= smb::flag_signed;
    header.next_command = 0;
    exchange.replies.push_back({frame.size(), signer});
    ByteWriter out{frame};
    encode(header, out);
    body(out);
    exchange.failed = is_error(status) ? std::optional{status} : std::nullopt;
}

ServerConnection::State::Stop ServerConnection::State::refuse(NtStatus status) {
    reply(status, encode_error);
    return std::nullopt;
}

ServerConnection::State::Stop ServerConnection::State::answer(std::span<const std::uint8_t> message) {
    Request request{*smb::decode_header(message), message, nullptr};
    auto& header = request.header;
    // There is never anything under way that could be cancelled, and CANCEL has no reply.
    if (header.command == Command::cancel) return std::nullopt;
    if (!credits.take(header.message_id, header.credit_charge)) return die();
    if (!negotiated && header.command != Command::negotiate) return die();

    const bool related = (header.flags & smb::flag_related) != 0;
    const bool goes_on = related && !exchange.first;
    if (goes_on) {
        header.session_id = exchange.request.session_id;
        header.tree_id = exchange.request.tree_id;
    }
    request.session = header.session_id == 0 ? nullptr : find(header.session_id);
    if (exchange.sealed_by && header.session_id != exchange.sealed_by->id) return die();
    const auto failed = goes_on ? exchange.failed : std::nullopt;
    const bool first = std::exchange(exchange.first, false);
    exchange.request = header;
    exchange.session = request.session;
    exchange.what = call_of(header.command);
    exchange.fault.reset();
    if (const auto status = distrust(request)) return refuse(*status);
    if (related && first) return refuse(NtStatus::invalid_parameter);
    if (failed) return refuse(*failed);
    return dispatch(request);
}

std::optional<NtStatus> ServerConnection::State::distrust(const Request& request) {
    const auto command = request.header.command;
    if (command == Command::negotiate) return std::nullopt;
    const bool names_one = request.header.session_id != 0;
    if (!names_one && (command == Command::session_setup || command == Command::echo)) return std::nullopt;
    if (!request.session) return NtStatus::user_session_deleted;
    const auto& session = *request.session;
    if (!session.valid) {
        if (command == Command::session_setup) return std::nullopt;
        return NtStatus::user_session_deleted;
    }
    if (exchange.sealed_by) return std::nullopt;  // the authentication tag was the proof
    if (session.must_encrypt) return NtStatus::access_denied;
    // The lab requires signatures of everybody (MS-SMB2 3.3.5.2.4).
    if (!signature_verifies(request)) return NtStatus::access_denied;
    return std::nullopt;
}

bool ServerConnection::State::spoiled(const Request& request, Call what, const Open* open,
                                      bool owner_answers) {
    exchange.what = what;
    exchange.fault = faults.take(what);
    if (!exchange.fault) return false;
    switch (exchange.fault->kind) {
        case FaultKind::delay:
        case FaultKind::silence:
        case FaultKind::reset:
        case FaultKind::half_open: exchange.left = exchange.fault; return false;
        case FaultKind::random_bytes: exchange.noise = true; return false;
        case FaultKind::wrong_signature: exchange.flip = true; return false;
        case FaultKind::session_expired:
            if (what == Call::negotiate) return false;
            if (request.session) end(*request.session);
            refuse(NtStatus::network_session_expired);
            return true;
        case FaultKind::pipe_death:
            if (!open && what != Call::create) return false;
            if (open) request.session->close(*open);
            refuse(NtStatus::connection_disconnected);
            return true;
        case FaultKind::access_denied:
            if (owner_answers) return false;
            if (request.session && !request.session->valid) end(*request.session);
            refuse(NtStatus::access_denied);
            return true;
        default: return false;  // done where the reply is made, or nothing that this call could show
    }
}

ServerConnection::State::Stop ServerConnection::State::dispatch(const Request& request) {
    const auto command = request.header.command;
    if (needs_tree(command) && !request.session->has_tree(request.header.tree_id)) {
        if (spoiled(request, call_of(command))) return std::nullopt;
        return refuse(NtStatus::network_name_deleted);
    }
    switch (command) {
        // These two ask the faults once they know what is asked for.
        case Command::write: return on_write(request);
        case Command::ioctl: return on_ioctl(request);
        // These two need to know which pipe would die.
        case Command::read: return on_read(request);
        case Command::close: return on_close(request);
        default: break;
    }
    if (spoiled(request, call_of(command))) return std::nullopt;
    switch (command) {
        case Command::negotiate: return on_negotiate(request);
        case Command::session_setup: return on_session_setup(request);
        case Command::logoff: return on_logoff(request);
        case Command::tree_connect: return on_tree_connect(request);
        case Command::tree_disconnect: return on_tree_disconnect(request);
        case Command::create: return on_create(request);
        case Command::echo:
            if (!decode_bare(request.message)) return refuse(NtStatus::invalid_parameter);
            reply(NtStatus::success, encode_bare_reply);
            return std::nullopt;
        case Command::flush:
        case Command::lock:
        case Command::query_directory:
        case Command::change_notify:
        case Command::query_info:
        case Command::set_info:
        case Command::oplock_break: return refuse(NtStatus::not_supported);
        default: return refuse(NtStatus::invalid_parameter);
    }
}

}  // namespace curfew::core::lab
