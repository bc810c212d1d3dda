#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

using policy::Concurrent;

constexpr std::string_view a_concurrent =
    "a map such as `{more_than: 2, count: clients, per: user, across: fleet, end: oldest}`";

constexpr std::array counts{Word<Concurrent::Count>{"clients", Concurrent::Count::clients},
                            Word<Concurrent::Count>{"sessions", Concurrent::Count::sessions}};
constexpr std::array pers{Word<Concurrent::Per>{"user", Concurrent::Per::user},
                          Word<Concurrent::Per>{"client", Concurrent::Per::client},
                          Word<Concurrent::Per>{"user+client", Concurrent::Per::user_and_client}};
constexpr std::array acrosses{Word<Concurrent::Across>{"server", Concurrent::Across::server},
                              Word<Concurrent::Across>{"fleet", Concurrent::Across::fleet}};
constexpr std::array ends{Word<Concurrent::End>{"oldest", Concurrent::End::oldest},
                          Word<Concurrent::End>{"newest", Concurrent::End::newest},
                          Word<Concurrent::End>{"most_idle", Concurrent::End::most_idle}};

template <class T, std::size_t N>
bool read_into(T& out, const std::optional<Value>& value, const std::array<Word<T>, N>& words) {
    if (!value) return false;
    const auto read = read_enum(*value, words);
    if (read) out = *read;
    return read.has_value();
}

// What is one by its nature is never too many, and what one call ends together leaves nothing behind.
void refuse_what_can_never_act(const Concurrent& node, const Value& value) {
    if (node.per == Concurrent::Per::user_and_client && node.across == Concurrent::Across::server)
        value.error(
            "this can never act: all sessions of one user and client on one server end together; write "
            "`across: fleet`, or count `per: user`");
    else if (node.count == Concurrent::Count::clients && node.per != Concurrent::Per::user)
        value.error("this can never act: a client has one client; write `count: sessions`, or `per: user`");
}

}  // namespace

// Everything is to be said: there is no number of sessions that everybody would guess.
std::optional<Concurrent> read_concurrent(const Value& value) {
    MapReader map(value, a_concurrent);
    const auto more_than = map.required("more_than", "say how many may stay, such as `more_than: 2`");
    const auto count = map.required("count", "write `count: clients` or `count: sessions`");
    const auto per = map.required("per", "write `per: user`, `per: client` or `per: user+client`");
    const auto across = map.required("across", "write `across: fleet` or `across: server`");
    const auto end = map.required("end", "say who goes: `end: oldest`, `end: newest` or `end: most_idle`");
    map.finish();
    Concurrent node;
    const auto number =
        more_than ? read_number(*more_than, "a whole number such as `2`", {.least = 1}) : std::nullopt;
    const bool counted = read_into(node.count, count, counts);
    const bool grouped = read_into(node.per, per, pers);
    const bool spread = read_into(node.across, across, acrosses);
    const bool ordered = read_into(node.end, end, ends);
    if (!map.ok() || !number || !counted || !grouped || !spread || !ordered) return std::nullopt;
    node.more_than = *number;
    refuse_what_can_never_act(node, value);
    return node;
}

}  // namespace curfew::config
