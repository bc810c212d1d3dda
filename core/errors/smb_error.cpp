#include "core/errors/smb_error.hpp"

#include "core/errors/named_category.hpp"

namespace curfew::core {
namespace {

using enum SmbError;
constexpr std::uint32_t of(SmbError error) {
    return static_cast<std::uint32_t>(error);
}

constexpr NamedStatus table[] = {
    {of(malformed), "SMB_MALFORMED", "The server's reply does not follow the protocol."},
    {of(too_large), "SMB_TOO_LARGE", "The server's reply is larger than curfew accepts."},
    {of(downgrade), "SMB_DOWNGRADE", "The connection was, or would be, weaker than required."},
    {of(unsigned_reply), "SMB_UNSIGNED", "The server sent a reply without the signature that is required."},
    {of(bad_signature), "SMB_BAD_SIGNATURE", "The signature of the server's reply does not verify."},
    {of(guest_logon), "SMB_GUEST", "The server logged the account on as guest."},
    {of(anonymous_logon), "SMB_ANONYMOUS", "The server logged the account on as nobody."},
    {of(encryption_missing), "SMB_NO_ENCRYPTION", "Encryption is required and the server cannot."},
    {of(no_credits), "SMB_NO_CREDITS", "The server grants no credits for another request."},
    {of(rpc_fault), "RPC_FAULT", "The server's RPC runtime refused the call."},
    {of(connection_lost), "CONNECTION_LOST", "The server closed the connection."},
    {of(timed_out), "TIMED_OUT", "There was no answer in time."},
    {of(abandoned), "ABANDONED", "The operation was given up."},
    {of(authentication), "AUTHENTICATION", "The credentials could not be used."},
    {of(pool_exhausted), "POOL_EXHAUSTED", "Every thread for blocking calls waits for one that hangs."},
    {of(no_session_support), "NO_SRVSVC",
     "The server offers no srvsvc pipe, so it cannot be asked for its sessions."},
};

const NamedCategory category{"curfew", "CURFEW", NamedCategory::Number::decimal, table};

}  // namespace

const boost::system::error_category& smb_error_category() {
    return category;
}

}  // namespace curfew::core
