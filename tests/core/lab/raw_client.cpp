#include "tests/core/lab/raw_client.hpp"

#include <algorithm>

#include "core/rpc/pdu.hpp"
#include "core/rpc/srvsvc.hpp"

namespace curfew::testing {
namespace {

using namespace core;
using namespace core::smb;

void must(bool holds, const char* what) {
    if (!holds) throw std::runtime_error{what};
}

std::span<const std::uint8_t> with_nul(std::string_view literal) {
    return {reinterpret_cast<const std::uint8_t*>(literal.data()), literal.size() + 1};
}

void context(std::uint16_t type, const Bytes& data, ByteWriter& out) {
    out.align(8);
    out.u16(type);
    out.u16(static_cast<std::uint16_t>(data.size()));
    out.u32(0);
    out.bytes(data);
}

Bytes counted(const std::vector<std::uint16_t>& values) {
    Bytes bytes;
    ByteWriter out{bytes};
    out.u16(static_cast<std::uint16_t>(values.size()));
    for (const auto value : values) out.u16(value);
    return bytes;
}

}  // namespace

void encode(const Offer& offer, ByteWriter& out) {
    const std::size_t contexts_at = (header_size + 36 + 2 * offer.dialects.size() + 7) / 8 * 8;
    const auto count = offer.preauths + offer.ciphers.has_value() + offer.signings.has_value();
    const bool is_311 =
        std::find(offer.dialects.begin(), offer.dialects.end(), 0x0311) != offer.dialects.end();
    out.u16(36);
    out.u16(static_cast<std::uint16_t>(offer.dialects.size()));
    out.u16(1);
    out.u16(0);
    out.u32(offer.capabilities);
    for (std::uint8_t i = 0; i < 16; ++i) out.u8(i);
    out.u32(is_311 ? static_cast<std::uint32_t>(contexts_at) : 0);
    out.u16(is_311 ? static_cast<std::uint16_t>(count) : 0);
    out.u16(0);
    for (const auto dialect : offer.dialects) out.u16(dialect);
    if (!is_311) return;
    Bytes preauth;
    ByteWriter writer{preauth};
    writer.u16(1);
    writer.u16(4);
    writer.u16(offer.hash);
    writer.u32(0xCAFE);
    for (int i = 0; i < offer.preauths; ++i) context(1, preauth, out);
    if (offer.ciphers) context(2, counted(*offer.ciphers), out);
    if (offer.signings) context(8, counted(*offer.signings), out);
}

Header RawClient::next_header(Command command) {
    Header header;
    header.command = command;
    header.credit_charge = 1;
    header.credits = credits_to_ask_for;
    header.message_id = next_id++;
    header.session_id = session;
    header.tree_id = tree;
    return header;
}

Bytes RawClient::finished(const Header& given, std::span<const std::uint8_t> body) {
    auto header = given;
    const bool seals = seal && sealer;
    const bool signs = sign && signer && !seals;
    if (signs) header.flags |= flag_signed;
    Bytes message;
    ByteWriter out{message};
    encode(header, out);
    out.bytes(body);
    if (signs) {
        const auto signature = signer->sign(message);
        std::copy(signature.begin(), signature.end(), message.begin() + signature_offset);
    }
    if (!seals) return message;
    Bytes sealed;
    sealer->seal(message, session, sealed);
    return sealed;
}

Bytes RawClient::message(Command command, const Body& body) {
    Bytes bytes;
    ByteWriter out{bytes};
    body(out);
    return finished(next_header(command), bytes);
}

Bytes RawClient::chain(const std::vector<std::pair<Command, Body>>& requests, bool related) {
    const bool seals = std::exchange(seal, false) && sealer;
    Bytes all;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Bytes body;
        ByteWriter out{body};
        requests[i].second(out);
        auto header = next_header(requests[i].first);
        if (related && i > 0) {
            header.flags |= flag_related;
            header.session_id = 0xFFFF'FFFF'FFFF'FFFF;
            header.tree_id = 0xFFFF'FFFF;
        }
        if (i + 1 < requests.size()) {
            while (body.size() % 8 != 0) body.push_back(0);
            header.next_command = static_cast<std::uint32_t>(header_size + body.size());
        }
        const bool signs = sign;
        if (seals) sign = false;
        const auto one = finished(header, body);
        sign = signs;
        all.insert(all.end(), one.begin(), one.end());
    }
    if (!seals) return all;
    seal = true;
    Bytes sealed;
    sealer->seal(all, session, sealed);
    return sealed;
}

