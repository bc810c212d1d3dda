#pragma once
// The two calls made by other people's clients, each in a process of its own. What curfew's client and the
// lab's server have in common, and so could both have wrong, they do not share:
//
// - samba_python: Samba's client library and its own NDR. Every level, both filters, resume handles.
// - rpcclient: Samba's other client library. Levels and filters; it cannot send an empty text.
// - impacket: see foreign_impacket.py for what it cannot do.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/session.hpp"

namespace curfew::testing {

enum class Foreign { samba_python, rpcclient, impacket };

struct ForeignLogin {
    std::string host;
    std::uint16_t port = 0;
    std::string user = "svc-curfew";
    std::string password = "secret-curfew";
    std::string domain = "LAB";
    bool encrypt = false;  // refuse a connection that is not encrypted
    std::string name;      // with Kerberos: what the ticket is for, as in cifs/NAME
    std::string ccache;    // log on with this ticket; empty: NTLM inside SPNEGO
    std::vector<std::string> env;
};

struct Question {
    std::optional<std::string> client;  // none: NULL
    std::optional<std::string> user;
    std::uint32_t level = 1;
    std::uint32_t preferred = 0xFFFF'FFFF;
    std::optional<std::uint32_t> resume;
    bool follow = false;  // go on while there is more: one answer each time (samba_python)
    bool ends = false;    // NetSessionDel instead of NetSessionEnum
};

// As Question{...} with `ends`.
Question del(std::optional<std::string> client, std::optional<std::string> user);

struct Answer {
    int status = -1;  // -1: there was none
    std::uint32_t total = 0;
    std::optional<std::uint32_t> resume;
    std::vector<core::Session> sessions;  // clients with their backslashes; a field its level lacks is empty
    std::string trouble;                  // what the client said instead of an answer
};

// One connection, one answer a question (rpcclient: one connection each). Fewer when the client gave up; the
// last one then says why.
std::vector<Answer> ask(Foreign client, const ForeignLogin& login, const std::vector<Question>& questions);
Answer ask(Foreign client, const ForeignLogin& login, const Question& question);

}  // namespace curfew::testing
