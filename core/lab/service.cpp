#include "core/lab/service.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/errors/net_api_status.hpp"
#include "core/text/utf.hpp"

namespace curfew::core::lab {
namespace {

constexpr std::uint32_t everything = 0xFFFF'FFFF;
// Samba tells the process behind a session to stop, which takes a little while, one after the other.
constexpr Milliseconds samba_stops_after{15};
constexpr Milliseconds samba_stops_every{1};

std::uint32_t number(NetApiStatus status) {
    return static_cast<std::uint32_t>(status);
}

// NULL and the empty text are the same to both.
std::optional<std::string> given(const std::optional<std::string>& text) {
    return text && !text->empty() ? text : std::nullopt;
}

bool same(std::string_view a, std::string_view b) {
    return fold_case(a) == fold_case(b);
}

bool is_unc(std::string_view name) {
    return name.starts_with("\\\\");
}

// The two backslashes of a UNC name; one, or a third, belongs to the name.
std::string_view without_backslashes(std::string_view name) {
    return is_unc(name) ? name.substr(2) : name;
}

struct Wanted {
    std::optional<std::string> client;
    std::optional<std::string> user;

    bool is(const Session& session) const {
        return (!client || same(without_backslashes(*client), session.client)) &&
               (!user || same(*user, session.user));
    }
};

// What an entry takes in the caller's buffer: its fixed part and its texts (lmshare.h, on 64 bit).
std::size_t size_of_entry(std::uint32_t level, const Session& session) {
    const auto text = [](const std::string& value) { return 2 * (value.size() + 1); };
    std::size_t size = text(session.client);
    if (level == 0) return size + 8;
    size += text(session.user);
    switch (level) {
        case 10: return size + 24;
        case 1: return size + 32;
        case 2: return size + 40 + text(session.client_type.value_or(""));
        default:
            return size + 48 + text(session.client_type.value_or("")) + text(session.transport.value_or(""));
    }
}

// What Windows takes for the name of a client.
bool names_a_client(const std::string& name) {
    return is_unc(name) && name.size() > 2;
}

EnumAnswer windows_enum(ServerLife& life, const EnumCall& call, const Caller& caller, SteadyTime now) {
    EnumAnswer answer;
    answer.resume_handle = call.resume_handle;
    const auto refuse = [&](NetApiStatus status) {
        answer.status = number(status);
        return answer;
    };
    const bool for_anyone = call.level == 0 || call.level == 10;
    const bool known = for_anyone || call.level == 1 || call.level == 2 || call.level == 502;
    if (!known) return refuse(NetApiStatus::invalid_level);
    if (!for_anyone && caller.rights != Rights::administrator) return refuse(NetApiStatus::access_denied);
    const Wanted wanted{given(call.client), given(call.user)};
    if (wanted.client && !names_a_client(*wanted.client)) return refuse(NetApiStatus::invalid_parameter);

    auto present = life.present(now);
    const auto from_client = [&](const Present& one) {
        return wanted.client && same(without_backslashes(*wanted.client), one.session.client);
    };
    if (wanted.client && std::none_of(present.begin(), present.end(), from_client))
        return refuse(NetApiStatus::client_name_not_found);
    std::erase_if(present, [&](const Present& one) { return !wanted.is(one.session); });
    if (present.empty() && wanted.user) return refuse(NetApiStatus::user_not_found);

    // The handle is the id of the last session given out: those that end in between are not missed, and
    // nobody is told twice.
    const auto after = call.resume_handle.value_or(0);
    std::erase_if(present, [&](const Present& one) { return one.id <= after; });
    answer.total = static_cast<std::uint32_t>(present.size());
    std::size_t size = 0;
    for (auto& one : present) {
        size += size_of_entry(call.level, one.session);
        const bool fits =
            call.preferred_maximum_length == everything || size <= call.preferred_maximum_length;
        if (!fits && !answer.sessions.empty()) {
            answer.status = number(NetApiStatus::more_data);
            return answer;
        }
        one.session.client = "\\\\" + one.session.client;
        answer.sessions.push_back(std::move(one.session));
        if (answer.resume_handle) answer.resume_handle = static_cast<std::uint32_t>(one.id);
    }
    if (answer.resume_handle) answer.resume_handle = 0;
    return answer;
}

EnumAnswer samba_enum(ServerLife& life, const EnumCall& call, const Caller& caller, SteadyTime now) {
    EnumAnswer answer;
    answer.resume_handle = call.resume_handle;
    if (caller.rights != Rights::administrator) {
        answer.status = number(NetApiStatus::access_denied);
        return answer;
    }
    if (call.level != 0 && call.level != 1) {
        answer.status = number(NetApiStatus::invalid_level);
        return answer;
    }
    auto present = life.present(now);
    answer.total = static_cast<std::uint32_t>(present.size());
    const std::size_t first = std::min<std::size_t>(call.resume_handle.value_or(0), present.size());
    for (std::size_t i = first; i < present.size(); ++i) {
        auto& session = present[i].session;
        session.idle = Seconds{0};
        if (present[i].caller) session.open_files = 0;  // files count there, pipes do not
        if (session.connected < Seconds{1}) session.connected.reset();
        answer.sessions.push_back(std::move(session));
    }
    // All that is left comes at once, however little was asked for, and the handle is then the number of
    // sessions. Whoever comes back with it is told nothing and begins anew.
    if (answer.resume_handle) answer.resume_handle = *answer.resume_handle < answer.total ? answer.total : 0;
    return answer;
}

void record(DelAnswer& answer, const Present& one, const Caller& caller) {
    answer.ended.push_back(one.session);
    if (one.caller && one.id == caller.session) answer.caller_too = true;
    if (one.caller && one.id != caller.session) answer.callers.push_back(one.id);
}

DelAnswer windows_del(ServerLife& life, const DelCall& call, const Caller& caller, SteadyTime now) {
    DelAnswer answer;
    const Wanted wanted{given(call.client), given(call.user)};
    if (caller.rights != Rights::administrator) {
        answer.status = number(NetApiStatus::access_denied);
        return answer;
    }
    const bool nobody_named = !wanted.client && !wanted.user;
    if (nobody_named || (wanted.client && !names_a_client(*wanted.client))) {
        answer.status = number(NetApiStatus::invalid_parameter);
        return answer;
    }
    for (const auto& one : life.present(now)) {
        if (!wanted.is(one.session)) continue;
        life.end(one.id, now);
        record(answer, one, caller);
    }
    if (answer.ended.empty()) answer.status = number(NetApiStatus::client_name_not_found);
    return answer;
}

// Samba ends processes, and a process is a connection with every session on it. Its match takes an empty name
// for everybody, and finds out that one is empty when the backslashes are off.
DelAnswer samba_del(ServerLife& life, const DelCall& call, const Caller& caller, SteadyTime now) {
    DelAnswer answer;
    answer.status = number(NetApiStatus::access_denied);  // also of nobody
    if (caller.rights != Rights::administrator) return answer;
    Wanted wanted{given(call.client), given(call.user)};
    if (wanted.client && without_backslashes(*wanted.client).empty()) wanted.client.reset();
    const auto present = life.present(now);
    const auto process_of = [](const Present& one) {
        return std::pair{fold_case(one.session.client), one.connection};
    };
    std::set<std::pair<std::string, std::uint32_t>> stopped;
    for (const auto& one : present) {
        if (wanted.is(one.session)) stopped.insert(process_of(one));
    }
    auto when = now + samba_stops_after;
    for (const auto& one : present) {
        if (!stopped.contains(process_of(one))) continue;
        life.end(one.id, one.caller && one.id == caller.session ? now : when);
        when += samba_stops_every;
        record(answer, one, caller);
        answer.status = number(NetApiStatus::success);
    }
    return answer;
}

}  // namespace

EnumAnswer session_enum(Personality personality, ServerLife& life, const EnumCall& call, const Caller& caller,
                        SteadyTime now) {
    return personality == Personality::windows ? windows_enum(life, call, caller, now)
                                               : samba_enum(life, call, caller, now);
}

DelAnswer session_del(Personality personality, ServerLife& life, const DelCall& call, const Caller& caller,
                      SteadyTime now) {
    return personality == Personality::windows ? windows_del(life, call, caller, now)
                                               : samba_del(life, call, caller, now);
}

}  // namespace curfew::core::lab
