#pragma once
// The other half of PipeMachine, in memory: takes frames, gives back messages. It speaks what a file server
// speaks on the way to \srvsvc, and every reply can be changed before it is signed (`change`) or after
// (`damage`), which is what the tests are about.

#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/smb/crypto.hpp"
#include "core/smb/header.hpp"
#include "core/smb/messages.hpp"

namespace curfew::testing {

using core::Bytes;
using core::smb::Command;

struct ServerSetup {
    std::uint16_t dialect = 0x0311;
    std::uint16_t security_mode = 3;
    core::smb::Cipher cipher = core::smb::Cipher::aes128_gcm;  // in 3.0: none, or the capability
    std::optional<core::smb::Signing> signing = core::smb::Signing::aes_gmac;  // 3.1.1 only
    bool preauth = true;
    std::uint16_t session_flags = 0;
    bool required_encryption_by_client = false;  // encrypt although no session flag says so
    std::uint32_t share_flags = 0;
    std::uint16_t granted_credits = 16;
    std::uint16_t max_receive_fragment = 4280;
    std::size_t response_fragment = 4280;  // RPC responses are cut to this
    std::size_t pipe_piece = 64 * 1024;    // what one TRANSCEIVE or READ gives at most
};

// Thrown where a client sends what no client may send.
struct ServerGaveUp : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a reply is made of, before it is put together and signed.
struct ReplyDraft {
    core::smb::Header header;
    Bytes body;
    bool sign = true;
    bool encrypt = true;
};

class FakeServer {
  public:
    explicit FakeServer(ServerSetup setup) : setup_(setup) {}

    // Called with the number of the reply (0, 1, …); may change the draft, or the finished message.
    std::function<void(std::size_t, ReplyDraft&)> change;
    std::function<void(std::size_t, Bytes&)> damage;

    // The message that answers `frame`. Throws ServerGaveUp.
    Bytes answer(std::span<const std::uint8_t> frame);

    std::size_t replies() const { return replies_; }
    const std::vector<Command>& commands() const { return commands_; }
    Command last_command() const { return commands_.back(); }
    const Bytes& stub_received() const { return stub_received_; }
    std::uint16_t opnum_received() const { return opnum_received_; }
    std::size_t fragments_received() const { return fragments_received_; }
    const core::ServerGuid& guid() const { return guid_; }
    void will_answer(Bytes stub) { stub_to_send_ = std::move(stub); }
    void will_send_on_pipe(Bytes raw) { raw_pipe_answer_ = std::move(raw); }  // instead of a proper response
    // A finished reply to the last request: for messages that come unasked.
    Bytes finish(ReplyDraft draft);
    ReplyDraft draft_for_last_request() const;

    static core::smb::Key session_key();

  private:
    Bytes opened(std::span<const std::uint8_t> message);
    void on_negotiate(ReplyDraft& reply);
    void on_session_setup(ReplyDraft& reply, std::span<const std::uint8_t> request);
    void on_ioctl(ReplyDraft& reply, std::span<const std::uint8_t> request);
    void on_pipe_bytes(std::span<const std::uint8_t> pdu);
    void take_from_pipe(ReplyDraft& reply, bool ioctl, std::uint32_t code);
    void derive_keys();

    ServerSetup setup_;
    core::ServerGuid guid_{0xF0, 0xF1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    core::smb::PreauthHash preauth_{};
    core::smb::Header request_;
    std::vector<Command> commands_;
    std::size_t replies_ = 0;
    int setups_ = 0;
    Bytes negotiate_request_;
    std::optional<core::smb::Signer> signer_;
    std::optional<core::smb::Sealer> sealer_;
    Bytes pipe_;  // what the client has still to fetch
    Bytes stub_received_;
    Bytes stub_to_send_;
    std::optional<Bytes> raw_pipe_answer_;
    std::uint16_t opnum_received_ = 0;
    std::size_t fragments_received_ = 0;
};

}  // namespace curfew::testing
