#include "core/lab/scenario.hpp"

#include <numeric>

#include "core/address.hpp"

namespace curfew::core::lab {
namespace {

// The brackets, the zone and the `::ffff:` of the first address are on all that follow it.
std::string spelt_as(std::string_view first, const IpAddress& address) {
    const bool brackets = first.starts_with('[');
    std::string out = address.to_string();
    if (address.is_v4() && first.find(':') != std::string_view::npos) out = "::ffff:" + out;
    if (brackets) first = first.substr(1, first.size() - 2);
    if (const auto zone = first.find('%'); zone != std::string_view::npos) out += first.substr(zone);
    return brackets ? "[" + out + "]" : out;
}

void append(const LabSession& group, std::vector<LabSession>& all) {
    std::optional<IpAddress> first;
    if (group.client.find(number_mark) == std::string::npos) first = IpAddress::parse(group.client);
    auto last = first;
    for (std::uint32_t before = 0; before < group.count; ++before) {
        LabSession one = group;
        one.count = 1;
        one.user = numbered(group.user, before + 1);
        if (first && before > 0) {
            if (const auto next = first->advanced_by(before)) last = next;
            one.client = spelt_as(group.client, *last);
        } else {
            one.client = numbered(group.client, before + 1);
        }
        all.push_back(std::move(one));
    }
}

}  // namespace

std::string numbered(std::string_view text, std::uint32_t number) {
    std::string out;
    for (auto at = text.find(number_mark); at != std::string_view::npos; at = text.find(number_mark)) {
        out.append(text.substr(0, at)).append(std::to_string(number));
        text.remove_prefix(at + number_mark.size());
    }
    return out.append(text);
}

std::vector<LabSession> each_session(const LabServer& server) {
    std::vector<LabSession> all;
    all.reserve(std::accumulate(
        server.sessions.begin(), server.sessions.end(), std::size_t{0},
        [](std::size_t sum, const LabSession& group) { return sum + std::size_t{group.count}; }));
    for (const LabSession& group : server.sessions) append(group, all);
    return all;
}

}  // namespace curfew::core::lab
