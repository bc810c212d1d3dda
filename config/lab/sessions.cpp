#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/lab/parts.hpp"
#include "config/lab/scenario.hpp"
#include "config/lab/values.hpp"
#include "core/address.hpp"
#include "core/session.hpp"

namespace curfew::config {
namespace {

using core::IpAddress;
using core::lab::LabSession;

constexpr std::string_view a_session = "a map such as `{user: anna, client: 10.20.1.7}`";
constexpr core::Seconds longest_connected = 10 * year;
constexpr std::uint32_t most_files = 1'000'000;

// What servers tell of clients without their backslashes.
std::optional<std::string> read_client(const Value& value) {
    auto client = read_bounded_name(value, "an address or the name of a computer", {256, Empty::allowed});
    if (!client || client->empty()) return client;
    client->erase(0, client->find_first_not_of('\\'));
    if (!client->empty()) return client;
    value.expected("a name behind the backslashes");
    return std::nullopt;
}

// Sessions that were meant to come from addresses must not come from `10.20.1.256`.
void check_clients(const Value& at, const LabSession& session) {
    const auto first = IpAddress::parse(core::lab::numbered(session.client, 1));
    if (!first || session.count == 1) return;
    if (session.client.find(core::lab::number_mark) == std::string::npos) {
        if (!first->advanced_by(session.count - 1))
            at.error("there are no " + std::to_string(session.count) + " addresses from " +
                     quote(session.client) + " on");
        return;
    }
    const std::string last = core::lab::numbered(session.client, session.count);
    if (!IpAddress::parse(last))
        at.error(quote(last) + " is no address; write " + quote(first->to_string()) +
                 ", and every further session has the next one");
}

void read_idle(const Value& value, std::optional<core::Seconds> connected, bool said, LabSession& out) {
    const auto idle = read_duration(value, {core::Seconds{0}, longest_connected});
    if (!idle) return;
    out.idle = *idle;
    if (connected && *idle > *connected)
        value.error(std::string("`idle` is longer than `connected`") +
                    (said ? "" : ", which is `1h` where it is not said"));
}

void read_flag(const std::optional<Value>& value, std::uint32_t flag, LabSession& out) {
    if (value && read_bool(*value).value_or(false)) out.flags |= flag;
}

LabSession read_session(const Value& value, Habits& habits) {
    LabSession out;
    MapReader map(value, a_session);
    const auto user = map.required("user", "write `user: anna`, or `user: ''` for a session without one");
    const auto client = map.required("client", "write `client: 10.20.1.7`");
    const auto connected = map.optional("connected");
    const auto idle = map.optional("idle");
    const auto open_files = map.optional("open_files");
    const auto guest = map.optional("guest");
    const auto plaintext = map.optional("plaintext_password");
    const auto client_type = map.optional("client_type");
    const auto transport = map.optional("transport");
    const auto count = map.optional("count");
    const auto connection = map.optional("connection");
    const auto habit = map.optional("habit");
    map.finish();

    if (user) out.user = read_bounded_name(*user, "the name of a user", {256, Empty::allowed}).value_or("");
    if (client) out.client = read_client(*client).value_or("");
    std::optional<core::Seconds> since{out.connected};
    if (connected) since = read_duration(*connected, {core::Seconds{0}, longest_connected});
    out.connected = since.value_or(out.connected);
    if (idle) read_idle(*idle, since, connected.has_value(), out);
    if (open_files) out.open_files = read_number(*open_files, "a whole number", {0, most_files}).value_or(0);
    read_flag(guest, core::sess_guest, out);
    read_flag(plaintext, core::sess_noencryption, out);
    if (client_type) out.client_type = read_bounded_name(*client_type, "a text", {}).value_or("");
    if (transport) out.transport = read_bounded_name(*transport, "a text", {}).value_or("");
    if (count) out.count = read_number(*count, "a whole number", {1, most_sessions_of_a_server}).value_or(1);
    if (connection) out.connection = read_number(*connection, "a whole number", {}).value_or(0);
    if (habit) out.habit = habits.of(*habit);
    if (client) check_clients(*client, out);
    return out;
}

}  // namespace

std::vector<LabSession> read_sessions(const Value& value, Habits& habits) {
    std::vector<LabSession> out;
    if (!value.is_list() || value.node().items.empty()) {
        value.expected("a list of sessions; each is " + std::string(a_session));
        return out;
    }
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        out.push_back(read_session(value.item(i), habits));
        total += out.back().count;
    }
    if (total > most_sessions_of_a_server)
        value.error("a server has at most " + std::to_string(most_sessions_of_a_server) +
                    " sessions, these are " + std::to_string(total));
    return out;
}

}  // namespace curfew::config
