#pragma once
// Policies and sessions by dice, from seeds that stay: few names and few values, so that everything meets
// everything often.

#include <random>

#include "builders.hpp"

namespace curfew::policy::build {

class Dice {
  public:
    explicit Dice(unsigned seed) : random_(seed) {}

    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
    bool one_in(unsigned n) { return below(n) == 0; }
    template <class T, std::size_t N> const T& pick(const T (&choices)[N]) { return choices[below(N)]; }

    // What not every test can do with: `concurrent`, and `or_quiet`.
    bool counts = false;
    bool falls_back = false;

    Condition concurrent() {
        Concurrent node;
        node.more_than = 1 + below(2);
        node.count = one_in(2) ? Concurrent::Count::clients : Concurrent::Count::sessions;
        node.per = one_in(3) ? Concurrent::Per::client : Concurrent::Per::user;
        node.across = one_in(4) ? Concurrent::Across::server : Concurrent::Across::fleet;
        static constexpr Concurrent::End ends[] = {Concurrent::End::oldest, Concurrent::End::newest,
                                                   Concurrent::End::most_idle};
        node.end = pick(ends);
        return {node};
    }

    Condition condition(int depth = 2) {
        if (counts && one_in(3)) return concurrent();
        if (falls_back && one_in(5)) {
            const core::Seconds least{below(3) * 1800};
            Range<core::Seconds> range{least, std::nullopt};
            if (one_in(3)) range.below = least + 600s;
            return {IdleIn{range, core::Seconds{below(3) * 600}}};
        }
        static constexpr const char* users[] = {"anna", "b*",         "svc-*",     "*",
                                                "",     "/an+a|bob/", "LAB\\anna", "/lab\\\\.*/"};
        static constexpr const char* clients[] = {"10.20.1.7", "10.20.0.0/16", "WKS-*", "*", "fe80::/10"};
        switch (below(depth > 0 ? 11 : 8)) {
            case 0: return user({pick(users), pick(users)});
            case 1: return client({pick(clients)});
            case 2: return idle(core::Seconds{below(3) * 1800});
            case 3: return open_files(below(2));
            case 4: return attribute();
            case 5: return {ConnectedIn{{std::nullopt, core::Seconds{below(3) * 3600}}}};
            case 6: return hours();
            case 7: return {QuietIn{{core::Seconds{below(3) * 600}, std::nullopt}}};
            case 8: return not_(condition(depth - 1));
            case 9: return all({condition(depth - 1), condition(depth - 1)});
            default: return any({condition(depth - 1), condition(depth - 1)});
        }
    }

    // What only some levels tell.
    Condition attribute() {
        static constexpr const char* transports[] = {"tcp*", "/.*6/", "*", ""};
        static constexpr const char* client_types[] = {"Windows*", "", "**"};
        switch (below(3)) {
            case 0: return transport({pick(transports)});
            case 1: return client_type({pick(client_types)});
            default: return {FlagIs{below(2) ? core::sess_guest : core::sess_noencryption, below(2) == 0}};
        }
    }

    // `now` is at 08:00 in UTC. What closes or opens does so within the next minutes, by one clock or the
    // other.
    Condition hours() {
        using namespace std::chrono;
        const minutes soon = 8h + minutes{below(8)} + (one_in(3) ? 12h : 0h);
        Timetable table;
        auto& windows = table.dates[local_days{floor<days>(now.wall).time_since_epoch()}];
        switch (below(4)) {
            case 0: windows = {{0h, soon + 1min}}; break;
            case 1: windows = {{soon, 24h}}; break;
            case 2: windows = {{0h, 24h}}; break;
            default: windows = {{12h, 24h}};
        }
        std::optional<Zone> clock;
        if (one_in(2)) clock = zone();
        auto name = "s" + std::to_string(++schedules_);  // names are unique
        return {InSchedule{
            {std::make_shared<const Schedule>(std::move(name), std::move(clock), std::move(table))}}};
    }
    Zone zone() {
        using namespace std::chrono;
        return {"z", {{sys_seconds{}, one_in(3) ? 12h : 0h}}, sys_days{year{2038} / 1 / 1}};
    }

    Rule rule(int number) {
        const auto name = "r" + std::to_string(number);
        if (one_in(4)) return keep(name, condition());
        auto result =
            disconnect(name, one_in(4) ? always() : condition(), one_in(4) ? Mode::observe : Mode::enforce);
        if (one_in(6)) result.rollout = rollout();
        return result;
    }
    Rollout rollout() {
        if (one_in(2)) return RolloutTags{{"ring0"}};
        return RolloutShare{below(3) * 5'000, [](std::string_view rule, std::string_view) -> std::uint32_t {
                                return rule == "r1" ? 4'999 : 9'999;
                            }};
    }

    Policy any_policy() {
        Policy result;
        for (unsigned i = below(4); i > 0; --i) result.rules.push_back(rule(static_cast<int>(i)));
        result.rules.push_back(disconnect("last", one_in(2) ? always() : condition()));
        if (one_in(2)) result.protect.push_back({condition(), "protected"});
        return result;
    }

    SessionSpec session() {
        static constexpr const char* users[] = {"anna",       "Anna", "LAB\\anna", "bob",
                                                "svc-backup", "",     "svc-curfew"};
        static constexpr const char* clients[] = {"10.20.1.7", "\\\\10.20.1.7", "10.30.1.1", "WKS-17",
                                                  "wks-17",    "fe80::1%3",     "10.9.9.9",  ""};
        static constexpr const char* transports[] = {"TCP", "tcp6", ""};
        static constexpr const char* client_types[] = {"Windows 10", "Linux", ""};
        SessionSpec result{.user = pick(users), .client = pick(clients)};
        result.idle = maybe(core::Seconds{below(4) * 1800});
        result.connected = maybe(core::Seconds{below(4) * 3600 + (one_in(8) ? 60 : 0)});
        result.open_files = maybe(std::uint32_t{below(3)});
        result.flags = maybe(std::uint32_t{below(4)});
        result.transport = maybe<std::string>(pick(transports));
        result.client_type = maybe<std::string>(pick(client_types));
        return result;
    }
    std::vector<SessionSpec> sessions() {
        std::vector<SessionSpec> result;
        for (unsigned i = 1 + below(8); i > 0; --i) result.push_back(session());
        return result;
    }
    ServerTraits any_server() {
        static constexpr Kind kinds[] = {Kind::windows, Kind::samba, Kind::automatic};
        auto traits = server(pick(kinds));
        traits.shared_connections = !one_in(3);
        if (!one_in(5)) traits.timezone = zone();
        if (one_in(2)) traits.tags = {"ring0"};
        return traits;
    }

  private:
    template <class T> std::optional<T> maybe(T value) {
        if (one_in(5)) return std::nullopt;
        return value;
    }
    std::mt19937 random_;
    int schedules_ = 0;
};

}  // namespace curfew::policy::build
