// Everything that reads an SMB2 message before anybody has proved who sent it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/smb/channel.hpp"
#include "core/smb/messages.hpp"

namespace {

using namespace curfew::core;
using namespace curfew::core::smb;

void require(bool holds) {
    if (!holds) std::abort();
}

// What is handed out lies inside what came in.
void inside(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) {
    if (part.empty()) return;
    require(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void decode_everything(std::span<const std::uint8_t> message) {
    if (const auto header = decode_header(message)) {
        Bytes again;
        ByteWriter out{again};
        encode(*header, out);
        require(decode_header(again).has_value());
    }
    (void)message_length(message);
    (void)decode_transform(message);
    if (const auto reply = decode_negotiate_reply(message)) {
        require(static_cast<unsigned>(reply->cipher) <= 2);
        (void)validates(message, *reply);
    }
    if (const auto reply = decode_session_setup_reply(message)) inside(reply->token, message);
    (void)decode_tree_connect_reply(message);
    (void)decode_create_reply(message);
    for (const auto code : {fsctl_pipe_transceive, fsctl_validate_negotiate_info}) {
        if (const auto output = decode_ioctl_reply(message, code)) inside(*output, message);
    }
    if (const auto data = decode_read_reply(message)) inside(*data, message);
    (void)decode_write_reply(message);
}

// A channel with nothing to verify with yet, and one that can only refuse.
void receive(std::span<const std::uint8_t> message) {
    Bytes copy{message.begin(), message.end()};
    Channel fresh;
    (void)fresh.request(Command::negotiate, [](ByteWriter& out) { out.u32(0); });
    if (const auto reply = fresh.receive(copy); reply && *reply) inside((*reply)->message, copy);

    copy.assign(message.begin(), message.end());
    Channel encrypted;
    encrypted.set_session(1);
    encrypted.sign_with(Signer{Signing::aes_cmac, Key{1}});
    encrypted.encrypt_with(Sealer{Cipher::aes128_gcm, Key{2}, Key{3}});
    (void)encrypted.request(Command::read, [](ByteWriter& out) { out.u32(0); });
    const auto reply = encrypted.receive(copy);
    require(!reply || !*reply);  // nobody guesses the key
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span message{data, size};
    decode_everything(message);
    receive(message);
    return 0;
}
