#pragma once
// From a fresh TCP connection to answered RPC calls on \srvsvc, without a socket: the caller sends what it is
// told to send, feeds every message that arrives, and runs the GSSAPI steps it is asked for.
//
//   negotiate → session setup (n times) → tree connect IPC$ → [validate negotiate] → create → bind → ready
//   ready → call: (write fragments…) transceive (read…) → ready
//
// Nothing here blocks and nothing here knows time. After `failed`, recovery() says what is still worth
// something.

#include <optional>
#include <span>
#include <string>

#include "core/errors/error.hpp"
#include "core/errors/smb_error.hpp"
#include "core/rpc/pdu.hpp"
#include "core/server_spec.hpp"
#include "core/smb/channel.hpp"
#include "core/smb/messages.hpp"

namespace curfew::core::smb {

struct Step {
    enum class Kind {
        send,          // `bytes` are a frame: send it, then feed the reply
        receive,       // the message said nothing final: feed the next one
        authenticate,  // run one GSSAPI step on `bytes` (the server's token, maybe empty), then on_token()
        done,
        failed,
    };
    Kind kind = Kind::failed;
    std::span<const std::uint8_t> bytes;
};

// What one GSSAPI step gave.
struct TokenStep {
    Bytes token;  // for the server; may be empty once complete
    bool complete = false;
    std::optional<Key> session_key;  // there when complete
};

class PipeMachine {
  public:
    explicit PipeMachine(ServerSpec spec);

    Step connect();                                                      // on a fresh connection
    Step call(std::uint16_t opnum, std::span<const std::uint8_t> stub);  // when ready
    Step reopen();                                                       // the pipe died, its session lives
    Step logoff();                                                       // a courtesy before closing

    Step on_message(std::span<std::uint8_t> message);  // decrypted in place
    Step on_token(TokenStep token);

    bool ready() const { return state_ == State::ready; }
    Bytes take_stub() { return std::move(stub_); }  // the result of a call that is done

    const Error& error() const { return error_; }
    enum class Recovery {
        none,      // the failure is the answer: a new connection would meet it again
        repipe,    // the session is good, the pipe is not: reopen() and call again
        reconnect  // the session or the connection is gone
    };
    Recovery recovery() const { return recovery_; }

    const ServerGuid& server_guid() const { return negotiated_.server_guid; }
    std::uint16_t dialect() const { return negotiated_.dialect; }
    bool encrypted() const { return channel_.encrypts(); }
    Signing signing() const { return signing_; }
    void rest() { channel_.rest(); }

  private:
    enum class State {
        fresh,
        negotiating,
        authenticating,
        setting_up,
        proving,
        tree_connecting,
        validating,
        creating,
        binding,
        binding_more,
        ready,
        writing,
        transceiving,
        reading,
        logging_off,
        dead,
    };

    Step send(State next, Command command, const std::function<void(ByteWriter&)>& body);
    Step fail(Error error, Recovery recovery = Recovery::none);
    Step fail(SmbError code, std::string context, Recovery recovery = Recovery::none);
    Step refused(const Header& header, std::string context);

    Step on_negotiated(const Reply& reply);
    Step on_session_setup(const Reply& reply);
    Step send_session_setup(const Bytes& token);
    Step prove(TokenStep token);
    std::optional<Error> accept_session();
    void derive_keys();
    Step tree_connect();
    Step on_tree_connected(const Reply& reply);
    Step on_validated(const Reply& reply);
    Step create_pipe();
    Step on_created(const Reply& reply);
    Step on_bind_bytes(std::span<const std::uint8_t> bytes);
    Step send_next_fragment();
    Step on_written(const Reply& reply);
    Step on_transceived(const Reply& reply);
    Step on_read(const Reply& reply);
    Step on_pipe_bytes(std::span<const std::uint8_t> bytes);
    Step read_more(State next);
    Step pipe_refused(const Header& header, std::string context);

    ServerSpec spec_;
    State state_ = State::fresh;
    Channel channel_;
    NegotiateRequest offered_;
    NegotiateReply negotiated_;
    Signing signing_ = Signing::hmac_sha256;
    PreauthHash preauth_{};
    std::optional<Key> session_key_;
    Bytes final_setup_;  // the last SESSION_SETUP reply, until the keys that verify it exist
    std::uint16_t session_flags_ = 0;
    FileId pipe_{};
    std::uint16_t max_fragment_ = rpc::smallest_fragment;
    std::uint32_t call_id_ = 0;
    std::vector<Bytes> fragments_;
    std::size_t next_fragment_ = 0;
    std::optional<rpc::Reassembler> reassembler_;
    Bytes bind_reply_;
    Bytes stub_;
    Error error_;
    Recovery recovery_ = Recovery::none;
};

}  // namespace curfew::core::smb
