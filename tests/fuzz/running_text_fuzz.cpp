// What the daemon keeps in its audit and lends over the control socket, and what it is asked there by hand:
// memory, trips, holds, spent limits, plans, lists. The first byte says as what the rest is read. What is
// read can be written, and then reads as the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "daemon/running/lent.hpp"
#include "daemon/running/memory_text.hpp"
#include "daemon/running/requests.hpp"
#include "daemon/running/wide_bytes.hpp"

namespace {

using namespace curfew;
using namespace curfew::daemon;

constexpr const char* boot = "b";
const core::Now now{core::SteadyTime{} + core::Seconds{100'000},
                    core::WallTime{} + core::Seconds{1'800'000'000}};

void require(bool holds) {
    if (!holds) std::abort();
}

template <class T> bool fine(const core::Result<T>& read) {
    if (!read) require(!read.error().context.empty());
    return static_cast<bool>(read);
}

void memory(const std::string& text) {
    if (const auto read = read_memory(text, boot)) {
        const auto written = write_memory(*read, boot, now);
        const auto again = read_memory(written, boot);
        require(again && write_memory(*again, boot, now) == written);
        require(read_seen(written)->steady == now.steady);
        require(!read_memory(written, "another"));
    }
    if (const auto seen = read_seen(text)) {
        // Whoever asks how long ago that was can reckon with it.
        const auto ago = now.steady - seen->steady;
        const auto by_the_wall = now.wall - seen->wall;
        require(now.steady - ago == seen->steady && now.wall - by_the_wall == seen->wall);
    }
}

void trip(const std::string& text) {
    const auto read = read_trip(text);
    if (read) require(read_trip(write_trip(*read)) == read);
}

void lent(const std::string& text) {
    const auto read = read_lent(text, boot, now);
    if (!fine(read)) return;
    for (const auto& spent : read->spent) {
        const auto ago = now.wall - spent.at;
        require(now.wall - ago == spent.at);
    }
    const auto written = write_lent(*read, boot);
    const auto again = read_lent(written, boot, now);
    require(fine(again) && write_lent(*again, boot) == written);
}

void asked(const std::string& text) {
    if (const auto hand = read_hand_request(text); fine(hand)) {
        require(hand->client || hand->user);
        require(fine(read_hand_request(hand_request_json(*hand))));
    }
    if (const auto token = read_token(text); fine(token))
        require(read_token(hand_end_json(*token)).value() == *token);
    if (const auto apply = read_apply_request(text); fine(apply)) {
        require(apply->max_age >= core::Seconds{0});
        fine(check_age(apply->plan.made, now.wall, apply->max_age));
    }
    if (const auto path = read_diff_request(text); fine(path))
        require(read_diff_request(diff_request_json(*path)).value() == *path);
}

void answered(const std::string& text) {
    if (const auto list = read_hand_list(text); fine(list)) {
        const auto written = hand_list_json(list->first, list->second);
        const auto again = read_hand_list(written);
        require(fine(again) && hand_list_json(again->first, again->second) == written);
    }
    if (const auto outcome = read_hand_outcome(text); fine(outcome)) {
        const auto written = hand_outcome_json(*outcome);
        require(hand_outcome_json(read_hand_outcome(written).value()) == written);
    }
    if (const auto applied = read_applied(text); fine(applied)) {
        const auto written = applied_json(*applied);
        require(applied_json(read_applied(written).value()) == written);
    }
    fine(read_diff(text));
}

void bytes(const std::string& text) {
    require(narrowed(widened(text)) == text);
    if (const auto narrow = narrowed(text)) require(widened(*narrow) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t enough = 64 * 1024;
    if (size == 0 || size > enough) return 0;
    const std::string text(data + 1, data + size);
    switch (data[0]) {
        case 'm': memory(text); break;
        case 't': trip(text); break;
        case 'l': lent(text); break;
        case 'q': asked(text); break;
        case 'a': answered(text); break;
        default: bytes(text);
    }
    return 0;
}
