#pragma once
// What `disconnect --everywhere` shows: before it asks, while it runs, and at the end. Text for people, with
// names escaped; the head of what is long, and numbers for the rest.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/by_hand/everywhere_messages.hpp"

namespace curfew::daemon {

class EverywhereBoard {
  public:
    void take(const EverywhereNews& news);

    // Who would be ended, who stays and why, which servers could not be asked.
    std::string shown() const;
    static std::string question(const EverywhereSummary& summary);  // without "?"

    // One line without its end; empty: nothing that has to be said now. Call outcomes are said one by one
    // only while there are few of them, or when they are not good.
    std::string said(const EverywhereNews& news) const;
    std::string progress() const;
    // The numbers, and the servers that have not been asked.
    std::string over() const;
    const EverywhereCounts& counts() const { return counts_; }

  private:
    std::vector<ShownThere> head_;  // so many pairs and no more
    std::size_t head_rows_ = 0;
    struct There {
        std::uint64_t disconnects = 0;
        std::uint64_t sessions = 0;
    };
    std::map<std::string, There> by_server_;
    std::uint64_t disconnects_ = 0;
    std::uint64_t stays_ = 0;
    std::map<std::string, std::string> unasked_;  // and why
    EverywhereCounts counts_;
};

}  // namespace curfew::daemon
