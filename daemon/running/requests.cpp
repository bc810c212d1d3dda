#include "daemon/running/requests.hpp"

#include <cerrno>

#include <boost/json.hpp>

#include "daemon/running/wide_bytes.hpp"

namespace curfew::daemon {
namespace json = boost::json;
namespace {

// What we are asked is hostile, what we are answered may be of another version: what does not fit is said.
template <class Read>
auto parsed(const std::string& text, const Read& read)
    -> core::Result<decltype(read(std::declval<const json::object&>()))> {
    const auto wrong = [](const std::string& what) {
        return core::Error{boost::system::error_code{EINVAL, boost::system::generic_category()}, what};
    };
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return wrong("it is no object of JSON");
    try {
        return read(value.get_object());
    } catch (const std::exception&) {
        return wrong("a field is missing or is not what it should be");
    }
}

std::string text(const json::object& object, const char* key) {
    return narrowed(std::string{object.at(key).as_string()}).value();
}
std::optional<std::string> optional_text(const json::object& object, const char* key) {
    return object.contains(key) ? std::optional{text(object, key)} : std::nullopt;
}
void put(json::object& object, const char* key, const std::string& value) {
    object[key] = widened(value);
}

json::object request(const char* command) {
    return {{"version", 1}, {"command", command}};
}

}  // namespace

std::string hand_request_json(const HandAsked& asked) {
    auto object = request("disconnect-look");
    put(object, "server", asked.server);
    if (asked.client) put(object, "client", *asked.client);
    if (asked.user) put(object, "user", *asked.user);
    if (asked.override_protect) put(object, "override_protect", *asked.override_protect);
    return json::serialize(object);
}

core::Result<HandAsked> read_hand_request(const std::string& of) {
    auto asked = parsed(of, [](const json::object& object) {
        return HandAsked{text(object, "server"), optional_text(object, "client"),
                         optional_text(object, "user"), optional_text(object, "override_protect")};
    });
    if (asked && !asked->client && !asked->user)
        return core::Error{boost::system::error_code{EINVAL, boost::system::generic_category()},
                           "a client, a user, or both"};
    return asked;
}

std::string hand_end_json(std::uint64_t token) {
    auto object = request("disconnect-end");
    object["token"] = token;
    return json::serialize(object);
}

core::Result<std::uint64_t> read_token(const std::string& of) {
    return parsed(of,
                  [](const json::object& object) { return object.at("token").to_number<std::uint64_t>(); });
}

std::string apply_request_json(const std::string& plan, core::Seconds max_age) {
    auto object = request("apply");
    put(object, "plan", plan);
    object["max_age"] = max_age.count();
    return json::serialize(object);
}

core::Result<ApplyAsked> read_apply_request(const std::string& of) {
    const auto asked = parsed(of, [](const json::object& object) {
        return std::pair{text(object, "plan"), core::Seconds{object.at("max_age").as_int64()}};
    });
    if (!asked) return asked.error();
    constexpr core::Seconds longest{std::chrono::years{10}};
    if (asked->second < core::Seconds{0} || asked->second > longest)
        return core::Error{boost::system::error_code{EINVAL, boost::system::generic_category()},
                           "`max_age` is from no time to ten years"};
    auto plan = read_plan_text(asked->first);
    if (!plan) return plan.error();
    return ApplyAsked{std::move(*plan), asked->second};
}

std::string diff_request_json(const std::string& path) {
    auto object = request("diff");
    put(object, "path", path);
    return json::serialize(object);
}

core::Result<std::string> read_diff_request(const std::string& of) {
    return parsed(of, [](const json::object& object) { return text(object, "path"); });
}

std::string lend_request_json() {
    return json::serialize(request("lend"));
}

std::string hand_list_json(std::uint64_t token, const HandList& list) {
    json::array pairs;
    for (const auto& pair : list.pairs) {
        json::object object{{"sessions", pair.sessions}};
        put(object, "client", pair.client);
        put(object, "user", pair.user);
        put(object, "idle", pair.idle);
        put(object, "ends_too", pair.ends_too);
        pairs.push_back(std::move(object));
    }
    json::array stays;
    for (const auto& one : list.stays) {
        json::object object;
        put(object, "why", one.why);
        put(object, "client", one.client);
        put(object, "user", one.user);
        put(object, "detail", one.detail);
        stays.push_back(std::move(object));
    }
    return json::serialize(
        json::object{{"token", token}, {"pairs", std::move(pairs)}, {"stays", std::move(stays)}});
}

core::Result<std::pair<std::uint64_t, HandList>> read_hand_list(const std::string& of) {
    return parsed(of, [](const json::object& root) {
        HandList list;
        for (const auto& value : root.at("pairs").as_array()) {
            const auto& object = value.as_object();
            list.pairs.push_back({text(object, "client"), text(object, "user"),
                                  object.at("sessions").to_number<std::uint64_t>(), text(object, "idle"),
                                  text(object, "ends_too")});
        }
        for (const auto& value : root.at("stays").as_array()) {
            const auto& object = value.as_object();
            list.stays.push_back(
                {text(object, "why"), text(object, "client"), text(object, "user"), text(object, "detail")});
        }
        return std::pair{root.at("token").to_number<std::uint64_t>(), std::move(list)};
    });
}

std::string hand_outcome_json(const HandOutcome& outcome) {
    json::object object{{"good", outcome.good}};
    put(object, "client", outcome.client);
    put(object, "user", outcome.user);
    put(object, "outcome", outcome.text);
    put(object, "detail", outcome.detail);
    return json::serialize(object);
}

core::Result<HandOutcome> read_hand_outcome(const std::string& of) {
    return parsed(of, [](const json::object& object) {
        return HandOutcome{text(object, "client"), text(object, "user"), text(object, "outcome"),
                           text(object, "detail"), object.at("good").as_bool()};
    });
}

std::string applied_json(const Applied& applied) {
    json::object object{{"how", static_cast<int>(applied.how)}};
    put(object, "server", applied.server);
    put(object, "client", applied.client);
    put(object, "user", applied.user);
    put(object, "outcome", applied.text);
    put(object, "detail", applied.detail);
    return json::serialize(object);
}

core::Result<Applied> read_applied(const std::string& of) {
    return parsed(of, [](const json::object& object) {
        const auto how = object.at("how").to_number<int>();
        if (how < 0 || how > static_cast<int>(Applied::How::failed)) throw std::out_of_range{"how"};
        return Applied{text(object, "server"),  text(object, "client"), text(object, "user"),
                       text(object, "outcome"), text(object, "detail"), static_cast<Applied::How>(how)};
    });
}

std::string diff_json(const Edition& before, const Edition& after,
                      const std::vector<policy::ServerLook>& looks_before,
                      const std::vector<policy::ServerLook>& looks_after, const policy::FleetMemory& memory,
                      core::SteadyTime now) {
    json::array sessions;
    for (const auto& one : differences(before, after, looks_before, looks_after, memory, now)) {
        json::object object;
        put(object, "server", one.server);
        put(object, "client", one.client);
        put(object, "user", one.user);
        put(object, "before", one.before);
        put(object, "after", one.after);
        sessions.push_back(std::move(object));
    }
    std::uint64_t all = 0;
    for (const auto& look : looks_before) all += look.sessions.size();
    json::object root{{"of", all}, {"sessions", std::move(sessions)}};
    put(root, "changed", changed_in_words(before, after));
    root["digest"] = after.config().digest;
    return json::serialize(root);
}

core::Result<Diff> read_diff(const std::string& of) {
    return parsed(of, [](const json::object& root) {
        Diff diff{text(root, "changed"), text(root, "digest"), {}, root.at("of").to_number<std::uint64_t>()};
        for (const auto& value : root.at("sessions").as_array()) {
            const auto& object = value.as_object();
            diff.sessions.push_back({text(object, "server"), text(object, "client"), text(object, "user"),
                                     text(object, "before"), text(object, "after")});
        }
        return diff;
    });
}

}  // namespace curfew::daemon
