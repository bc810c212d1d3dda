#include "daemon/holds/hold_book.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "core/text/utf.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

// Longer than any machine stays up, and far from where times overflow.
constexpr core::Seconds longest{core::Seconds{86'400} * 3'660};
constexpr std::size_t longest_text = 8 * 1024 * 1024;
constexpr std::int64_t version = 1;
constexpr std::int64_t ids_end = std::int64_t{1} << 53;

constexpr std::pair<HoldScope::On, std::string_view> words[] = {
    {HoldScope::On::everything, "everything"},
    {HoldScope::On::server, "server"},
    {HoldScope::On::tag, "tag"},
    {HoldScope::On::rule, "rule"},
};

std::string_view word_of(HoldScope::On on) {
    for (const auto& [one, word] : words) {
        if (one == on) return word;
    }
    return "everything";
}

std::optional<HoldScope::On> scope_named(std::string_view text) {
    for (const auto& [on, word] : words) {
        if (word == text) return on;
    }
    return std::nullopt;
}

template <class Time> std::int64_t number_of(Time time) {
    return duration_cast<nanoseconds>(time.time_since_epoch()).count();
}
template <class Time> Time time_of(std::int64_t number) {
    return Time{duration_cast<typename Time::duration>(nanoseconds{number})};
}

bool in_order(core::Now since, core::Now until) {
    const auto lasts = [](auto from, auto to) {
        // Neither is below 0, so the difference is a number. After a reboot it may be more than was asked
        // for.
        return from <= to && to - from <= 3 * longest;
    };
    return lasts(since.steady, until.steady) && lasts(since.wall, until.wall);
}

class Fields {
  public:
    explicit Fields(const json::object& object) : object_(object) {}
    std::optional<std::string> text(std::string_view name) const {
        const auto* value = object_.if_contains(name);
        const auto* text = value ? value->if_string() : nullptr;
        if (!text) return std::nullopt;
        return std::string{text->data(), text->size()};
    }
    std::optional<std::int64_t> number(std::string_view name) const {
        const auto* value = object_.if_contains(name);
        const auto* number = value ? value->if_int64() : nullptr;
        if (!number || *number < 0) return std::nullopt;
        return *number;
    }

  private:
    const json::object& object_;
};

struct Written {
    Hold hold;
    std::string boot;
};

std::optional<Written> parse(const std::string& text) {
    if (text.size() > longest_text) return std::nullopt;
    boost::system::error_code error;
    json::parse_options strict;
    strict.max_depth = 2;
    const auto value = json::parse(text, error, {}, strict);
    const auto* object = error ? nullptr : value.if_object();
    if (!object) return std::nullopt;
    const Fields fields{*object};
    const auto id = fields.number("id");
    const auto on = scope_named(fields.text("on").value_or(""));
    auto name = fields.text("name");
    auto reason = fields.text("reason");
    auto who = fields.text("who");
    auto boot = fields.text("boot");
    const auto since_steady = fields.number("since_steady");
    const auto since_wall = fields.number("since_wall");
    const auto until_steady = fields.number("until_steady");
    const auto until_wall = fields.number("until_wall");
    if (fields.number("version") != version || !id || *id == 0 || *id >= ids_end || !on || !name || !reason ||
        !who || !boot || !since_steady || !since_wall || !until_steady || !until_wall)
        return std::nullopt;
    // Of everything there is but one; whatever else is held has a name.
    if (name->empty() != (*on == HoldScope::On::everything)) return std::nullopt;
    const core::Now since{time_of<core::SteadyTime>(*since_steady), time_of<core::WallTime>(*since_wall)};
    const core::Now until{time_of<core::SteadyTime>(*until_steady), time_of<core::WallTime>(*until_wall)};
    if (!in_order(since, until)) return std::nullopt;
    return Written{{static_cast<std::uint64_t>(*id),
                    {*on, std::move(*name)},
                    since,
                    until,
                    std::move(*reason),
                    std::move(*who),
                    true},
                   std::move(*boot)};
}

// What is on the wall, on the steady clock.
core::SteadyTime steady_of(core::WallTime time, core::Now now) {
    const core::WallTime::duration away =
        std::clamp<core::WallTime::duration>(time - now.wall, -longest, longest);
    return now.steady + duration_cast<core::SteadyTime::duration>(away);
}

bool covers(const HoldScope& scope, const policy::ServerTraits& server,
            const std::vector<const policy::Rule*>& rules) {
    switch (scope.on) {
        case HoldScope::On::everything: return true;
        case HoldScope::On::server: return core::fold_case(scope.name) == core::fold_case(server.name);
        case HoldScope::On::tag:
            return std::find(server.tags.begin(), server.tags.end(), scope.name) != server.tags.end();
        case HoldScope::On::rule:
            return std::any_of(rules.begin(), rules.end(), [&](const policy::Rule* rule) {
                return rule && rule->key.name == scope.name;
            });
    }
    return true;
}

// Servers are the same whatever the case they are written in.
bool same(const HoldScope& a, const HoldScope& b) {
    if (a.on != b.on) return false;
    if (a.on == HoldScope::On::server) return core::fold_case(a.name) == core::fold_case(b.name);
    return a.name == b.name;
}

}  // namespace

