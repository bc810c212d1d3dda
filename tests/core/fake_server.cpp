#include "tests/core/fake_server.hpp"

#include <algorithm>

#include "core/bytes/reader.hpp"
#include "core/errors/nt_status.hpp"

namespace curfew::testing {
namespace {

using namespace core;
using namespace core::smb;

constexpr std::uint64_t session_id = 0x0000'1000'0000'0019;
constexpr std::uint32_t tree_id = 7;
constexpr FileId pipe_id{0x11, 0x22, 0x33, 0x44, 0, 0, 0, 0, 0x55, 0x66, 0x77, 0x88, 0, 0, 0, 1};
constexpr int legs = 2;  // SESSION_SETUPs in a logon

void must(bool holds, const char* what) {
    if (!holds) throw ServerGaveUp{what};
}

std::span<const std::uint8_t> with_nul(std::string_view literal) {
    return {reinterpret_cast<const std::uint8_t*>(literal.data()), literal.size() + 1};
}

void pdu_header(std::uint8_t type, std::uint8_t flags, std::size_t length, std::uint32_t call_id,
                ByteWriter& out) {
    for (const std::uint8_t byte : {5, 0}) out.u8(byte);
    out.u8(type);
    out.u8(flags);
    out.u32(0x10);
    out.u16(static_cast<std::uint16_t>(length));
    out.u16(0);
    out.u32(call_id);
}

Bytes bind_ack(std::uint32_t call_id, std::uint16_t max_receive) {
    constexpr std::string_view address = "\\PIPE\\srvsvc";
    constexpr std::uint8_t ndr[] = {0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11,
                                    0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60};
    Bytes body;
    ByteWriter out{body};
    out.u16(4280);
    out.u16(max_receive);
    out.u32(0x53f0);
    out.u16(static_cast<std::uint16_t>(address.size() + 1));
    out.bytes(with_nul(address));
    while ((16 + out.size()) % 4 != 0) out.u8(0);
    out.u32(1);
    out.u32(0);
    out.bytes(ndr);
    out.u32(2);
    Bytes pdu;
    ByteWriter whole{pdu};
    pdu_header(12, 3, 16 + body.size(), call_id, whole);
    whole.bytes(body);
    return pdu;
}

Bytes responses(std::uint32_t call_id, std::span<const std::uint8_t> stub, std::size_t largest) {
    const std::size_t room = largest - 24;
    Bytes all;
    ByteWriter out{all};
    std::size_t sent = 0;
    do {
        const auto size = std::min(room, stub.size() - sent);
        const bool first = sent == 0;
        const bool last = sent + size == stub.size();
        pdu_header(2, static_cast<std::uint8_t>((first ? 1 : 0) | (last ? 2 : 0)), 24 + size, call_id, out);
        out.u32(static_cast<std::uint32_t>(stub.size() - sent));
        out.u32(0);
        out.bytes(stub.subspan(sent, size));
        sent += size;
    } while (sent < stub.size());
    return all;
}

}  // namespace

Key FakeServer::session_key() {
    return {0x27, 0x0E, 0x1B, 0xA8, 0x96, 0x58, 0x5E, 0xEB, 0x7A, 0xF3, 0x47, 0x2D, 0x3B, 0x4C, 0x75, 0xA7};
}

Bytes FakeServer::opened(std::span<const std::uint8_t> message) {
    Bytes copy{message.begin(), message.end()};
    if (is_encrypted(copy)) {
        must(sealer_.has_value(), "encrypted before there were keys");
        const auto plain = sealer_->open(copy);
        must(!plain.empty(), "the request does not decrypt");
        return {plain.begin(), plain.end()};
    }
    must(!sealer_, "a request in clear in an encrypted session");
    const auto header = decode_header(copy);
    must(header.has_value(), "not an SMB2 request");
    if (signer_) {
        must((header->flags & flag_signed) != 0, "an unsigned request");
        must(equal_in_constant_time(signer_->sign(copy), std::span{copy}.subspan(signature_offset, 16)),
             "the signature of the request is wrong");
    }
    return copy;
}

ReplyDraft FakeServer::draft_for_last_request() const {
    ReplyDraft reply;
    reply.header = request_;
    reply.header.flags = flag_response;
    reply.header.credits = setup_.granted_credits;
    reply.header.status = 0;
    return reply;
}

Bytes FakeServer::answer(std::span<const std::uint8_t> frame) {
    must(frame.size() > 4 && frame[0] == 0, "not a frame");
    const std::size_t length = static_cast<std::size_t>(frame[1]) << 16 | frame[2] << 8 | frame[3];
    must(length == frame.size() - 4, "the frame's length is wrong");
    const auto request = opened(frame.subspan(4));
    const auto header = decode_header(request);
    must(header && !(header->flags & flag_response), "not a request");
    must(commands_.size() == header->message_id, "message ids are consecutive");
    must(header->session_id == (setups_ == 0 ? 0 : session_id), "the session id");
    request_ = *header;
    commands_.push_back(header->command);

    auto reply = draft_for_last_request();
    ByteWriter body{reply.body};
    switch (header->command) {
        case Command::negotiate:
            negotiate_request_ = request;
            extend(preauth_, request);
            on_negotiate(reply);
            break;
        case Command::session_setup:
            extend(preauth_, request);
            on_session_setup(reply, request);
            break;
        case Command::tree_connect:
            body.u16(16);
            body.u16(2);
            body.u32(setup_.share_flags);
            body.u32(0);
            body.u32(0x1F01FF);
            reply.header.tree_id = tree_id;
            break;
        case Command::create:
            must(header->tree_id == tree_id, "the tree id");
            body.u16(89);
            body.zeros(62);
            body.bytes(pipe_id);
            body.u64(0);
            break;
        case Command::ioctl: on_ioctl(reply, request); break;
        case Command::write: {
            ByteReader in{request};
            in.skip(header_size + 2);
            const auto offset = in.u16();
            const auto size = in.u32();
            on_pipe_bytes(in.at(offset, size));
            body.u16(17);
            body.u16(0);
            body.u32(size);
            body.u64(0);
            break;
        }
        case Command::read: take_from_pipe(reply, false, 0); break;
        case Command::logoff:
            body.u16(4);
            body.u16(0);
            break;
        default: must(false, "a command that a pipe client does not need");
    }
    return finish(std::move(reply));
}

Bytes FakeServer::finish(ReplyDraft reply) {
    const auto number = replies_++;
    if (change) change(number, reply);
    const bool encrypt = sealer_ && reply.encrypt;
    const bool sign = signer_ && reply.sign && !encrypt;
    if (sign) reply.header.flags |= flag_signed;
    Bytes message;
    ByteWriter out{message};
    encode(reply.header, out);
    out.bytes(reply.body);
    if (sign) {
        const auto signature = signer_->sign(message);
        std::copy(signature.begin(), signature.end(), message.begin() + signature_offset);
    }
    // The hash takes in what is really sent, but not the reply that ends the logon.
    const bool in_hash = commands_.back() == Command::negotiate ||
                         (commands_.back() == Command::session_setup && setups_ < legs);
    if (in_hash) extend(preauth_, message);
    if (encrypt) {
        Bytes sealed;
        sealer_->seal(message, session_id, sealed);
        message = std::move(sealed);
    }
    if (damage) damage(number, message);
    return message;
}

void FakeServer::on_negotiate(ReplyDraft& reply) {
    ByteWriter out{reply.body};
    const bool contexts = setup_.dialect == 0x0311;
    const bool caps = setup_.dialect >= 0x0300 && setup_.dialect < 0x0311 && setup_.cipher != Cipher::none;
    const int count =
        contexts ? setup_.preauth + (setup_.cipher != Cipher::none) + setup_.signing.has_value() : 0;
    out.u16(65);
    out.u16(setup_.security_mode);
    out.u16(setup_.dialect);
    out.u16(static_cast<std::uint16_t>(count));
    out.bytes(guid_);
    out.u32(4 | (caps ? capability_encryption : 0));
    for (int i = 0; i < 3; ++i) out.u32(0x100000);
    out.zeros(16);
    out.u16(128);
    out.u16(0);
    out.u32(contexts ? 128 : 0);
    const auto context = [&](std::uint16_t type, std::initializer_list<std::uint16_t> values,
                             std::size_t salt) {
        out.align(8);
        out.u16(type);
        out.u16(static_cast<std::uint16_t>(values.size() * 2 + salt));
        out.u32(0);
        for (const auto value : values) out.u16(value);
        out.zeros(salt);
    };
    if (!contexts) return;
    if (setup_.preauth) context(1, {1, 32, 1}, 32);
    if (setup_.cipher != Cipher::none) context(2, {1, static_cast<std::uint16_t>(setup_.cipher)}, 0);
    if (setup_.signing) context(8, {1, static_cast<std::uint16_t>(*setup_.signing)}, 0);
}

void FakeServer::on_session_setup(ReplyDraft& reply, std::span<const std::uint8_t> request) {
    ByteReader in{request};
    in.skip(header_size + 12);
    const auto offset = in.u16();
    const auto length = in.u16();
    const auto got = in.at(offset, length);
    ++setups_;
    must(std::string(got.begin(), got.end()) == "client " + std::to_string(setups_), "the client's token");
    const std::string token = "server " + std::to_string(setups_);
    const bool last = setups_ == legs;
    reply.header.session_id = session_id;
    reply.header.status =
        static_cast<std::uint32_t>(last ? NtStatus::success : NtStatus::more_processing_required);
    ByteWriter out{reply.body};
    out.u16(9);
    out.u16(last ? setup_.session_flags : 0);
    out.u16(header_size + 8);
    out.u16(static_cast<std::uint16_t>(token.size()));
    for (const char c : token) out.u8(static_cast<std::uint8_t>(c));
    if (!last) return;
    derive_keys();
    // The reply that ends the logon is signed and never encrypted.
    reply.encrypt = false;
}

void FakeServer::derive_keys() {
    const auto key = session_key();
    const bool encrypt = (setup_.session_flags & session_encrypt) || setup_.required_encryption_by_client;
    if (setup_.dialect == 0x0311) {
        signer_.emplace(setup_.signing.value_or(Signing::aes_cmac),
                        derive_key(key, "SMBSigningKey", preauth_));
        if (encrypt && setup_.cipher != Cipher::none) {
            sealer_.emplace(setup_.cipher, derive_key(key, "SMBS2CCipherKey", preauth_),
                            derive_key(key, "SMBC2SCipherKey", preauth_));
        }
    } else if (setup_.dialect >= 0x0300) {
        signer_.emplace(Signing::aes_cmac, derive_key(key, "SMB2AESCMAC", with_nul("SmbSign")));
        if (encrypt && setup_.cipher != Cipher::none) {
            sealer_.emplace(Cipher::aes128_ccm, derive_key(key, "SMB2AESCCM", with_nul("ServerOut")),
                            derive_key(key, "SMB2AESCCM", with_nul("ServerIn ")));
        }
    } else {
        signer_.emplace(Signing::hmac_sha256, key);
    }
}

void FakeServer::on_ioctl(ReplyDraft& reply, std::span<const std::uint8_t> request) {
    ByteReader in{request};
    in.skip(header_size + 4);
    const auto code = in.u32();
    in.skip(16);
    const auto offset = in.u32();
    const auto size = in.u32();
    const auto input = in.at(offset, size);
    must(in.ok(), "the input of an IOCTL");
    if (code == fsctl_validate_negotiate_info) {
        // What the client says it offered is what arrived here: capabilities, GUID, mode, dialects.
        ByteReader asked{input};
        ByteReader offered{std::span{negotiate_request_}.subspan(header_size)};
        offered.skip(2);
        const auto dialects = offered.u16();
        const auto mode = offered.u16();
        offered.u16();
        must(asked.u32() == offered.u32(), "validate: capabilities");
        const auto a = asked.bytes(16);
        const auto b = offered.bytes(16);
        must(std::equal(a.begin(), a.end(), b.begin(), b.end()), "validate: GUID");
        offered.skip(8);
        must(asked.u16() == mode && asked.u16() == dialects, "validate: mode and count");
        for (int i = 0; i < dialects; ++i) must(asked.u16() == offered.u16(), "validate: dialects");
        must(asked.ok() && asked.left() == 0, "validate: size");
        const bool caps = setup_.dialect >= 0x0300 && setup_.cipher != Cipher::none;
        pipe_.clear();
        ByteWriter out{pipe_};
        out.u32(4 | (caps ? capability_encryption : 0));
        out.bytes(guid_);
        out.u16(setup_.security_mode);
        out.u16(setup_.dialect);
    } else {
        must(code == fsctl_pipe_transceive, "the control code");
        on_pipe_bytes(input);
    }
    take_from_pipe(reply, true, code);
}

void FakeServer::on_pipe_bytes(std::span<const std::uint8_t> pdu) {
    ByteReader in{pdu};
    in.skip(2);
    const auto type = in.u8();
    const auto flags = in.u8();
    in.skip(4);
    must(in.u16() == pdu.size(), "the fragment's length");
    in.u16();
    const auto call_id = in.u32();
    if (type == 11) {
        pipe_ = bind_ack(call_id, setup_.max_receive_fragment);
    } else {
        must(type == 0 && pdu.size() <= setup_.max_receive_fragment, "a request that fits");
        if (flags & 1) {
            stub_received_.clear();
            fragments_received_ = 0;
        }
        ++fragments_received_;
        in.skip(6);
        opnum_received_ = in.u16();
        const auto part = in.bytes(in.left());
        stub_received_.insert(stub_received_.end(), part.begin(), part.end());
        if (flags & 2) pipe_ = responses(call_id, stub_to_send_, setup_.response_fragment);
    }
    if (raw_pipe_answer_) pipe_ = *raw_pipe_answer_;
}

void FakeServer::take_from_pipe(ReplyDraft& reply, bool ioctl, std::uint32_t code) {
    const auto size = std::min(pipe_.size(), setup_.pipe_piece);
    ByteWriter out{reply.body};
    if (ioctl) {
        out.u16(49);
        out.u16(0);
        out.u32(code);
        out.bytes(code == fsctl_pipe_transceive ? pipe_id : no_file);
        out.u32(header_size + 48);
        out.u32(0);
        out.u32(header_size + 48);
        out.u32(static_cast<std::uint32_t>(size));
        out.u64(0);
    } else {
        out.u16(17);
        out.u8(header_size + 16);
        out.u8(0);
        out.u32(static_cast<std::uint32_t>(size));
        out.u64(0);
    }
    out.bytes(std::span{pipe_}.first(size));
    pipe_.erase(pipe_.begin(), pipe_.begin() + static_cast<long>(size));
    if (!pipe_.empty()) reply.header.status = static_cast<std::uint32_t>(NtStatus::buffer_overflow);
}

}  // namespace curfew::testing
