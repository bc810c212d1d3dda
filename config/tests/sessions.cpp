#include "config/decode/duration.hpp"
#include "config/decode/scalars.hpp"
#include "config/tests/parts.hpp"

namespace curfew::config {
namespace {

constexpr std::size_t most_sessions = 10'000;

std::optional<core::Seconds> read_time(const std::optional<Value>& value) {
    if (!value) return std::nullopt;
    return read_duration(*value, {core::Seconds{0}, longest_duration});
}
std::optional<bool> read_flag(const std::optional<Value>& value) {
    return value ? read_bool(*value) : std::nullopt;
}
std::optional<std::string> read_text(const std::optional<Value>& value, std::string_view what) {
    return value ? read_name(*value, what, Empty::allowed) : std::nullopt;
}

}  // namespace

policy::SupposedSession read_supposed(const Value& value) {
    policy::SupposedSession out;
    MapReader map(value, a_session);
    const auto user = map.optional("user");
    const auto client = map.optional("client");
    const auto idle = map.optional("idle");
    const auto quiet = map.optional("quiet");
    const auto connected = map.optional("connected");
    const auto open_files = map.optional("open_files");
    const auto guest = map.optional("guest");
    const auto plaintext = map.optional("plaintext_password");
    const auto client_type = map.optional("client_type");
    const auto transport = map.optional("transport");
    map.finish();

    out.user = read_text(user, "the name of a user");
    out.client = read_text(client, "an address or the name of a computer");
    out.idle = read_time(idle);
    out.quiet = read_time(quiet);
    out.connected = read_time(connected);
    if (open_files) out.open_files = read_number(*open_files, "a whole number", {});
    out.guest = read_flag(guest);
    out.plaintext_password = read_flag(plaintext);
    out.client_type = read_text(client_type, "a text");
    out.transport = read_text(transport, "a text");
    return out;
}

std::vector<policy::SupposedSession> read_all_supposed(const Value& value) {
    std::vector<policy::SupposedSession> out;
    if (!value.is_list() || value.node().items.empty()) {
        value.expected("a list of sessions; each is " + std::string(a_session));
        return out;
    }
    if (value.node().items.size() > most_sessions) {
        value.error("a test has at most " + std::to_string(most_sessions) + " sessions");
        return out;
    }
    for (std::size_t i = 0; i < value.node().items.size(); ++i) out.push_back(read_supposed(value.item(i)));
    return out;
}

}  // namespace curfew::config
