// From the first byte to a session and back: NEGOTIATE, SESSION_SETUP, LOGOFF, and the negotiation said again
// under a signature.
//
// The order at the end of a logon matters. In 3.1.1 the keys depend on every message of it but its last
// reply, which is signed with them (MS-SMB2 3.3.5.5.3): the keys are derived first, then that reply is
// written.
#include <algorithm>

#include <openssl/crypto.h>

#include "core/bytes/reader.hpp"
#include "core/lab/wire/connection_state.hpp"
#include "core/lab/wire/replies.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::size_t most_sessions = 32;

bool is_311(const Negotiated& negotiated) {
    return negotiated.dialect == static_cast<std::uint16_t>(Dialect::smb311);
}

std::uint64_t random_id() {
    std::array<std::uint8_t, 7> bytes{};  // never the one that means "related"
    smb::random_bytes(bytes);
    std::uint64_t id = 0;
    for (const auto byte : bytes) id = id << 8 | byte;
    return id << 1 | 1;  // and never the one that means "none"
}

}  // namespace

// An SMB1 NEGOTIATE takes the first message id (MS-SMB2 3.3.5.3.2). It names no dialect yet, so no fault of
// `downgrade` could lower one.
Action ServerConnection::State::on_smb1() {
    if (negotiated || !credits.take(0, 1)) return die();
    Request request;
    exchange.request.command = smb::Command::negotiate;
    if (spoiled(request, Call::negotiate)) return finish();
    Negotiated wildcard;
    wildcard.dialect = dialect_to_be_named;
    wildcard.capabilities = smb::capability_large_mtu;
    reply(NtStatus::success, [&](ByteWriter& out) { encode_negotiate_reply(wildcard, identity, out); });
    return finish();
}

ServerConnection::State::Stop ServerConnection::State::on_negotiate(const Request& request) {
    // It comes once, and alone: its bytes are hashed as they are.
    if (negotiated || request.header.next_command != 0 || exchange.replies.size() != 0) return die();
    const auto offer = decode_negotiate(request.message);
    if (!offer) return refuse(NtStatus::invalid_parameter);
    const bool lowest = exchange.fault && exchange.fault->kind == FaultKind::downgrade;
    const auto honest = lab::negotiate(*offer, identity);
    const auto result = lowest ? lab::negotiate(*offer, identity, true) : honest;
    if (const auto* status = std::get_if<NtStatus>(&result)) return refuse(*status);
    negotiated = std::get<Negotiated>(result);
    const auto* best = std::get_if<Negotiated>(&honest);
    downgraded = !best || best->dialect != negotiated->dialect;
    client_security_mode = offer->security_mode;
    client_capabilities = offer->capabilities;
    client_guid = offer->client_guid;
    reply(NtStatus::success, [&](ByteWriter& out) { encode_negotiate_reply(*negotiated, identity, out); });
    if (is_311(*negotiated)) {
        smb::extend(preauth, request.message);
        exchange.hash_into = &preauth;
    }
    return std::nullopt;
}

ServerConnection::State::Stop ServerConnection::State::on_session_setup(const Request& request) {
    if (request.header.next_command != 0 || exchange.replies.size() != 0)
        return refuse(NtStatus::invalid_parameter);
    const auto setup = decode_session_setup(request.message);
    if (!setup) return refuse(NtStatus::invalid_parameter);
    // No second channel, and no second proof of who one is.
    if (setup->binds || (request.session && request.session->valid))
        return refuse(NtStatus::request_not_accepted);
    if (identity.encryption == LabEncryption::required && negotiated->cipher == smb::Cipher::none)
        return refuse(NtStatus::access_denied);
    auto* session = request.session;
    if (!session) {
        if (sessions.size() == most_sessions) return refuse(NtStatus::insufficient_resources);
        session = sessions.emplace_back(std::make_unique<ServerSession>()).get();
        session->id = random_id();
        if (is_311(*negotiated)) session->preauth = std::make_unique<smb::PreauthHash>(preauth);
        exchange.session = session;
        exchange.request.session_id = session->id;
    }
    if (session->preauth) smb::extend(*session->preauth, request.message);
    waiting.what = Waiting::For::token;
    Action action;
    action.kind = Action::Kind::accept;
    action.bytes.assign(setup->token.begin(), setup->token.end());
    action.session = session->id;
    action.what = Call::session_setup;
    return action;
}

Action ServerConnection::State::on_accepted(Accepted step) {
    constexpr std::size_t largest_token = 0xFFFF;
    if (waiting.what != Waiting::For::token) return die();
    auto& session = *exchange.session;
    const bool refused =
        step.refused || step.token.size() > largest_token || (step.complete && !step.session_key);
    if (refused) {
        end(session);
        refuse(NtStatus::logon_failure);
    } else if (!step.complete) {
        reply(NtStatus::more_processing_required,
              [&](ByteWriter& out) { encode_session_setup_reply(0, step.token, out); });
        exchange.hash_into = session.preauth.get();
    } else {
        session.log_on(*step.session_key, *negotiated, identity.encryption);
        last_logon = session.id;
        const std::uint16_t flags = session.must_encrypt ? smb::session_encrypt : 0;
        reply(NtStatus::success,
              [&](ByteWriter& out) { encode_session_setup_reply(flags, step.token, out); });
    }
    if (step.session_key) OPENSSL_cleanse(step.session_key->data(), step.session_key->size());
    return resume();
}

ServerConnection::State::Stop ServerConnection::State::on_logoff(const Request& request) {
    if (!decode_bare(request.message)) return refuse(NtStatus::invalid_parameter);
    reply(NtStatus::success, encode_bare_reply);
    end(*request.session);
    return std::nullopt;
}

// MS-SMB2 3.3.5.15.12. Whoever heard another negotiation than we did is cut off, with one exception: where a
// fault lowered the dialect, the truth is told, so that a client that asks can notice. A client that was left
// at 3.1.1 never asks: the hash of the negotiation is its proof.
ServerConnection::State::Stop ServerConnection::State::on_validate_negotiate(const IoctlRequest& ioctl) {
    // A server of the time of 2.1 does not know the question (Windows: STATUS_FILE_CLOSED).
    if (identity.max_dialect < Dialect::smb300 && identity.personality == Personality::windows)
        return refuse(NtStatus::file_closed);
    ByteReader in{ioctl.input};
    NegotiateOffer offer;
    offer.capabilities = in.u32();
    const auto guid = in.bytes(client_guid.size());
    offer.security_mode = in.u16();
    const auto count = in.u16();
    for (int i = 0; in.ok() && i < count; ++i) offer.dialects.push_back(in.u16());
    // Contexts are not repeated here; that 3.1.1 had them was seen.
    offer.preauth = offer.sha512 = true;
    const bool same = in.ok() && offer.capabilities == client_capabilities &&
                      offer.security_mode == client_security_mode &&
                      std::equal(guid.begin(), guid.end(), client_guid.begin(), client_guid.end());
    if (!same || is_311(*negotiated) || ioctl.max_output < validate_negotiate_size) return die();
    const auto result = lab::negotiate(offer, identity);
    const auto* best = std::get_if<Negotiated>(&result);
    if (!best || (best->dialect != negotiated->dialect && !downgraded)) return die();
    Bytes output;
    ByteWriter writer{output};
    encode_validate_negotiate_output(*best, identity, writer);
    reply(NtStatus::success,
          [&](ByteWriter& out) { encode_ioctl_reply(ioctl.code, ioctl.file, output, out); });
    return std::nullopt;
}

}  // namespace curfew::core::lab
