#include "core/rpc/srvsvc.hpp"

#include "core/errors/smb_error.hpp"
#include "core/rpc/ndr.hpp"
#include "core/text/utf.hpp"

namespace curfew::core::rpc {
namespace {

Error malformed(std::string context) {
    return {make_error_code(SmbError::malformed), std::move(context)};
}

std::u16string wide(std::string_view text) {
    return utf16_from_utf8(text).value_or(std::u16string{});
}

// Which fields an entry has at a level, in the order of the structures (MS-SRVS 2.2.4.12 to 2.2.4.16).
struct Layout {
    bool user, opens, times, flags, client_type, transport;
    constexpr std::size_t smallest_entry() const {
        return 4u * (1u + user + opens + 2u * times + flags + client_type + transport);
    }
};

constexpr Layout layout_of(Level level) {
    switch (level) {
        case Level::names: return {};
        case Level::administrative: return {true, true, true, true, false, false};
        case Level::client_types: return {true, true, true, true, true, false};
        case Level::anyone: return {true, false, true, false, false, false};
        case Level::transports: return {true, true, true, true, true, true};
    }
    return {};
}

// The fixed part of an entry holds pointers; the strings of all entries follow behind the last one.
struct Entry {
    Session session;
    bool has_client = false, has_user = false, has_client_type = false, has_transport = false;
};

Entry read_fixed(NdrReader& in, const Layout& layout) {
    Entry entry;
    entry.has_client = in.pointer();
    if (layout.user) entry.has_user = in.pointer();
    if (layout.opens) entry.session.open_files = in.u32();
    if (layout.times) {
        entry.session.connected = seconds_from_wire(in.u32());
        entry.session.idle = seconds_from_wire(in.u32());
    }
    if (layout.flags) entry.session.flags = in.u32();
    if (layout.client_type) entry.has_client_type = in.pointer();
    if (layout.transport) entry.has_transport = in.pointer();
    return entry;
}

Session read_strings(NdrReader& in, Entry entry) {
    Session session = std::move(entry.session);
    if (entry.has_client) {
        session.client = in.string();
        session.client.erase(0, std::min(session.client.find_first_not_of('\\'), session.client.size()));
    }
    if (entry.has_user) session.user = in.string();
    if (entry.has_client_type) session.client_type = in.string();
    if (entry.has_transport) session.transport = in.string();
    return session;
}

bool read_entries(NdrReader& in, Level level, std::uint32_t announced, std::vector<Session>& sessions) {
    const auto layout = layout_of(level);
    const auto count = in.u32();
    // Checked before anything is reserved: a count is only as believable as the bytes that are there for it.
    if (count != announced || count > in.left() / layout.smallest_entry()) return false;
    std::vector<Entry> entries;
    entries.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) entries.push_back(read_fixed(in, layout));
    sessions.reserve(count);
    for (auto& entry : entries) sessions.push_back(read_strings(in, std::move(entry)));
    return in.ok();
}

}  // namespace

Bytes encode(const SessionEnumRequest& request) {
    Bytes out;
    NdrWriter ndr{out};
    const auto optional_wide = [](const auto& name) { return std::optional{wide(name)}; };
    ndr.unique_string(optional_wide("\\\\" + request.server));
    ndr.unique_string(request.filter.client ? optional_wide(request.filter.client->unc()) : std::nullopt);
    ndr.unique_string(request.filter.user ? optional_wide(request.filter.user->text()) : std::nullopt);
    ndr.u32(static_cast<std::uint32_t>(request.level));
    ndr.u32(static_cast<std::uint32_t>(request.level));  // the union's discriminant
    ndr.pointer();
    ndr.u32(0);
    ndr.null_pointer();
    ndr.u32(request.preferred_maximum_length);
    ndr.pointer();
    ndr.u32(request.resume_handle);
    return out;
}

Result<SessionEnumReply> decode_session_enum_reply(std::span<const std::uint8_t> stub, Level asked) {
    NdrReader in{stub};
    SessionEnumReply reply;
    const auto level = in.u32();
    const auto discriminant = in.u32();
    if (!in.ok() || level != discriminant || level != static_cast<std::uint32_t>(asked)) {
        return malformed("NetrSessionEnum: another level than asked for");
    }
    if (in.pointer()) {
        const auto count = in.u32();
        const bool has_buffer = in.pointer();
        if (count > most_sessions) {
            return Error{make_error_code(SmbError::too_large), "NetrSessionEnum: more than 500,000 sessions"};
        }
        if (has_buffer && !read_entries(in, asked, count, reply.sessions)) {
            return malformed("NetrSessionEnum: the list of sessions");
        }
        if (!has_buffer && count != 0) return malformed("NetrSessionEnum: sessions announced and not sent");
    }
    reply.total = in.u32();
    if (in.pointer()) reply.resume_handle = in.u32();
    reply.status = in.u32();
    if (!in.ok()) return malformed("NetrSessionEnum: truncated");
    return reply;
}

Bytes encode_session_del(std::string_view server, const ClientName& client, const UserName& user) {
    Bytes out;
    NdrWriter ndr{out};
    ndr.unique_string(wide("\\\\" + std::string{server}));
    ndr.unique_string(wide(client.unc()));
    ndr.unique_string(wide(user.text()));
    return out;
}

Result<std::uint32_t> decode_session_del_reply(std::span<const std::uint8_t> stub) {
    NdrReader in{stub};
    const auto status = in.u32();
    if (!in.ok()) return malformed("NetrSessionDel: truncated");
    return status;
}

}  // namespace curfew::core::rpc
