#pragma once
// The bodies of the requests a pipe client sends and of the replies it gets (MS-SMB2 2.2.3 to 2.2.32).
// Requests are appended behind an already written header; replies are read from the whole message, header
// included, because offsets in them count from there.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/bytes/writer.hpp"
#include "core/server_spec.hpp"
#include "core/session.hpp"

namespace curfew::core::smb {

using Message = std::span<const std::uint8_t>;
using FileId = std::array<std::uint8_t, 16>;

inline constexpr std::uint16_t signing_enabled = 1;
inline constexpr std::uint16_t signing_required = 2;
inline constexpr std::uint32_t capability_large_mtu = 0x04;
inline constexpr std::uint32_t capability_encryption = 0x40;

enum class Cipher : std::uint16_t { none = 0, aes128_ccm = 1, aes128_gcm = 2 };
enum class Signing : std::uint16_t { hmac_sha256 = 0, aes_cmac = 1, aes_gmac = 2 };

struct NegotiateRequest {
    std::vector<Dialect> dialects;  // ascending
    ServerGuid client_guid{};
    std::uint32_t capabilities = 0;
    std::array<std::uint8_t, 32> salt{};
};
void encode(const NegotiateRequest& request, ByteWriter& out);

struct NegotiateReply {
    std::uint16_t security_mode = 0;
    std::uint16_t dialect = 0;  // as sent: whether it was offered is the caller's to judge
    ServerGuid server_guid{};
    std::uint32_t capabilities = 0;
    std::uint32_t max_transact = 0;
    std::uint32_t max_read = 0;
    std::uint32_t max_write = 0;
    bool preauth_sha512 = false;
    Cipher cipher = Cipher::none;    // 3.1.1 only; 3.0 says it by capability
    std::optional<Signing> signing;  // 3.1.1 only
};
std::optional<NegotiateReply> decode_negotiate_reply(Message message);

void encode_session_setup(std::span<const std::uint8_t> token, ByteWriter& out);
struct SessionSetupReply {
    std::uint16_t flags = 0;
    std::span<const std::uint8_t> token;
};
inline constexpr std::uint16_t session_is_guest = 0x1;
inline constexpr std::uint16_t session_is_null = 0x2;
inline constexpr std::uint16_t session_encrypt = 0x4;
std::optional<SessionSetupReply> decode_session_setup_reply(Message message);

void encode_tree_connect(std::u16string_view path, ByteWriter& out);
inline constexpr std::uint32_t share_encrypt = 0x8000;
std::optional<std::uint32_t> decode_tree_connect_reply(Message message);  // the share flags

void encode_create_pipe(std::u16string_view name, ByteWriter& out);
std::optional<FileId> decode_create_reply(Message message);

inline constexpr std::uint32_t fsctl_pipe_transceive = 0x0011C017;
inline constexpr std::uint32_t fsctl_validate_negotiate_info = 0x00140204;
inline constexpr FileId no_file{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
void encode_ioctl(std::uint32_t code, const FileId& file, std::span<const std::uint8_t> input,
                  std::uint32_t max_output, ByteWriter& out);
std::optional<std::span<const std::uint8_t>> decode_ioctl_reply(Message message, std::uint32_t code);

void encode_read(const FileId& file, std::uint32_t length, ByteWriter& out);
std::optional<std::span<const std::uint8_t>> decode_read_reply(Message message);

void encode_write(const FileId& file, std::span<const std::uint8_t> data, ByteWriter& out);
std::optional<std::uint32_t> decode_write_reply(Message message);  // bytes taken

void encode_close(const FileId& file, ByteWriter& out);
void encode_logoff(ByteWriter& out);

// FSCTL_VALIDATE_NEGOTIATE_INFO (2.2.31.4, 2.2.32.6): what was offered, said again under a signature.
void encode_validate_negotiate(const NegotiateRequest& offered, ByteWriter& out);
bool validates(std::span<const std::uint8_t> output, const NegotiateReply& negotiated);

}  // namespace curfew::core::smb
