#include "core/smb/channel.hpp"

#include <algorithm>

#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"

namespace curfew::core::smb {
namespace {

constexpr std::uint16_t credits_to_ask_for = 16;
constexpr std::uint64_t unsolicited = 0xFFFF'FFFF'FFFF'FFFF;  // oplock breaks, of which we ask for none
constexpr std::size_t small_enough_to_keep = 1024;

Error error(SmbError code, std::string context) {
    return {make_error_code(code), std::move(context)};
}

}  // namespace

std::optional<std::size_t> message_length(std::span<const std::uint8_t> prefix) {
    if (prefix.size() < frame_prefix || prefix[0] != 0) return std::nullopt;
    const std::size_t length = static_cast<std::size_t>(prefix[1]) << 16 | prefix[2] << 8 | prefix[3];
    if (length > largest_message) return std::nullopt;
    return length;
}

std::span<const std::uint8_t> Channel::request(Command command,
                                               const std::function<void(ByteWriter&)>& body) {
    Header header;
    header.command = command;
    header.credit_charge = command == Command::negotiate ? 0 : 1;
    header.credits = credits_to_ask_for;
    header.message_id = awaited_message_id_ = next_message_id_++;
    header.session_id = session_id_;
    header.tree_id = tree_id_;
    const bool sign = signer_ && !sealer_;
    if (sign) header.flags |= flag_signed;
    awaited_command_ = command;
    if (credits_ > 0) --credits_;

    plain_.clear();
    frame_.assign(frame_prefix, 0);
    Bytes& message = sealer_ ? plain_ : frame_;
    const std::size_t start = message.size();
    {
        ByteWriter writer{message};
        encode(header, writer);
        body(writer);
    }
    if (sealer_) {
        sealer_->seal(plain_, session_id_, frame_);
    } else if (sign) {
        const auto signature = signer_->sign(std::span{message}.subspan(start));
        std::copy(signature.begin(), signature.end(),
                  message.begin() + static_cast<long>(start + signature_offset));
    }
    const std::size_t length = frame_.size() - frame_prefix;
    frame_[1] = static_cast<std::uint8_t>(length >> 16);
    frame_[2] = static_cast<std::uint8_t>(length >> 8);
    frame_[3] = static_cast<std::uint8_t>(length);
    return frame_;
}

std::span<const std::uint8_t> Channel::last_request() const {
    return std::span{frame_}.subspan(frame_prefix);
}

bool Channel::signature_verifies(std::span<const std::uint8_t> message) {
    return signer_ && message.size() >= header_size &&
           equal_in_constant_time(signer_->sign(message), message.subspan(signature_offset, 16));
}

std::optional<Error> Channel::distrust(const Header& header, std::span<const std::uint8_t> message,
                                       bool was_encrypted) {
    if (!signer_) return std::nullopt;       // before the keys exist there is nothing to verify with
    if (was_encrypted) return std::nullopt;  // the authentication tag was the proof
    // A server that no longer has the session has no key to sign with either. All that believing it costs is
    // a new logon.
    const auto status = static_cast<NtStatus>(header.status);
    const bool gone = status == NtStatus::user_session_deleted || status == NtStatus::network_session_expired;
    if (gone && (sealer_ || !(header.flags & flag_signed))) return Error{make_error_code(status), {}};
    if (sealer_) return error(SmbError::unsigned_reply, "an unencrypted reply in an encrypted session");
    if (!(header.flags & flag_signed)) return error(SmbError::unsigned_reply, {});
    if (!signature_verifies(message)) return error(SmbError::bad_signature, {});
    return std::nullopt;
}

Result<std::optional<Reply>> Channel::receive(std::span<std::uint8_t> message) {
    const bool encrypted = is_encrypted(message);
    if (encrypted) {
        if (!sealer_) return error(SmbError::malformed, "an encrypted reply before there were keys");
        const auto transform = decode_transform(message);
        if (!transform || transform->session_id != session_id_)
            return error(SmbError::malformed, "transform header");
        message = sealer_->open(message);
        if (message.empty()) return error(SmbError::bad_signature, "the reply does not decrypt");
    }
    const auto header = decode_header(message);
    if (!header) return error(SmbError::malformed, "not an SMB2 message");
    if (!(header->flags & flag_response) || header->next_command != 0) {
        return error(SmbError::malformed, "not a single SMB2 reply");
    }
    if (header->message_id == unsolicited) return std::optional<Reply>{};
    if (header->message_id != awaited_message_id_ || header->command != awaited_command_) {
        return error(SmbError::malformed, "a reply to something that was not asked");
    }
    // An interim reply says only "wait"; it may be unsigned (MS-SMB2 3.2.5.1.3), and often carries the
    // credits. In an encrypted session it is encrypted like everything else.
    const bool interim =
        (header->flags & flag_async) && header->status == static_cast<std::uint32_t>(NtStatus::pending);
    if (interim && sealer_ && !encrypted)
        return error(SmbError::unsigned_reply, "an unencrypted interim reply in an encrypted session");
    if (!interim) {
        if (auto reason = distrust(*header, message, encrypted)) return *std::move(reason);
        if (session_id_ != 0 && header->session_id != session_id_)
            return error(SmbError::malformed, "another session");
    }
    credits_ = std::min<std::uint32_t>(credits_ + header->credits, 8192);
    if (interim) return std::optional<Reply>{};
    return std::optional<Reply>{Reply{*header, message}};
}

void Channel::rest() {
    if (frame_.capacity() > small_enough_to_keep) Bytes{}.swap(frame_);
    if (plain_.capacity() > small_enough_to_keep) Bytes{}.swap(plain_);
}

}  // namespace curfew::core::smb
