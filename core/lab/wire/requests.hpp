#pragma once
// The bodies of the requests a server gets (MS-SMB2 2.2.5 to 2.2.31), but NEGOTIATE. Each takes one whole
// message from its header on, as strangers send it, and is empty where the message is not that request.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/smb/messages.hpp"

namespace curfew::core::lab {

struct SessionSetupRequest {
    bool binds = false;  // a second channel of a session that exists
    std::span<const std::uint8_t> token;
};
std::optional<SessionSetupRequest> decode_session_setup(smb::Message message);

std::optional<std::u16string> decode_tree_connect(smb::Message message);  // the path, \\SERVER\SHARE
std::optional<std::u16string> decode_create(smb::Message message);        // the name
std::optional<smb::FileId> decode_close(smb::Message message);

struct ReadRequest {
    smb::FileId file{};
    std::uint32_t length = 0;
};
std::optional<ReadRequest> decode_read(smb::Message message);

struct WriteRequest {
    smb::FileId file{};
    std::span<const std::uint8_t> data;
};
std::optional<WriteRequest> decode_write(smb::Message message);

struct IoctlRequest {
    std::uint32_t code = 0;
    smb::FileId file{};
    std::span<const std::uint8_t> input;
    std::uint32_t max_output = 0;
    bool is_fsctl = false;
};
std::optional<IoctlRequest> decode_ioctl(smb::Message message);

// LOGOFF, TREE_DISCONNECT, ECHO: nothing but their size.
bool decode_bare(smb::Message message);

}  // namespace curfew::core::lab
