#include "daemon/running/lent.hpp"

#include <cerrno>
#include <utility>

#include <boost/json.hpp>

#include "daemon/running/memory_text.hpp"
#include "daemon/running/told_time.hpp"
#include "daemon/running/wide_bytes.hpp"

namespace curfew::daemon {
namespace json = boost::json;
namespace {

std::int64_t nanoseconds(core::SteadyTime time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

std::string text(const json::value& value) {
    return std::string{value.as_string()};
}

json::object spent_json(const Spent& spent) {
    json::object object{
        {"at", std::chrono::duration_cast<std::chrono::milliseconds>(spent.at.time_since_epoch()).count()},
        {"server", widened(spent.server)},
        {"client", widened(spent.client_key)},
        {"user", widened(spent.user_key)},
        {"rule", widened(spent.rule)},
        {"digest", spent.rule_digest},
        {"sessions", spent.sessions}};
    if (spent.steady) object["steady"] = nanoseconds(*spent.steady);
    return object;
}

Spent spent_from(const json::object& object) {
    Spent spent;
    spent.at = told_milliseconds(object.at("at").as_int64());
    spent.server = narrowed(text(object.at("server"))).value();
    spent.client_key = narrowed(text(object.at("client"))).value();
    spent.user_key = narrowed(text(object.at("user"))).value();
    spent.rule = narrowed(text(object.at("rule"))).value();
    spent.rule_digest = text(object.at("digest"));
    spent.sessions = object.at("sessions").to_number<std::uint32_t>();
    if (const auto* steady = object.if_contains("steady"))
        spent.steady = told_time<core::SteadyTime>(steady->as_int64());
    return spent;
}

Lent lent_from(const json::object& root, const std::string& boot, core::Now now) {
    Lent lent;
    lent.digest = text(root.at("digest"));
    for (const auto& [server, memory] : root.at("memory").as_object()) {
        auto known = read_memory(text(memory), boot);
        if (known) lent.memory.emplace(narrowed(std::string{server}).value(), std::move(*known));
    }
    for (const auto& trip : root.at("trips").as_array()) lent.trips.push_back(read_trip(text(trip)).value());
    for (const auto& hold : root.at("holds").as_array())
        lent.holds.push_back(HoldBook::read(text(hold), boot, now).value());
    if (const auto* bans = root.if_contains("bans")) {
        for (const auto& ban : bans->as_array())
            lent.bans.push_back(BanBook::read(text(ban), boot, now).value());
    }
    for (const auto& spent : root.at("spent").as_array()) lent.spent.push_back(spent_from(spent.as_object()));
    return lent;
}

core::Error not_ours(const std::string& why) {
    return {boost::system::error_code{EBADMSG, boost::system::generic_category()},
            "what the daemon lends cannot be read: " + why};
}

}  // namespace

std::string write_lent(const Lent& lent, const std::string& boot) {
    json::object memory;
    for (const auto& [server, known] : lent.memory) memory[widened(server)] = write_memory(known, boot);
    json::array trips;
    for (const auto& trip : lent.trips) trips.emplace_back(write_trip(trip));
    json::array holds;
    for (const auto& hold : lent.holds) holds.emplace_back(HoldBook::write(hold, boot));
    json::array bans;
    for (const auto& ban : lent.bans) bans.emplace_back(BanBook::write(ban, boot));
    json::array spent;
    for (const auto& one : lent.spent) spent.push_back(spent_json(one));
    return json::serialize(json::object{{"version", 1},
                                        {"boot", boot},
                                        {"digest", lent.digest},
                                        {"memory", std::move(memory)},
                                        {"trips", std::move(trips)},
                                        {"holds", std::move(holds)},
                                        {"bans", std::move(bans)},
                                        {"spent", std::move(spent)}});
}

core::Result<Lent> read_lent(const std::string& text_of_it, const std::string& boot, core::Now now) {
    boost::system::error_code error;
    const auto value = json::parse(text_of_it, error);
    if (error || !value.is_object()) return not_ours("it is no object of JSON");
    try {
        const auto& root = value.get_object();
        if (root.at("version").as_int64() != 1) return not_ours("its version is another one");
        if (text(root.at("boot")) != boot) return not_ours("it is of another boot");
        return lent_from(root, boot, now);
    } catch (const std::exception& problem) {
        return not_ours(problem.what());
    }
}

}  // namespace curfew::daemon
