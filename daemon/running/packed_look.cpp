#include "daemon/running/packed_look.hpp"

#include <algorithm>

#include "core/bytes/reader.hpp"

namespace curfew::daemon {
namespace {

using policy::SessionFacts;

// What a session has, and what of it is what another name of it, or of the session before it, is.
enum Has : std::uint32_t {
    open_files = 1U << 0U,
    connected = 1U << 1U,
    idle = 1U << 2U,
    flags = 1U << 3U,
    client_type = 1U << 4U,
    same_client_type = 1U << 5U,
    transport = 1U << 6U,
    same_transport = 1U << 7U,
    same_domain = 1U << 8U,
    user_as_reported = 1U << 9U,
    user_known = 1U << 10U,
    all_flags_known = 1U << 11U,
    address = 1U << 12U,
    client_name = 1U << 13U,
    name_as_reported = 1U << 14U,
    found = 1U << 15U,
    full_name = 1U << 16U,
    key_as_reported = 1U << 17U,
    key_is_user = 1U << 18U,
    started = 1U << 19U,
    quiet = 1U << 20U,
    at_most = 1U << 21U,
    address_as_key = 1U << 22U,
    started_as_told = 1U << 23U,
};

class Packer {
  public:
    explicit Packer(core::Bytes& out) : out_(out) {}

    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) out_.u8(static_cast<std::uint8_t>(value | 0x80U));
        out_.u8(static_cast<std::uint8_t>(value));
    }
    void text(const std::string& text) {
        number(text.size());
        for (const char c : text) out_.u8(static_cast<std::uint8_t>(c));
    }
    // Below zero, too: the sign goes last.
    template <class Rep, class Period> void time(std::chrono::duration<Rep, Period> time) {
        const std::int64_t count = time.count();
        const auto magnitude = static_cast<std::uint64_t>(count) << 1U;
        number(count < 0 ? ~magnitude : magnitude);
    }

  private:
    core::ByteWriter out_;
};

class Unpacker {
  public:
    explicit Unpacker(const core::Bytes& bytes) : in_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint64_t byte = in_.u8();
            value |= (byte & 0x7FU) << shift;
            if (byte < 0x80) break;
        }
        return value;
    }
    std::string text() {
        const auto bytes = in_.bytes(number());
        return {bytes.begin(), bytes.end()};
    }
    template <class Duration> Duration time() {
        const auto value = number();
        const auto magnitude = static_cast<std::int64_t>(value >> 1U);
        return Duration{(value & 1U) != 0 ? ~magnitude : magnitude};
    }
    core::IpAddress address() { return core::IpAddress::parse(text()).value(); }

  private:
    core::ByteReader in_;
};

using SteadyDuration = core::SteadyTime::duration;

std::uint32_t what(const SessionFacts& session, const SessionFacts& before, const core::Now& at) {
    std::uint32_t has = 0;
    const auto add = [&](bool there, Has bit) {
        if (there) has |= bit;
    };
    const auto& reported = session.reported;
    add(reported.open_files.has_value(), open_files);
    add(reported.connected.has_value(), connected);
    add(reported.idle.has_value(), idle);
    add(reported.flags.has_value(), flags);
    add(reported.client_type.has_value(), client_type);
    add(reported.client_type == before.reported.client_type, same_client_type);
    add(reported.transport.has_value(), transport);
    add(reported.transport == before.reported.transport, same_transport);
    add(session.domain == before.domain, same_domain);
    add(session.user == reported.user, user_as_reported);
    add(session.user_known, user_known);
    add(session.known_flags == ~std::uint32_t{0}, all_flags_known);
    add(session.client.address.has_value(), address);
    // Asked that way round: to read an address is cheaper than to write one.
    add(session.client.address && session.client.address == core::IpAddress::parse(session.client_key),
        address_as_key);
    add(session.client.name.has_value(), client_name);
    add(session.client.name == reported.client, name_as_reported);
    add(session.client.found.has_value(), found);
    add(session.client.found && session.client.found->full_name, full_name);
    add(session.client_key == reported.client, key_as_reported);
    add(session.user_key == session.user, key_is_user);
    add(session.started.has_value(), started);
    add(session.started && reported.connected && *session.started == at.steady - *reported.connected,
        started_as_told);
    add(session.quiet.has_value(), quiet);
    add(session.quiet && session.quiet->at_most, at_most);
    return has;
}

