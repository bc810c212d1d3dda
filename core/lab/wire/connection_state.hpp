#pragma once
// The inside of ServerConnection. A frame may hold a chain of requests (a compound, MS-SMB2 3.3.5.2.7): they
// are answered one by one, and the replies go out as one frame. A request that the owner has to answer stops
// the chain until on_accepted(), on_answered() or on_fault().
//
// A handler returns an Action where the chain has to stop, and nothing once its reply is written.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/errors/nt_status.hpp"
#include "core/lab/wire/credit_window.hpp"
#include "core/lab/wire/negotiation.hpp"
#include "core/lab/wire/requests.hpp"
#include "core/lab/wire/server_connection.hpp"
#include "core/lab/wire/server_session.hpp"
#include "core/smb/header.hpp"

namespace curfew::core::lab {

struct Request {
    smb::Header header;
    smb::Message message;              // its part of the frame, header included
    ServerSession* session = nullptr;  // none: it names none that is there
};

// One frame and what goes back for it.
struct Exchange {
    struct Reply {
        std::size_t begins = 0;           // in `frame`
        ServerSession* signer = nullptr;  // none: goes unsigned
    };
    Bytes frame;  // the length's four bytes, then the replies in clear
    std::vector<Reply> replies;
    ServerSession* sealed_by = nullptr;     // the frame came encrypted with this one's key
    smb::PreauthHash* hash_into = nullptr;  // the reply counts in this hash of the negotiation
    bool noise = false;                     // faults that are done to the whole frame
    bool flip = false;
    std::optional<Fault> left;  // and the one that its owner does

    // The request that is being answered.
    smb::Header request;
    ServerSession* session = nullptr;
    Call what = Call::other;
    std::optional<Fault> fault;

    // What a related request goes on with.
    bool first = true;
    std::optional<NtStatus> failed;
    smb::FileId file = smb::no_file;
};

// What the owner was asked to do, and how to go on when it is done.
struct Waiting {
    enum class For { nothing, token, answer };
    For what = For::nothing;
    Open* open = nullptr;
    std::uint32_t ioctl = 0;  // 0: a WRITE
    std::uint32_t size = 0;   // what was written, or the most that is read
    Bytes rest;               // of the chain
};

struct ServerConnection::State {
    using Stop = std::optional<Action>;
    using Body = std::function<void(ByteWriter&)>;

    State(const ServerIdentity& its_identity, Faults& its_faults)
        : identity(its_identity), faults(its_faults) {}

    // server_connection.cpp: frames and chains
    Action on_frame(std::span<std::uint8_t> message);
    Action go_on(std::span<const std::uint8_t> chain);
    Action resume();
    Action finish();
    Action die();

    // dispatch.cpp: one request, from its checks to its handler
    Stop answer(std::span<const std::uint8_t> message);
    Stop dispatch(const Request& request);
    std::optional<NtStatus> distrust(const Request& request);
    // Asks the faults, once for every request. True: one of them has answered it.
    bool spoiled(const Request& request, Call what, const Open* open = nullptr, bool owner_answers = false);
    void reply(NtStatus status, const Body& body);
    Stop refuse(NtStatus status);
    ServerSession* find(std::uint64_t id) const;
    void end(ServerSession& session) const { session.ended = true; }

    // connection_logon.cpp
    Action on_smb1();
    Stop on_negotiate(const Request& request);
    Stop on_session_setup(const Request& request);
    Action on_accepted(Accepted step);
    Stop on_logoff(const Request& request);
    Stop on_validate_negotiate(const IoctlRequest& ioctl);

    // connection_pipe.cpp
    Stop on_tree_connect(const Request& request);
    Stop on_tree_disconnect(const Request& request);
    Stop on_create(const Request& request);
    Stop on_close(const Request& request);
    Stop on_read(const Request& request);
    Stop on_write(const Request& request);
    Stop on_ioctl(const Request& request);
    Stop on_pipe_input(const Request& request, Open* open, std::span<const std::uint8_t> input);
    Stop end_pipe_input(Open& open);
    Action on_rpc_answer(Bytes fragments);
    Open* open_of(const Request& request, const smb::FileId& file);

    ServerIdentity identity;
    Faults& faults;
    CreditWindow credits;
    std::optional<Negotiated> negotiated;
    bool downgraded = false;
    bool dead = false;
    std::uint16_t client_security_mode = 0;
    std::uint32_t client_capabilities = 0;
    ServerGuid client_guid{};
    smb::PreauthHash preauth{};  // of the negotiation alone: where each logon's own begins
    std::vector<std::unique_ptr<ServerSession>> sessions;
    std::uint64_t last_logon = 0;
    std::uint32_t next_tree = 1;
    std::uint64_t next_file = 1;
    std::vector<std::uint64_t> ended;
    Exchange exchange;
    Waiting waiting;
};

}  // namespace curfew::core::lab
