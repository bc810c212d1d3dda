#pragma once
// A client that says whatever a test wants it to say to lab::ServerConnection: any offer, any body, signed,
// encrypted, chained, or wrong in one place.

#include <functional>
#include <optional>
#include <vector>

#include "core/errors/nt_status.hpp"
#include "core/smb/crypto.hpp"
#include "core/smb/header.hpp"
#include "core/smb/messages.hpp"
#include "tests/core/lab/talk.hpp"

namespace curfew::testing {

using core::smb::Command;

struct Offer {
    std::vector<std::uint16_t> dialects{0x0311};
    std::uint32_t capabilities = 0x44;
    int preauths = 1;
    std::uint16_t hash = 1;
    std::optional<std::vector<std::uint16_t>> ciphers{{2, 1}};
    std::optional<std::vector<std::uint16_t>> signings{{2, 1, 0}};
};
void encode(const Offer& offer, core::ByteWriter& out);

using Body = std::function<void(core::ByteWriter&)>;

struct Answer {
    lab::Action action;
    std::vector<core::smb::Header> headers;  // one per reply of a chain
    std::vector<Bytes> messages;
    bool sealed = false;
    bool signatures_verify = true;  // of those that are signed

    bool closed() const { return action.kind == lab::Action::Kind::close; }
    std::uint32_t status() const { return headers.at(0).status; }
    core::NtStatus nt() const { return static_cast<core::NtStatus>(status()); }
};

class RawClient {
  public:
    explicit RawClient(const lab::ServerIdentity& identity = {}) : server(identity) {}

    // The way to a bound pipe, step by step; each throws where the server does not go along.
    core::smb::NegotiateReply negotiate(const Offer& offer = {});
    void log_on();
    void connect_tree();
    core::smb::FileId open_pipe();
    void bind();
    void get_ready(const Offer& offer = {});  // all of them

    // A message as this client would send it: next id, session, tree; signed or sealed once there are keys.
    Bytes message(Command command, const Body& body);
    core::smb::Header next_header(Command command);
    Bytes finished(const core::smb::Header& header, std::span<const std::uint8_t> body);
    // Several in one frame; from the second on with the flag "related" where it is asked for.
    Bytes chain(const std::vector<std::pair<Command, Body>>& requests, bool related);

    Answer send(Bytes message);
    Answer send(Command command, const Body& body) { return send(message(command, body)); }
    Answer transceive(std::span<const std::uint8_t> bytes, std::uint32_t max_output = 65536);
    Answer write(std::span<const std::uint8_t> bytes);
    Answer read(std::uint32_t length = 65536);

    LabEnd server;
    std::uint64_t next_id = 0;
    std::uint64_t session = 0;
    std::uint32_t tree = 0;
    std::uint16_t credits_to_ask_for = 8;
    core::smb::FileId file = core::smb::no_file;
    bool sign = true;
    bool seal = false;  // once there are keys
    core::smb::NegotiateReply negotiated;
    std::optional<core::smb::Signer> signer;
    std::optional<core::smb::Sealer> sealer;

  private:
    core::smb::PreauthHash preauth_{};
};

// One that has a session, and nothing in it yet.
struct LoggedOn : RawClient {
    explicit LoggedOn(const lab::ServerIdentity& identity = {}) : RawClient(identity) {
        negotiate();
        log_on();
    }
};

// The output of an IOCTL or the data of a READ.
Bytes pipe_bytes(const Answer& answer);

}  // namespace curfew::testing
