#pragma once
// The server's side of one SMB2/3 connection, without its socket: the counterpart of smb::PipeMachine. Takes
// every message that arrives and says what to do. Serves IPC$ and the pipe \srvsvc, and on it whatever calls
// its owner answers; everything else is refused as a file server would refuse it.
//
// Frames given out are whole (four bytes of length in front). One request is worked on at a time: what comes
// in between waits in the socket. A message that is handed in before the owner has answered ends the
// connection.
//
// Faults are asked once for each request, as soon as it is known which one it is and from whom; a request
// that is refused before that (unsigned, of no session) counts as none.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/lab/fault.hpp"
#include "core/lab/scenario.hpp"
#include "core/smb/crypto.hpp"

namespace curfew::core::lab {

struct ServerIdentity {
    ServerGuid guid{};
    Dialect min_dialect = Dialect::smb210;
    Dialect max_dialect = Dialect::smb311;
    LabEncryption encryption = LabEncryption::offered;
    // Windows: NDR faults and fragments up to 4280; Samba the same. Kept for what differs on the wire.
    Personality personality = Personality::windows;
    // The mechanisms that NEGOTIATE names (a NegTokenInit2 of SPNEGO, as GSSAPI's acceptor makes it). May
    // stay empty: clients then begin with the mechanism they like.
    Bytes security_hint;
};

struct Action {
    enum class Kind {
        send,     // `bytes`, all of it, then read on
        accept,   // run one GSSAPI step on `bytes` (the client's token), then on_accepted()
        call,     // answer `opnum` with the stub in `bytes`, then on_answered()
        close,    // the connection is of no more use
        nothing,  // read on
    };
    Kind kind = Kind::nothing;
    Bytes bytes;
    std::uint16_t opnum = 0;
    std::uint64_t session = 0;  // whose; with `send` 0 where there is none
    Call what = Call::other;    // what was asked
    // What has still to go wrong, left to the owner: with `send` delay, silence, reset and half_open, done to
    // the reply (that of a call too: never told twice); with `call` access_denied, truncated_ndr,
    // oversized_ndr and wake_up. All others were seen to.
    std::optional<Fault> fault;
};

// What one GSSAPI step of the acceptor gave.
struct Accepted {
    Bytes token;  // for the client; may be empty
    bool complete = false;
    bool refused = false;                 // STATUS_LOGON_FAILURE
    std::optional<smb::Key> session_key;  // there when complete
};

class ServerConnection {
  public:
    ServerConnection(const ServerIdentity& identity, Faults& faults);  // `faults` outlive it
    ~ServerConnection();
    ServerConnection(ServerConnection&&) noexcept;

    Action on_message(std::span<std::uint8_t> message);  // decrypted in place
    Action on_accepted(Accepted step);
    Action on_answered(std::span<const std::uint8_t> stub);
    // The call cannot be answered: an RPC fault (nca_s_fault_..., or an NTSTATUS).
    Action on_fault(std::uint32_t status);

    std::uint16_t dialect() const;  // 0: none yet
    bool encrypted() const;         // the session that was logged on last has to be, or was at least once
    // Sessions that ended with the last message (LOGOFF, or expired by a fault).
    std::vector<std::uint64_t> take_ended();
    // Gives back what a long call made large.
    void rest();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace curfew::core::lab
