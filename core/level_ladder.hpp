#pragma once
// Which information level to ask a server for. The richest one it answers is found once, from the top down,
// and remembered; a level refused for rights is remembered apart from one that the server does not know,
// because an operator can do something about the first.

#include <cstdint>
#include <vector>

#include "core/session.hpp"

namespace curfew::core {

class LevelLadder {
  public:
    Level level() const { return all_levels[step_]; }
    const std::vector<Level>& denied() const { return denied_; }
    const std::vector<Level>& unsupported() const { return unsupported_; }
    // No level was answered, and at least one was refused for rights: that is what an operator has to hear,
    // whatever the last level was refused for.
    bool refused_for_rights() const { return refused_for_rights_; }

    enum class Next {
        take,       // the status is the answer
        ask_again,  // another level is to be tried: level()
    };
    // What follows from the NET_API_STATUS with which level() was answered.
    Next answered(std::uint32_t status);

  private:
    void from_the_top();

    std::size_t step_ = 0;
    bool refused_for_rights_ = false;
    bool settled_ = false;  // the level has been answered before
    std::vector<Level> denied_;
    std::vector<Level> unsupported_;
};

}  // namespace curfew::core
