#include "core/lab/wire/srvsvc_codec.hpp"

#include <algorithm>
#include <limits>

#include "core/rpc/ndr.hpp"
#include "core/text/utf.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint32_t no_time = 0xFFFF'FFFF;

// Which fields an entry has at a level, in the order of the structures (MS-SRVS 2.2.4.12 to 2.2.4.16).
struct Fields {
    bool user = false, opens = false, times = false, flags = false, client_type = false, transport = false;
};

std::optional<Fields> fields_of(std::uint32_t level) {
    switch (static_cast<Level>(level)) {
        case Level::names: return Fields{};
        case Level::administrative: return Fields{true, true, true, true, false, false};
        case Level::client_types: return Fields{true, true, true, true, true, false};
        case Level::anyone: return Fields{true, false, true, false, false, false};
        case Level::transports: return Fields{true, true, true, true, true, true};
    }
    return std::nullopt;
}

std::optional<std::string> name(rpc::NdrReader& in) {
    if (!in.pointer()) return std::nullopt;
    return in.string();
}

// What a client sends where sessions come back: a container with nothing in it, or none at all.
void read_empty_container(rpc::NdrReader& in) {
    if (!in.pointer()) return;
    const auto count = in.u32();
    if (in.pointer() && in.u32() != 0) in.fail();
    if (count != 0) in.fail();
}

bool read_end(rpc::NdrReader& in, SessionEnumCall& call) {
    call.preferred_maximum_length = in.u32();
    call.resume_handle.reset();
    if (in.pointer()) call.resume_handle = in.u32();
    return in.ok();
}

std::uint32_t wire_seconds(const std::optional<Seconds>& time, std::uint32_t absent) {
    if (!time) return absent;
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time->count(), 0, most));
}

void pointer_if(bool there, rpc::NdrWriter& out) {
    if (there) {
        out.pointer();
    } else {
        out.null_pointer();
    }
}

void write_fixed(const Session& session, const Fields& fields, rpc::NdrWriter& out) {
    out.pointer();
    if (fields.user) pointer_if(!session.user.empty(), out);
    if (fields.opens) out.u32(session.open_files.value_or(0));
    if (fields.times) {
        out.u32(wire_seconds(session.connected, no_time));
        out.u32(wire_seconds(session.idle, 0));
    }
    if (fields.flags) out.u32(session.flags.value_or(0));
    if (fields.client_type) pointer_if(session.client_type.has_value(), out);
    if (fields.transport) pointer_if(session.transport.has_value(), out);
}

void write_name(const std::string& text, rpc::NdrWriter& out) {
    out.string(utf16_from_utf8(text).value_or(std::u16string{}));
}

void write_strings(const Session& session, const Fields& fields, rpc::NdrWriter& out) {
    write_name(session.client, out);
    if (fields.user && !session.user.empty()) write_name(session.user, out);
    if (fields.client_type && session.client_type) write_name(*session.client_type, out);
    if (fields.transport && session.transport) write_name(*session.transport, out);
}

}  // namespace

std::optional<SessionEnumCall> decode_session_enum(std::span<const std::uint8_t> stub) {
    rpc::NdrReader in{stub};
    SessionEnumCall call;
    call.server = name(in);
    call.client = name(in);
    call.user = name(in);
    call.level = in.u32();
    if (in.u32() != call.level || !in.ok()) return std::nullopt;
    if (!fields_of(call.level)) {
        // An unknown level has no arm in the union. Some clients send a pointer for it all the same: then
        // there is something left over.
        auto without = in;
        if (read_end(without, call) && without.left() == 0) return call;
    }
    read_empty_container(in);
    if (!read_end(in, call)) return std::nullopt;
    return call;
}

Bytes encode_session_enum_reply(std::uint32_t level, std::span<const Session> sessions, std::uint32_t total,
                                std::optional<std::uint32_t> resume_handle, std::uint32_t status) {
    constexpr std::size_t usual_session = 160;
    Bytes bytes;
    bytes.reserve(64 + sessions.size() * usual_session);
    rpc::NdrWriter out{bytes};
    out.u32(level);
    out.u32(level);
    // An unknown level has no arm in the union, so nothing stands for it.
    if (const auto fields = fields_of(level)) {
        out.pointer();
        out.u32(static_cast<std::uint32_t>(sessions.size()));
        pointer_if(!sessions.empty(), out);
        if (!sessions.empty()) out.u32(static_cast<std::uint32_t>(sessions.size()));
        for (const auto& session : sessions) write_fixed(session, *fields, out);
        for (const auto& session : sessions) write_strings(session, *fields, out);
    }
    out.u32(total);
    pointer_if(resume_handle.has_value(), out);
    if (resume_handle) out.u32(*resume_handle);
    out.u32(status);
    return bytes;
}

std::optional<SessionDelCall> decode_session_del(std::span<const std::uint8_t> stub) {
    rpc::NdrReader in{stub};
    SessionDelCall call;
    call.server = name(in);
    call.client = name(in);
    call.user = name(in);
    if (!in.ok()) return std::nullopt;
    return call;
}

Bytes encode_session_del_reply(std::uint32_t status) {
    Bytes bytes;
    rpc::NdrWriter out{bytes};
    out.u32(status);
    return bytes;
}

}  // namespace curfew::core::lab
