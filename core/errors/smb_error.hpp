#pragma once
// Errors that are curfew's own word: what the client refuses, and what it could not do in time.

#include <boost/system/error_code.hpp>

namespace curfew::core {

enum class SmbError {
    malformed = 1,       // a reply that does not decode
    too_large,           // a reply above the size limits
    downgrade,           // the negotiation was tampered with, or a dialect below min_dialect
    unsigned_reply,      // a reply that had to be signed and was not
    bad_signature,       // a signature or authentication tag that does not verify
    guest_logon,         // the server logged us on as guest
    anonymous_logon,     // the server logged us on as nobody
    encryption_missing,  // encryption is required and the server cannot
    no_credits,          // the server grants no credits
    rpc_fault,           // the RPC runtime of the server refused
    connection_lost,     // the end of the stream, or a reset
    timed_out,           // the deadline passed
    abandoned,           // given up on by the caller (shutdown)
    authentication,      // GSSAPI refused: see the context
    pool_exhausted,      // every thread for blocking calls hangs
    no_session_support,  // the server has no srvsvc pipe: nothing can be asked
};

const boost::system::error_category& smb_error_category();

inline boost::system::error_code make_error_code(SmbError error) {
    return {static_cast<int>(error), smb_error_category()};
}

}  // namespace curfew::core

template <> struct boost::system::is_error_code_enum<curfew::core::SmbError> : std::true_type {};