std::string to_string(const HoldScope& scope) {
    std::string text{word_of(scope.on)};
    if (scope.on != HoldScope::On::everything) text += " " + scope.name;
    return text;
}

const Hold& HoldBook::add(HoldScope scope, core::Seconds length, std::string reason, std::string who,
                          core::Now now) {
    length = std::clamp(length, core::Seconds{0}, longest);
    holds_.push_back({next_++,
                      std::move(scope),
                      now,
                      {now.steady + length, now.wall + length},
                      std::move(reason),
                      std::move(who),
                      false});
    return holds_.back();
}

std::vector<Hold> HoldBook::remove(const HoldScope& scope) {
    std::vector<Hold> removed;
    std::erase_if(holds_, [&](const Hold& hold) {
        if (!same(hold.scope, scope)) return false;
        removed.push_back(hold);
        return true;
    });
    return removed;
}

std::optional<Hold> HoldBook::remove(std::uint64_t id) {
    const auto found =
        std::find_if(holds_.begin(), holds_.end(), [&](const Hold& hold) { return hold.id == id; });
    if (found == holds_.end()) return std::nullopt;
    auto removed = std::move(*found);
    holds_.erase(found);
    return removed;
}

void HoldBook::written(std::uint64_t id) {
    for (auto& hold : holds_) hold.durable = hold.durable || hold.id == id;
}

std::vector<Hold> HoldBook::expire(core::SteadyTime now) {
    std::vector<Hold> over;
    std::erase_if(holds_, [&](const Hold& hold) {
        if (hold.until.steady > now) return false;
        over.push_back(hold);
        return true;
    });
    return over;
}

const Hold* HoldBook::in_the_way(const policy::ServerTraits& server,
                                 const std::vector<const policy::Rule*>& rules, core::SteadyTime now) const {
    const Hold* last = nullptr;
    for (const auto& hold : holds_) {
        if (hold.until.steady <= now || !covers(hold.scope, server, rules)) continue;
        if (!last || hold.until.steady > last->until.steady) last = &hold;
    }
    return last;
}

std::string HoldBook::write(const Hold& hold, const std::string& boot) {
    JsonWriter json;
    json.begin_object()
        .field("version", version)
        .field("id", static_cast<std::int64_t>(hold.id))
        .field("on", word_of(hold.scope.on))
        .field("name", hold.scope.name)
        .field("since_steady", number_of(hold.since.steady))
        .field("since_wall", number_of(hold.since.wall))
        .field("until_steady", number_of(hold.until.steady))
        .field("until_wall", number_of(hold.until.wall))
        .field("reason", hold.reason)
        .field("who", hold.who)
        .field("boot", boot)
        .end_object();
    return json.text();
}

std::optional<Hold> HoldBook::read(const std::string& text, const std::string& boot, core::Now now) {
    std::optional<Written> written;
    try {
        written = parse(text);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    if (!written) return std::nullopt;
    Hold hold = std::move(written->hold);
    // A boot that is not known is nobody's. And what began in time to come was counted by another clock, as
    // that of a container may be.
    const bool same_clock = !boot.empty() && written->boot == boot && hold.since.steady <= now.steady;
    if (!same_clock) {
        // It may have begun before this clock did.
        hold.since.steady = std::clamp(steady_of(hold.since.wall, now), core::SteadyTime{}, now.steady);
        hold.until.steady = std::max(steady_of(hold.until.wall, now), hold.since.steady);
    }
    return hold;
}

void HoldBook::restore(Hold hold) {
    const bool taken =
        std::any_of(holds_.begin(), holds_.end(), [&](const Hold& other) { return other.id == hold.id; });
    if (taken) hold.id = next_;
    next_ = std::max(next_, hold.id + 1);
    holds_.push_back(std::move(hold));
}

}  // namespace curfew::daemon
