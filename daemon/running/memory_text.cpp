#include "daemon/running/memory_text.hpp"

#include <chrono>

#include <boost/json.hpp>

#include "daemon/running/told_time.hpp"
#include "daemon/running/wide_bytes.hpp"

namespace curfew::daemon {
namespace json = boost::json;
namespace {

std::int64_t count(core::SteadyTime time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}
core::SteadyTime time_of(std::int64_t nanoseconds) {
    return told_time<core::SteadyTime>(nanoseconds);
}

void put(json::object& object, const char* key, const std::optional<core::SteadyTime>& time) {
    if (time) object[key] = count(*time);
}
std::optional<core::SteadyTime> get(const json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    return value ? std::optional{time_of(value->as_int64())} : std::nullopt;
}
std::string text(const json::value& value) {
    return std::string{value.as_string()};
}
json::object key_of(const policy::RuleKey& key) {
    return {{"name", widened(key.name)}, {"digest", key.digest}};
}
policy::RuleKey key_from(const json::object& object) {
    return {narrowed(text(object.at("name"))).value(), text(object.at("digest"))};
}

policy::ServerMemory memory_from(const json::object& root) {
    policy::ServerMemory memory;
    memory.at = get(root, "at");
    for (const auto& rule : root.at("rules").as_array()) memory.rules.push_back(key_from(rule.as_object()));
    for (const auto& entry : root.at("sessions").as_array()) {
        const auto& object = entry.as_object();
        policy::RememberedSession session;
        session.client_key = narrowed(text(object.at("client"))).value();
        session.user_key = narrowed(text(object.at("user"))).value();
        session.started = get(object, "started");
        session.quiet_since = get(object, "quiet_since");
        session.last_open = get(object, "last_open");
        for (const auto& clock : object.at("running").as_array()) {
            const auto rule = clock.as_object().at("rule").to_number<std::size_t>();
            if (rule >= memory.rules.size()) throw std::out_of_range{"rule"};
            session.running.push_back({rule, time_of(clock.as_object().at("since").as_int64())});
        }
        memory.sessions.push_back(std::move(session));
    }
    return memory;
}

// Boost.JSON says of a value of another kind by an exception; here that is text that is none of ours.
template <class Read>
auto tried(const std::string& text, const Read& read)
    -> std::optional<decltype(read(std::declval<const json::object&>()))> {
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    try {
        return read(value.get_object());
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace

std::string write_memory(const policy::ServerMemory& memory, const std::string& boot,
                         const std::optional<core::Now>& seen) {
    json::object root{{"version", 1}, {"boot", boot}};
    put(root, "at", memory.at);
    if (seen) {
        const auto wall =
            std::chrono::duration_cast<std::chrono::nanoseconds>(seen->wall.time_since_epoch()).count();
        root["seen"] = json::object{{"steady", count(seen->steady)}, {"wall", wall}};
    }
    json::array rules;
    for (const auto& rule : memory.rules) rules.push_back(key_of(rule));
    root["rules"] = std::move(rules);
    json::array sessions;
    for (const auto& session : memory.sessions) {
        json::object object{{"client", widened(session.client_key)}, {"user", widened(session.user_key)}};
        put(object, "started", session.started);
        put(object, "quiet_since", session.quiet_since);
        put(object, "last_open", session.last_open);
        json::array running;
        for (const auto& clock : session.running)
            running.push_back(json::object{{"rule", clock.rule}, {"since", count(clock.since)}});
        object["running"] = std::move(running);
        sessions.push_back(std::move(object));
    }
    root["sessions"] = std::move(sessions);
    return json::serialize(root);
}

std::optional<policy::ServerMemory> read_memory(const std::string& text_of_it, const std::string& boot) {
    const auto read = tried(text_of_it, [&](const json::object& root) {
        const bool ours = root.at("version").as_int64() == 1 && text(root.at("boot")) == boot;
        return ours ? std::optional{memory_from(root)} : std::nullopt;
    });
    return read.value_or(std::nullopt);
}

std::optional<core::Now> read_seen(const std::string& text_of_it) {
    return tried(text_of_it, [](const json::object& root) {
        const auto& seen = root.at("seen").as_object();
        return core::Now{time_of(seen.at("steady").as_int64()),
                         told_time<core::WallTime>(seen.at("wall").as_int64())};
    });
}

std::string write_trip(const policy::Trip& trip) {
    json::object root = key_of(trip.rule);
    if (trip.server) root["server"] = widened(*trip.server);
    root["would_end"] = trip.would_end;
    root["of"] = trip.of;
    return json::serialize(root);
}

std::optional<policy::Trip> read_trip(const std::string& text_of_it) {
    return tried(text_of_it, [](const json::object& root) {
        policy::Trip trip{key_from(root), std::nullopt, root.at("would_end").to_number<std::uint64_t>(),
                          root.at("of").to_number<std::uint64_t>()};
        if (const auto* server = root.if_contains("server")) trip.server = narrowed(text(*server)).value();
        return trip;
    });
}

}  // namespace curfew::daemon