void pack(Packer& out, const SessionFacts& session, const SessionFacts& before, const core::Now& at) {
    const auto has = what(session, before, at);
    const auto& reported = session.reported;
    out.number(has);
    out.number(static_cast<std::uint64_t>(session.own));
    out.text(reported.client);
    out.text(reported.user);
    if (has & open_files) out.number(*reported.open_files);
    if (has & connected) out.time(*reported.connected);
    if (has & idle) out.time(*reported.idle);
    if (has & flags) out.number(*reported.flags);
    if ((has & client_type) && !(has & same_client_type)) out.text(*reported.client_type);
    if ((has & transport) && !(has & same_transport)) out.text(*reported.transport);
    if (!(has & same_domain)) out.text(session.domain);
    if (!(has & user_as_reported)) out.text(session.user);
    if (!(has & all_flags_known)) out.number(session.known_flags);
    if ((has & client_name) && !(has & name_as_reported)) out.text(*session.client.name);
    if (has & found) {
        const auto& more = *session.client.found;
        out.number(more.names.size());
        for (const auto& name : more.names) out.text(name);
        out.number(more.addresses.size());
        for (const auto& one : more.addresses) out.text(one.to_string());
        if (has & full_name) out.text(*more.full_name);
    }
    if (!(has & key_as_reported)) out.text(session.client_key);
    if ((has & address) && !(has & address_as_key)) out.text(session.client.address->to_string());
    if (!(has & key_is_user)) out.text(session.user_key);
    if ((has & started) && !(has & started_as_told)) out.time(session.started->time_since_epoch());
    if (has & quiet) out.time(session.quiet->at_least);
    if (has & at_most) out.time(*session.quiet->at_most);
}

SessionFacts unpack(Unpacker& in, const SessionFacts& before, const core::Now& at) {
    SessionFacts session;
    auto& reported = session.reported;
    const auto has = static_cast<std::uint32_t>(in.number());
    session.own = static_cast<policy::Own>(in.number());
    reported.client = in.text();
    reported.user = in.text();
    if (has & open_files) reported.open_files = static_cast<std::uint32_t>(in.number());
    if (has & connected) reported.connected = in.time<core::Seconds>();
    if (has & idle) reported.idle = in.time<core::Seconds>();
    if (has & flags) reported.flags = static_cast<std::uint32_t>(in.number());
    if (has & client_type)
        reported.client_type = has & same_client_type ? before.reported.client_type : in.text();
    if (has & transport) reported.transport = has & same_transport ? before.reported.transport : in.text();
    session.domain = has & same_domain ? before.domain : in.text();
    session.user = has & user_as_reported ? reported.user : in.text();
    session.user_known = (has & user_known) != 0;
    if (!(has & all_flags_known)) session.known_flags = static_cast<std::uint32_t>(in.number());
    if (has & client_name) session.client.name = has & name_as_reported ? reported.client : in.text();
    if (has & found) {
        auto& more = session.client.found.emplace();
        for (auto left = in.number(); left > 0; --left) more.names.push_back(in.text());
        for (auto left = in.number(); left > 0; --left) more.addresses.push_back(in.address());
        if (has & full_name) more.full_name = in.text();
    }
    session.client_key = has & key_as_reported ? reported.client : in.text();
    if (has & address)
        session.client.address =
            has & address_as_key ? core::IpAddress::parse(session.client_key) : in.address();
    session.user_key = has & key_is_user ? session.user : in.text();
    if (has & started)
        session.started = has & started_as_told ? at.steady - *reported.connected
                                                : core::SteadyTime{in.time<SteadyDuration>()};
    if (has & quiet) session.quiet = policy::QuietTime{in.time<SteadyDuration>(), std::nullopt};
    if (has & at_most) session.quiet->at_most = in.time<SteadyDuration>();
    return session;
}

}  // namespace

PackedLook::PackedLook(const policy::ServerLook& look)
    : server_(look.server.traits.name),
      kind_(look.server.kind),
      level_(look.server.level),
      at_(look.at),
      asked_(look.asked),
      count_(static_cast<std::uint32_t>(look.sessions.size())) {
    constexpr std::size_t usual_session = 72;
    core::Bytes bytes;
    bytes.reserve(look.sessions.size() * usual_session);
    Packer out{bytes};
    const SessionFacts nobody;
    for (std::size_t i = 0; i < look.sessions.size(); ++i)
        pack(out, look.sessions[i], i == 0 ? nobody : look.sessions[i - 1], look.at);
    sessions_ = core::Bytes(bytes.begin(), bytes.end());  // as large as it has to be
}

policy::ServerLook PackedLook::unpacked() const {
    policy::ServerLook look;
    look.server.traits.name = server_;
    look.server.kind = kind_;
    look.server.level = level_;
    look.at = at_;
    look.asked = asked_;
    look.sessions.reserve(count_);
    Unpacker in{sessions_};
    const SessionFacts nobody;
    for (std::uint32_t i = 0; i < count_; ++i)
        look.sessions.push_back(unpack(in, i == 0 ? nobody : look.sessions[i - 1], look.at));
    return look;
}

}  // namespace curfew::daemon
