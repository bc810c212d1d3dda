#include "core/lab/wire/requests.hpp"

#include <algorithm>

#include "core/bytes/reader.hpp"
#include "core/smb/header.hpp"

namespace curfew::core::lab {
namespace {

ByteReader body_of(smb::Message message, std::uint16_t structure_size) {
    ByteReader in{message};
    in.skip(smb::header_size);
    if (in.u16() != structure_size) in.fail();
    return in;
}

smb::FileId file_id(ByteReader& in) {
    smb::FileId id{};
    const auto bytes = in.bytes(id.size());
    std::copy(bytes.begin(), bytes.end(), id.begin());
    return id;
}

std::span<const std::uint8_t> buffer(ByteReader& in, std::size_t offset, std::size_t length) {
    return length == 0 ? std::span<const std::uint8_t>{} : in.at(offset, length);
}

std::optional<std::u16string> text(ByteReader& in, std::size_t offset, std::size_t length) {
    const auto bytes = buffer(in, offset, length);
    if (!in.ok() || length % 2 != 0) return std::nullopt;
    std::u16string text;
    text.reserve(length / 2);
    for (std::size_t i = 0; i < bytes.size(); i += 2)
        text.push_back(static_cast<char16_t>(bytes[i] | bytes[i + 1] << 8));
    return text;
}

}  // namespace

std::optional<SessionSetupRequest> decode_session_setup(smb::Message message) {
    constexpr std::uint8_t binding = 1;
    auto in = body_of(message, 25);
    SessionSetupRequest request;
    request.binds = (in.u8() & binding) != 0;
    in.u8();   // security mode: the lab signs whatever is said here
    in.u32();  // capabilities
    in.u32();  // channel
    const auto offset = in.u16();
    const auto length = in.u16();
    in.u64();  // the session that this one follows: whoever was cut off has none here any more
    request.token = buffer(in, offset, length);
    if (!in.ok()) return std::nullopt;
    return request;
}

std::optional<std::u16string> decode_tree_connect(smb::Message message) {
    auto in = body_of(message, 9);
    in.u16();
    const auto offset = in.u16();
    const auto length = in.u16();
    return text(in, offset, length);
}

std::optional<std::u16string> decode_create(smb::Message message) {
    auto in = body_of(message, 57);
    in.skip(42);  // from the oplock level to the create options: a pipe has but one way to be opened
    const auto offset = in.u16();
    const auto length = in.u16();
    in.skip(8);
    return text(in, offset, length);
}

std::optional<smb::FileId> decode_close(smb::Message message) {
    auto in = body_of(message, 24);
    in.skip(6);
    const auto id = file_id(in);
    if (!in.ok()) return std::nullopt;
    return id;
}

std::optional<ReadRequest> decode_read(smb::Message message) {
    auto in = body_of(message, 49);
    ReadRequest request;
    in.skip(2);
    request.length = in.u32();
    in.u64();
    request.file = file_id(in);
    in.skip(16);
    if (!in.ok()) return std::nullopt;
    return request;
}

std::optional<WriteRequest> decode_write(smb::Message message) {
    auto in = body_of(message, 49);
    WriteRequest request;
    const auto offset = in.u16();
    const auto length = in.u32();
    in.u64();
    request.file = file_id(in);
    in.skip(16);
    request.data = buffer(in, offset, length);
    if (!in.ok()) return std::nullopt;
    return request;
}

std::optional<IoctlRequest> decode_ioctl(smb::Message message) {
    constexpr std::uint32_t fsctl = 1;
    auto in = body_of(message, 57);
    IoctlRequest request;
    in.u16();
    request.code = in.u32();
    request.file = file_id(in);
    const auto offset = in.u32();
    const auto length = in.u32();
    in.u32();  // the most input that may come back: none of these calls gives any
    in.skip(8);
    request.max_output = in.u32();
    request.is_fsctl = in.u32() == fsctl;
    in.u32();
    request.input = buffer(in, offset, length);
    if (!in.ok()) return std::nullopt;
    return request;
}

bool decode_bare(smb::Message message) {
    auto in = body_of(message, 4);
    in.u16();
    return in.ok();
}

}  // namespace curfew::core::lab
