#pragma once
// One authenticated SMB2 connection without its socket: frames requests (message ids, credits, signatures,
// encryption) and judges what comes back. It sends one request at a time, so a reply belongs to the request
// or to nobody.
//
// A message is what stands behind the four bytes of the direct-TCP length (MS-SMB2 2.1).

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "core/bytes/writer.hpp"
#include "core/errors/error.hpp"
#include "core/smb/crypto.hpp"
#include "core/smb/header.hpp"

namespace curfew::core::smb {

inline constexpr std::size_t frame_prefix = 4;
inline constexpr std::size_t largest_message = 192 * 1024;  // more than any reply that was asked for

// The length in a frame's first four bytes; empty when it is no session message or larger than accepted.
std::optional<std::size_t> message_length(std::span<const std::uint8_t> prefix);

struct Reply {
    Header header;
    std::span<const std::uint8_t> message;  // header included
};

class Channel {
  public:
    // The whole frame to send. `body` appends the body; it is given the writer that began at the header.
    std::span<const std::uint8_t> request(Command command, const std::function<void(ByteWriter&)>& body);

    // Judges a message: the reply to the last request, nothing (an interim or a stray one: read on), or an
    // error. `message` is decrypted in place.
    Result<std::optional<Reply>> receive(std::span<std::uint8_t> message);

    // The message sent last, without the frame's prefix: what the pre-authentication hash is made of.
    std::span<const std::uint8_t> last_request() const;

    bool can_send() const { return credits_ > 0; }

    void set_session(std::uint64_t id) { session_id_ = id; }
    void set_tree(std::uint32_t id) { tree_id_ = id; }
    std::uint64_t session() const { return session_id_; }

    void sign_with(Signer signer) { signer_ = std::move(signer); }
    void encrypt_with(Sealer sealer) { sealer_ = std::move(sealer); }
    bool encrypts() const { return sealer_.has_value(); }
    bool signature_verifies(std::span<const std::uint8_t> message);

    // Gives back what a long call made large: a channel at rest is small.
    void rest();

  private:
    std::optional<Error> distrust(const Header& header, std::span<const std::uint8_t> message,
                                  bool was_encrypted);

    Bytes plain_;  // the request in clear, where it is sent encrypted
    Bytes frame_;
    std::uint64_t next_message_id_ = 0;
    std::uint64_t awaited_message_id_ = 0;
    Command awaited_command_ = Command::negotiate;
    std::uint32_t credits_ = 1;
    std::uint64_t session_id_ = 0;
    std::uint32_t tree_id_ = 0;
    std::optional<Signer> signer_;
    std::optional<Sealer> sealer_;
};

}  // namespace curfew::core::smb
