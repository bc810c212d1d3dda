#pragma once
// The JSON of `disconnect --everywhere` over the control socket (control/PROTOCOL.md). Requests and lines are
// one object of JSON each; readers say EINVAL and which field it is.

#include <string>
#include <string_view>

#include "core/errors/error.hpp"
#include "daemon/by_hand/everywhere.hpp"

namespace curfew::daemon {

inline constexpr std::size_t most_selectors = 1000;  // users and clients that one request names

std::string everywhere_look_json(const EverywhereRequest& request);
core::Result<EverywhereRequest> read_everywhere_look(std::string_view text);

// What a person agrees to: that, and so many.
struct EverywhereAgreed {
    std::uint64_t token = 0;
    std::uint64_t disconnects = 0;
};
std::string everywhere_end_json(const EverywhereAgreed& agreed);
core::Result<EverywhereAgreed> read_everywhere_end(std::string_view text);

std::string news_json(const EverywhereNews& news);
core::Result<EverywhereNews> read_news(std::string_view text);

// The last line of the look.
struct EverywhereSummary {
    std::uint64_t token = 0;  // 0: there is nothing to agree to
    std::uint64_t servers = 0;
    std::uint64_t disconnects = 0;
    std::uint64_t sessions = 0;
    std::uint64_t unasked = 0;
};
EverywhereSummary summary_of(const EverywhereShown& shown, std::uint64_t token);
std::string summary_json(const EverywhereSummary& summary);
bool is_summary(std::string_view text);
core::Result<EverywhereSummary> read_summary(std::string_view text);

}  // namespace curfew::daemon
