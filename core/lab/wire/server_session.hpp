#pragma once
// One logon on a connection: its keys, and what it has open.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/lab/wire/negotiation.hpp"
#include "core/lab/wire/pipe_queue.hpp"
#include "core/lab/wire/rpc_server.hpp"
#include "core/smb/crypto.hpp"
#include "core/smb/messages.hpp"

namespace curfew::core::lab {

// An open \srvsvc.
struct Open {
    smb::FileId file{};
    std::uint32_t tree = 0;
    RpcServer rpc;
    PipeQueue queue;  // what the client has still to read
};

struct ServerSession {
    std::uint64_t id = 0;
    bool valid = false;         // logged on
    bool ended = false;         // gone once the reply under way is
    bool must_encrypt = false;  // what is not encrypted is refused
    bool encrypts = false;      // something encrypted came
    // Until the logon is done; 3.1.1 only.
    std::unique_ptr<smb::PreauthHash> preauth;
    std::optional<smb::Signer> signer;
    std::optional<smb::Sealer> sealer;
    std::vector<std::uint32_t> trees;
    std::vector<std::unique_ptr<Open>> opens;

    // Ends the logon: the keys are derived (MS-SMB2 3.3.5.5.3), and what they were made of is wiped.
    void log_on(smb::Key& session_key, const Negotiated& negotiated, LabEncryption encryption);

    Open* find(const smb::FileId& file) const;
    bool has_tree(std::uint32_t tree) const;
    void close(const Open& open);
    void disconnect(std::uint32_t tree);  // and close what was opened there
};

}  // namespace curfew::core::lab
