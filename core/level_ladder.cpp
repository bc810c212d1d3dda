#include "core/level_ladder.hpp"

#include "core/errors/net_api_status.hpp"

namespace curfew::core {

void LevelLadder::from_the_top() {
    step_ = 0;
    settled_ = false;
    denied_.clear();
    unsupported_.clear();
}

LevelLadder::Next LevelLadder::answered(std::uint32_t status) {
    const auto code = static_cast<NetApiStatus>(status);
    const bool denied = code == NetApiStatus::access_denied;
    const bool unknown = code == NetApiStatus::invalid_level || code == NetApiStatus::not_supported;
    if (!denied && !unknown) {
        const bool good = code == NetApiStatus::success || code == NetApiStatus::more_data ||
                          code == NetApiStatus::client_name_not_found || code == NetApiStatus::user_not_found;
        if (good) settled_ = true;
        return Next::take;
    }
    // A level that was answered until now and is refused today: rights have changed. Look afresh, from the
    // richest.
    if (settled_) {
        const bool was_richest = step_ == 0;
        from_the_top();
        if (!was_richest) return Next::ask_again;
    }
    (denied ? denied_ : unsupported_).push_back(level());
    if (step_ + 1 < all_levels.size()) {
        ++step_;
        return Next::ask_again;
    }
    refused_for_rights_ = !denied_.empty();
    from_the_top();  // nothing was answered: the next look begins anew
    return Next::take;
}

}  // namespace curfew::core
