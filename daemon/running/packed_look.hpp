#pragma once
// A look at rest. Of every server the last one is kept, and hardly ever asked for: of a session it takes some
// 50 bytes instead of 500, for what is empty takes none, and a name that is told in several forms is there
// once. What comes back is what went in.

#include "core/bytes/writer.hpp"
#include "policy/facts.hpp"

namespace curfew::daemon {

class PackedLook {
  public:
    explicit PackedLook(const policy::ServerLook& look);

    // With the name of the server alone for its traits: those are the configuration's.
    policy::ServerLook unpacked() const;

    const core::Now& at() const { return at_; }
    policy::Kind kind() const { return kind_; }
    core::Level level() const { return level_; }
    std::size_t size() const { return sessions_.size(); }  // bytes, of the sessions

  private:
    std::string server_;
    policy::Kind kind_;
    core::Level level_;
    core::Now at_;
    std::optional<core::SteadyTime> asked_;
    std::uint32_t count_;
    core::Bytes sessions_;
};

}  // namespace curfew::daemon