Answer RawClient::send(Bytes message) {
    Answer answer;
    answer.action = server.take(message);
    if (answer.action.kind != lab::Action::Kind::send) return answer;
    auto bytes = std::span{answer.action.bytes}.subspan(frame_prefix);
    const auto length = message_length(answer.action.bytes);
    must(length && *length == bytes.size(), "the frame's length");
    answer.sealed = is_encrypted(bytes);
    Bytes copy{bytes.begin(), bytes.end()};
    bytes = copy;
    if (answer.sealed) {
        must(sealer.has_value(), "an encrypted reply, and no key");
        bytes = sealer->open(bytes);
        must(!bytes.empty(), "the reply does not decrypt");
    }
    while (!bytes.empty()) {
        const auto header = decode_header(bytes);
        must(header && (header->flags & flag_response), "not a reply");
        const auto one = bytes.first(header->next_command == 0 ? bytes.size() : header->next_command);
        if (header->flags & flag_signed) {
            answer.signatures_verify = answer.signatures_verify && signer &&
                                       equal_in_constant_time(signer->sign(one), one.subspan(48, 16));
        }
        answer.headers.push_back(*header);
        answer.messages.emplace_back(one.begin(), one.end());
        bytes = bytes.subspan(one.size());
    }
    return answer;
}

NegotiateReply RawClient::negotiate(const Offer& offer) {
    const auto request = message(Command::negotiate, [&](ByteWriter& out) { encode(offer, out); });
    extend(preauth_, request);
    const auto answer = send(request);
    must(!answer.headers.empty() && answer.status() == 0, "NEGOTIATE is refused");
    extend(preauth_, answer.messages[0]);
    const auto reply = decode_negotiate_reply(answer.messages[0]);
    must(reply.has_value(), "the NEGOTIATE reply");
    return negotiated = *reply;
}

void RawClient::log_on() {
    const auto was_signing = std::exchange(sign, false);
    auto hash = preauth_;
    const auto setup = [&](std::string_view token) {
        const auto request = message(Command::session_setup,
                                     [&](ByteWriter& out) { encode_session_setup(words(token), out); });
        extend(hash, request);
        return request;
    };
    session = 0;
    const auto first = send(setup("client 1"));
    must(first.status() == static_cast<std::uint32_t>(NtStatus::more_processing_required), "the first leg");
    extend(hash, first.messages[0]);
    session = first.headers[0].session_id;
    const auto request = setup("client 2");
    sign = was_signing;
    const Key key = logon_key;
    if (negotiated.dialect == 0x0311) {
        signer.emplace(negotiated.signing.value_or(Signing::aes_cmac),
                       derive_key(key, "SMBSigningKey", hash));
        if (negotiated.cipher != Cipher::none) {
            sealer.emplace(negotiated.cipher, derive_key(key, "SMBC2SCipherKey", hash),
                           derive_key(key, "SMBS2CCipherKey", hash));
        }
    } else if (negotiated.dialect >= 0x0300) {
        signer.emplace(Signing::aes_cmac, derive_key(key, "SMB2AESCMAC", with_nul("SmbSign")));
        if (negotiated.capabilities & capability_encryption) {
            sealer.emplace(Cipher::aes128_ccm, derive_key(key, "SMB2AESCCM", with_nul("ServerIn ")),
                           derive_key(key, "SMB2AESCCM", with_nul("ServerOut")));
        }
    } else {
        signer.emplace(Signing::hmac_sha256, key);
    }
    const auto last = send(request);
    must(last.status() == 0, "the logon is refused");
    must((last.headers[0].flags & flag_signed) && last.signatures_verify, "the reply that ends the logon");
    must(!last.sealed, "the reply that ends the logon is encrypted");
}

void RawClient::connect_tree() {
    const auto answer =
        send(Command::tree_connect, [](ByteWriter& out) { encode_tree_connect(u"\\\\fs1\\IPC$", out); });
    must(answer.status() == 0, "IPC$ is refused");
    tree = answer.headers[0].tree_id;
}

FileId RawClient::open_pipe() {
    const auto answer = send(Command::create, [](ByteWriter& out) { encode_create_pipe(u"srvsvc", out); });
    must(answer.status() == 0, "the pipe is refused");
    return file = decode_create_reply(answer.messages[0]).value();
}

void RawClient::bind() {
    const auto answer = transceive(rpc::encode_bind(rpc::srvsvc, 1));
    must(answer.status() == 0 && rpc::decode_bind_ack(pipe_bytes(answer), 1).has_value(), "the bind");
}

void RawClient::get_ready(const Offer& offer) {
    negotiate(offer);
    log_on();
    connect_tree();
    open_pipe();
    bind();
}

Answer RawClient::transceive(std::span<const std::uint8_t> bytes, std::uint32_t max_output) {
    return send(Command::ioctl,
                [&](ByteWriter& out) { encode_ioctl(fsctl_pipe_transceive, file, bytes, max_output, out); });
}

Answer RawClient::write(std::span<const std::uint8_t> bytes) {
    return send(Command::write, [&](ByteWriter& out) { encode_write(file, bytes, out); });
}

Answer RawClient::read(std::uint32_t length) {
    return send(Command::read, [&](ByteWriter& out) { encode_read(file, length, out); });
}

Bytes pipe_bytes(const Answer& answer) {
    const auto& message = answer.messages.at(0);
    const auto data = answer.headers[0].command == Command::ioctl
                          ? decode_ioctl_reply(message, fsctl_pipe_transceive)
                          : decode_read_reply(message);
    must(data.has_value(), "what the pipe gave");
    return {data->begin(), data->end()};
}

}  // namespace curfew::testing
