// The logon half of PipeMachine: what is offered, what is refused, and the keys.
//
// The order at the end matters. The last SESSION_SETUP reply is signed with keys that depend on everything
// said before it and, in Kerberos, on the token inside it. So: keep that reply, finish GSSAPI with its token,
// derive the keys, and only then verify the reply. The pre-authentication hash (3.1.1) takes in every message
// of the logon but that one (MS-SMB2 3.2.5.3.1).
#include <algorithm>

#include <openssl/crypto.h>

#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/smb/pipe_machine.hpp"

namespace curfew::core::smb {
namespace {

constexpr std::array every_dialect{Dialect::smb210, Dialect::smb300, Dialect::smb302, Dialect::smb311};

std::uint16_t number(Dialect dialect) {
    return static_cast<std::uint16_t>(dialect);
}

std::span<const std::uint8_t> with_nul(std::string_view literal) {
    return {reinterpret_cast<const std::uint8_t*>(literal.data()), literal.size() + 1};
}

std::string dialect_text(std::uint16_t dialect) {
    switch (dialect) {
        case 0x0202: return "2.0.2";
        case 0x0210: return "2.1";
        case 0x0300: return "3.0";
        case 0x0302: return "3.0.2";
        case 0x0311: return "3.1.1";
        default: return "an unknown dialect";
    }
}

}  // namespace

Step PipeMachine::connect() {
    channel_ = Channel{};
    preauth_ = {};
    session_key_.reset();
    final_setup_.clear();
    offered_ = {};
    for (const auto dialect : every_dialect) {
        if (dialect >= spec_.security.min_dialect) offered_.dialects.push_back(dialect);
    }
    offered_.capabilities = capability_large_mtu | capability_encryption;
    random_bytes(offered_.client_guid);
    random_bytes(offered_.salt);
    const auto step =
        send(State::negotiating, Command::negotiate, [&](ByteWriter& out) { encode(offered_, out); });
    extend(preauth_, channel_.last_request());
    return step;
}

Step PipeMachine::on_negotiated(const Reply& reply) {
    // A server that knows none of the dialects says NOT_SUPPORTED: that is min_dialect at work, so name it.
    if (static_cast<NtStatus>(reply.header.status) == NtStatus::not_supported) {
        return fail(SmbError::downgrade, "the server speaks no SMB dialect of " +
                                             dialect_text(number(offered_.dialects.front())) +
                                             " or later (security.min_dialect)");
    }
    if (reply.header.status != 0) return refused(reply.header, "negotiating the SMB dialect");
    const auto negotiated = decode_negotiate_reply(reply.message);
    if (!negotiated) return fail(SmbError::malformed, "NEGOTIATE reply");
    negotiated_ = *negotiated;
    const bool offered = std::any_of(offered_.dialects.begin(), offered_.dialects.end(),
                                     [&](auto dialect) { return number(dialect) == negotiated_.dialect; });
    if (!offered) {
        return fail(SmbError::downgrade,
                    "the server chose " + dialect_text(negotiated_.dialect) + ", which was not offered");
    }
    if (!(negotiated_.security_mode & signing_enabled)) {
        return fail(SmbError::unsigned_reply, "the server does not sign; signing is always required");
    }
    if (negotiated_.dialect == number(Dialect::smb311)) {
        if (!negotiated_.preauth_sha512)
            return fail(SmbError::downgrade, "3.1.1 without pre-authentication integrity");
        signing_ = negotiated_.signing.value_or(Signing::aes_cmac);
    } else if (negotiated_.dialect >= number(Dialect::smb300)) {
        signing_ = Signing::aes_cmac;
        negotiated_.cipher =
            negotiated_.capabilities & capability_encryption ? Cipher::aes128_ccm : Cipher::none;
    } else {
        signing_ = Signing::hmac_sha256;
        negotiated_.cipher = Cipher::none;
    }
    if (spec_.security.encryption == Encryption::required && negotiated_.cipher == Cipher::none) {
        return fail(SmbError::encryption_missing, "negotiated " + dialect_text(negotiated_.dialect) +
                                                      " without a cipher (security.encryption: required)");
    }
    extend(preauth_, reply.message);
    state_ = State::authenticating;
    return {Step::Kind::authenticate, {}};
}

Step PipeMachine::send_session_setup(const Bytes& token) {
    if (token.size() > 0xFFFF)
        return fail(SmbError::authentication, "the GSSAPI token is larger than 64 KiB");
    const auto step = send(State::setting_up, Command::session_setup,
                           [&](ByteWriter& out) { encode_session_setup(token, out); });
    if (step.kind == Step::Kind::send) extend(preauth_, channel_.last_request());
    return step;
}

Step PipeMachine::on_token(TokenStep token) {
    if (token.session_key) session_key_ = token.session_key;
    if (state_ == State::proving) return prove(std::move(token));
    if (token.token.empty()) return fail(SmbError::authentication, "GSSAPI gave no token to send");
    return send_session_setup(token.token);
}

Step PipeMachine::on_session_setup(const Reply& reply) {
    const auto status = static_cast<NtStatus>(reply.header.status);
    if (status != NtStatus::success && status != NtStatus::more_processing_required) {
        return refused(reply.header, "logging on");
    }
    const auto setup = decode_session_setup_reply(reply.message);
    if (!setup || reply.header.session_id == 0) return fail(SmbError::malformed, "SESSION_SETUP reply");
    channel_.set_session(reply.header.session_id);
    if (status == NtStatus::more_processing_required) {
        extend(preauth_, reply.message);
        state_ = State::authenticating;
        return {Step::Kind::authenticate, setup->token};
    }
    session_flags_ = setup->flags;
    final_setup_.assign(reply.message.begin(), reply.message.end());
    state_ = State::proving;
    const auto kept = decode_session_setup_reply(final_setup_);
    return {Step::Kind::authenticate, kept ? kept->token : std::span<const std::uint8_t>{}};
}

Step PipeMachine::prove(TokenStep token) {
    if (!token.complete || !session_key_) {
        return fail(SmbError::authentication, "the server ended the logon before GSSAPI was satisfied");
    }
    if (auto reason = accept_session()) return fail(std::move(*reason));
    Bytes{}.swap(final_setup_);
    return tree_connect();
}

std::optional<Error> PipeMachine::accept_session() {
    const auto refuse = [](SmbError code, std::string context) {
        return Error{make_error_code(code), std::move(context)};
    };
    if (session_flags_ & session_is_guest) {
        return refuse(SmbError::guest_logon,
                      "the account is unknown there (Samba: map to guest); it could end nothing");
    }
    if (session_flags_ & session_is_null) return refuse(SmbError::anonymous_logon, {});

    const auto header = decode_header(final_setup_);
    if (!header || !(header->flags & flag_signed))
        return refuse(SmbError::unsigned_reply, "the reply that ends the logon");
    derive_keys();
    if (!channel_.signature_verifies(final_setup_)) {
        return refuse(SmbError::bad_signature,
                      "the reply that ends the logon: this is not the server it claims to be, "
                      "or the negotiation was changed on the way");
    }
    const bool wanted =
        (session_flags_ & session_encrypt) || spec_.security.encryption == Encryption::required;
    if (wanted && !channel_.encrypts())
        return refuse(SmbError::encryption_missing, "no cipher was negotiated");
    return std::nullopt;
}

void PipeMachine::derive_keys() {
    const Key& key = *session_key_;
    const bool wanted =
        (session_flags_ & session_encrypt) || spec_.security.encryption == Encryption::required;
    const bool encrypt = wanted && negotiated_.cipher != Cipher::none;
    if (negotiated_.dialect == number(Dialect::smb311)) {
        channel_.sign_with(Signer{signing_, derive_key(key, "SMBSigningKey", preauth_)});
        if (encrypt) {
            channel_.encrypt_with(Sealer{negotiated_.cipher, derive_key(key, "SMBC2SCipherKey", preauth_),
                                         derive_key(key, "SMBS2CCipherKey", preauth_)});
        }
    } else if (negotiated_.dialect >= number(Dialect::smb300)) {
        channel_.sign_with(Signer{signing_, derive_key(key, "SMB2AESCMAC", with_nul("SmbSign"))});
        if (encrypt) {
            channel_.encrypt_with(Sealer{negotiated_.cipher,
                                         derive_key(key, "SMB2AESCCM", with_nul("ServerIn ")),
                                         derive_key(key, "SMB2AESCCM", with_nul("ServerOut"))});
        }
    } else {
        channel_.sign_with(Signer{signing_, key});
    }
    OPENSSL_cleanse(session_key_->data(), session_key_->size());
    session_key_.reset();
}

}  // namespace curfew::core::smb
