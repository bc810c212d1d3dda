#include "core/lab/wire/server_connection.hpp"

#include <algorithm>

#include "core/lab/wire/connection_state.hpp"
#include "core/smb/channel.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint8_t smb1_magic = 0xFF;

void put_length(Bytes& frame) {
    const std::size_t length = frame.size() - smb::frame_prefix;
    frame[1] = static_cast<std::uint8_t>(length >> 16);
    frame[2] = static_cast<std::uint8_t>(length >> 8);
    frame[3] = static_cast<std::uint8_t>(length);
}

// A chain's next part begins at a multiple of eight; its offset stands in the header of the part before.
void put_next_command(std::span<std::uint8_t> message, std::size_t offset) {
    constexpr std::size_t next_command = 20;
    for (std::size_t i = 0; i < 4; ++i)
        message[next_command + i] = static_cast<std::uint8_t>(offset >> (8 * i));
}

Bytes noise() {
    std::array<std::uint8_t, 1> size{};
    smb::random_bytes(size);
    Bytes frame(smb::frame_prefix + smb::header_size + size[0]);
    smb::random_bytes(std::span{frame}.subspan(smb::frame_prefix));
    return frame;
}

}  // namespace

ServerConnection::ServerConnection(const ServerIdentity& identity, Faults& faults)
    : state_(std::make_unique<State>(identity, faults)) {}
ServerConnection::~ServerConnection() = default;
ServerConnection::ServerConnection(ServerConnection&&) noexcept = default;

Action ServerConnection::on_message(std::span<std::uint8_t> message) {
    return state_->on_frame(message);
}

Action ServerConnection::on_accepted(Accepted step) {
    return state_->on_accepted(std::move(step));
}

Action ServerConnection::on_answered(std::span<const std::uint8_t> stub) {
    auto& state = *state_;
    if (state.waiting.what != Waiting::For::answer) return state.die();
    const auto& fault = state.exchange.fault;
    std::optional<std::size_t> piece;
    if (fault && fault->kind == FaultKind::fragments) piece = fault->size;
    return state.on_rpc_answer(state.waiting.open->rpc.answer(stub, piece));
}

Action ServerConnection::on_fault(std::uint32_t status) {
    auto& state = *state_;
    if (state.waiting.what != Waiting::For::answer) return state.die();
    return state.on_rpc_answer(state.waiting.open->rpc.fault(status));
}

std::uint16_t ServerConnection::dialect() const {
    return state_->negotiated ? state_->negotiated->dialect : 0;
}

bool ServerConnection::encrypted() const {
    const auto* session = state_->find(state_->last_logon);
    return session && (session->must_encrypt || session->encrypts);
}

std::vector<std::uint64_t> ServerConnection::take_ended() {
    return std::exchange(state_->ended, {});
}

void ServerConnection::rest() {
    for (auto& session : state_->sessions)
        for (auto& open : session->opens) open->rpc.rest();
    state_->exchange = {};
}

Action ServerConnection::State::die() {
    dead = true;
    Action action;
    action.kind = Action::Kind::close;
    return action;
}

Action ServerConnection::State::on_frame(std::span<std::uint8_t> message) {
    if (dead || waiting.what != Waiting::For::nothing) return die();
    exchange = {};
    exchange.frame.assign(smb::frame_prefix, 0);
    if (!message.empty() && message[0] == smb1_magic) return offers_smb2(message) ? on_smb1() : die();
    if (smb::is_encrypted(message)) {
        // Whoever names another's session or cannot seal for it is cut off (MS-SMB2 3.3.5.2.1.1).
        const auto transform = smb::decode_transform(message);
        auto* session = transform ? find(transform->session_id) : nullptr;
        if (!session || !session->sealer) return die();
        message = session->sealer->open(message);
        if (message.empty()) return die();
        exchange.sealed_by = session;
        session->encrypts = true;
    }
    return go_on(message);
}

Action ServerConnection::State::go_on(std::span<const std::uint8_t> chain) {
    while (!chain.empty()) {
        const auto header = smb::decode_header(chain);
        if (!header || (header->flags & smb::flag_response)) return die();
        const std::size_t next = header->next_command;
        if (next != 0 && (next % 8 != 0 || next < smb::header_size || next >= chain.size())) return die();
        const auto stop = answer(next == 0 ? chain : chain.first(next));
        chain = next == 0 ? std::span<const std::uint8_t>{} : chain.subspan(next);
        if (!stop) continue;
        if (stop->kind != Action::Kind::close) waiting.rest.assign(chain.begin(), chain.end());
        return *stop;
    }
    return finish();
}

Action ServerConnection::State::resume() {
    const Bytes rest = std::move(waiting.rest);
    waiting = {};
    return go_on(rest);
}

Action ServerConnection::State::finish() {
    Action action;
    action.what = exchange.what;
    if (exchange.session) action.session = exchange.session->id;
    auto& frame = exchange.frame;
    for (std::size_t i = 0; i < exchange.replies.size(); ++i) {
        const auto& reply = exchange.replies[i];
        const bool is_last = i + 1 == exchange.replies.size();
        const auto end = is_last ? frame.size() : exchange.replies[i + 1].begins;
        const auto message = std::span{frame}.subspan(reply.begins, end - reply.begins);
        if (!is_last) put_next_command(message, message.size());
        if (!reply.signer || exchange.sealed_by) continue;
        const auto signature = reply.signer->signer->sign(message);
        std::copy(signature.begin(), signature.end(), message.begin() + smb::signature_offset);
    }
    if (exchange.hash_into) smb::extend(*exchange.hash_into, std::span{frame}.subspan(smb::frame_prefix));
    if (!exchange.replies.empty()) {
        action.kind = Action::Kind::send;
        action.fault = exchange.left;
        if (exchange.sealed_by) {
            Bytes sealed(smb::frame_prefix);
            exchange.sealed_by->sealer->seal(std::span{frame}.subspan(smb::frame_prefix),
                                             exchange.sealed_by->id, sealed);
            frame = std::move(sealed);
        }
        if (exchange.noise) frame = noise();
        if (exchange.flip) frame.back() ^= 1;
        put_length(frame);
        action.bytes = std::move(frame);
    }
    std::erase_if(sessions, [&](const auto& session) {
        if (session->ended && session->valid) ended.push_back(session->id);
        return session->ended;
    });
    exchange = {};
    return action;
}

}  // namespace curfew::core::lab
