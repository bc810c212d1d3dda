#pragma once
// What a lab server answers to NetrSessionEnum and NetrSessionDel, as Windows does (MS-SRVS 3.1.4.5, 3.1.4.6)
// or as Samba 4.17 does, quirk by quirk. No wire, no clock: calls, a life and a time in; an answer out.

#include <optional>
#include <string>
#include <vector>

#include "core/lab/life.hpp"

namespace curfew::core::lab {

struct Caller {
    std::string account;
    Rights rights = Rights::user;
    SessionId session = 0;
};

struct EnumCall {
    std::optional<std::string> client;  // as sent; none: NULL
    std::optional<std::string> user;
    std::uint32_t level = 0;
    std::uint32_t preferred_maximum_length = 0xFFFF'FFFF;
    std::optional<std::uint32_t> resume_handle;
};

struct EnumAnswer {
    std::uint32_t status = 0;
    std::vector<Session> sessions;  // the client's name exactly as on the wire
    std::uint32_t total = 0;
    std::optional<std::uint32_t> resume_handle;  // there when the caller gave one
};

struct DelCall {
    std::optional<std::string> client;
    std::optional<std::string> user;
};

struct DelAnswer {
    std::uint32_t status = 0;
    std::vector<Session> ended;
    bool caller_too = false;           // the caller's own session: the connection closes with no reply
    std::vector<SessionId> callers{};  // other callers of the lab that were ended
};

EnumAnswer session_enum(Personality personality, ServerLife& life, const EnumCall& call, const Caller& caller,
                        SteadyTime now);
DelAnswer session_del(Personality personality, ServerLife& life, const DelCall& call, const Caller& caller,
                      SteadyTime now);

}  // namespace curfew::core::lab
