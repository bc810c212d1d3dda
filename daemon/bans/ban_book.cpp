#include "daemon/bans/ban_book.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr std::size_t longest_text = 64 * 1024;
constexpr std::int64_t version = 1;
constexpr std::int64_t ids_end = std::int64_t{1} << 53;

template <class Time> std::int64_t number_of(Time time) {
    return duration_cast<nanoseconds>(time.time_since_epoch()).count();
}

// The wall clock may stand before the epoch on nobody's machine that counts.
template <class Time> std::optional<Time> time_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* number = value ? value->if_int64() : nullptr;
    if (!number || *number < 0) return std::nullopt;
    return Time{duration_cast<typename Time::duration>(nanoseconds{*number})};
}

std::optional<std::string> text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    if (!text) return std::nullopt;
    return std::string{text->data(), text->size()};
}

std::optional<std::int64_t> number_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* number = value ? value->if_int64() : nullptr;
    return number ? std::optional{*number} : std::nullopt;
}

std::optional<policy::Banned> whom_in(const json::object& object) {
    const auto on = text_in(object, "on");
    const auto name = text_in(object, "name");
    if (!on || !name || (*on != "user" && *on != "client")) return std::nullopt;
    auto whom = *on == "user" ? policy::Banned::user(*name) : policy::Banned::client(*name);
    if (!whom) return std::nullopt;
    return *std::move(whom);
}

struct Written {
    KeptBan ban;
    std::string boot;
};

std::optional<Written> parse(const std::string& text) {
    if (text.size() > longest_text) return std::nullopt;
    boost::system::error_code error;
    json::parse_options strict;
    strict.max_depth = 2;
    const auto value = json::parse(text, error, {}, strict);
    const auto* found = error ? nullptr : value.if_object();
    if (!found) return std::nullopt;
    const auto& object = *found;
    const auto id = number_in(object, "id");
    auto whom = whom_in(object);
    auto reason = text_in(object, "reason");
    auto who = text_in(object, "who");
    auto boot = text_in(object, "boot");
    auto override_protect = text_in(object, "override_protect");
    const auto since_steady = time_in<core::SteadyTime>(object, "since_steady");
    const auto since_wall = time_in<core::WallTime>(object, "since_wall");
    const auto until_steady = time_in<core::SteadyTime>(object, "until_steady");
    const auto until_wall = time_in<core::WallTime>(object, "until_wall");
    if (number_in(object, "version") != version || !id || *id < 1 || *id >= ids_end || !whom || !reason ||
        !who || !boot || !since_steady || !since_wall || !until_steady || !until_wall)
        return std::nullopt;
    // What protects is not overridden by something that is no text.
    if (object.contains("override_protect") && (!override_protect || override_protect->empty()))
        return std::nullopt;
    const auto lasts = [](auto from, auto to) { return from <= to && to - from <= longest_ban; };
    if (!lasts(*since_wall, *until_wall) || !lasts(*since_steady, *until_steady)) return std::nullopt;
    return Written{
        {{static_cast<std::uint64_t>(*id), *std::move(whom), std::move(*reason), std::move(override_protect)},
         {*since_steady, *since_wall},
         {*until_steady, *until_wall},
         std::move(*who),
         true},
        std::move(*boot)};
}

bool over(const KeptBan& ban, core::Now now) {
    return ban.until.steady <= now.steady || ban.until.wall <= now.wall;
}

}  // namespace

const KeptBan& BanBook::add(policy::Banned whom, core::Seconds length, std::string reason,
                            std::optional<std::string> override_protect, std::string who, core::Now now) {
    length = std::clamp(length, core::Seconds{0}, longest_ban);
    bans_.push_back({{next_++, std::move(whom), std::move(reason), std::move(override_protect)},
                     now,
                     {now.steady + length, now.wall + length},
                     std::move(who),
                     false});
    return bans_.back();
}

void BanBook::written(std::uint64_t id) {
    for (auto& kept : bans_) kept.durable = kept.durable || kept.ban.id == id;
}

std::optional<KeptBan> BanBook::remove(std::uint64_t id) {
    const auto found =
        std::find_if(bans_.begin(), bans_.end(), [&](const KeptBan& kept) { return kept.ban.id == id; });
    if (found == bans_.end()) return std::nullopt;
    auto removed = std::move(*found);
    bans_.erase(found);
    return removed;
}

std::vector<KeptBan> BanBook::of(const policy::Banned& whom) const {
    std::vector<KeptBan> found;
    for (const auto& kept : bans_)
        if (kept.ban.whom.same_as(whom)) found.push_back(kept);
    return found;
}

std::vector<KeptBan> BanBook::expire(core::Now now) {
    std::vector<KeptBan> ended;
    std::erase_if(bans_, [&](const KeptBan& kept) {
        if (!over(kept, now)) return false;
        ended.push_back(kept);
        return true;
    });
    return ended;
}

std::vector<KeptBan> BanBook::in_force(core::Now now) const {
    std::vector<KeptBan> found;
    for (const auto& kept : bans_)
        if (kept.durable && !over(kept, now)) found.push_back(kept);
    return found;
}

std::vector<policy::Ban> BanBook::of_policy(const std::vector<KeptBan>& bans) {
    std::vector<policy::Ban> found;
    for (const auto& kept : bans) found.push_back(kept.ban);
    return found;
}

std::string BanBook::write(const KeptBan& kept, const std::string& boot) {
    JsonWriter json;
    json.begin_object()
        .field("version", version)
        .field("id", static_cast<std::int64_t>(kept.ban.id))
        .field("on", kept.ban.whom.is_user() ? "user" : "client")
        .field("name", kept.ban.whom.text())
        .field("since_steady", number_of(kept.since.steady))
        .field("since_wall", number_of(kept.since.wall))
        .field("until_steady", number_of(kept.until.steady))
        .field("until_wall", number_of(kept.until.wall))
        .field("reason", kept.ban.reason)
        .field("who", kept.who)
        .field("boot", boot);
    if (kept.ban.override_protect) json.field("override_protect", *kept.ban.override_protect);
    json.end_object();
    return json.text();
}

std::optional<KeptBan> BanBook::read(const std::string& text, const std::string& boot, core::Now now) {
    std::optional<Written> written;
    try {
        written = parse(text);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    if (!written) return std::nullopt;
    KeptBan kept = std::move(written->ban);
    const bool same_clock = !boot.empty() && written->boot == boot && kept.since.steady <= now.steady;
    if (same_clock) return kept;
    // What began in time to come has a clock that was set back: nobody knows how much of it is over.
    const auto length = kept.until.wall - kept.since.wall;
    const auto left =
        std::clamp<core::WallTime::duration>(kept.until.wall - now.wall, core::WallTime::duration{0}, length);
    kept.since.steady = now.steady;
    kept.until.steady = now.steady + duration_cast<core::SteadyTime::duration>(left);
    return kept;
}

void BanBook::restore(KeptBan kept) {
    const bool taken = std::any_of(bans_.begin(), bans_.end(),
                                   [&](const KeptBan& other) { return other.ban.id == kept.ban.id; });
    if (taken) kept.ban.id = next_;
    next_ = std::max(next_, kept.ban.id + 1);
    bans_.push_back(std::move(kept));
}

}  // namespace curfew::daemon
