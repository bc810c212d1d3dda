#pragma once
// Which sessions one NetSessionDel would end, and which sessions are named by the same one.

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/facts.hpp"

namespace curfew::policy {

// A client and a user: what one call can name. Domains are left out, so that LAB\anna and OTHER\anna are one:
// a server that does not report domains may not tell them apart either.
struct Pair {
    std::vector<std::size_t> members;  // sessions of that client and user, in the look's order
};

// Everything about one look that is asked more than once.
class Targets {
  public:
    explicit Targets(const ServerLook& look);

    const std::vector<Pair>& pairs() const { return pairs_; }  // by their first session
    std::vector<std::size_t> of(std::size_t session) const;

  private:
    const ServerLook& look_;
    bool whole_client_;
    std::vector<Pair> pairs_;
    std::vector<std::size_t> pair_of_;  // by session
    std::unordered_map<std::string, std::vector<std::size_t>> by_client_;
};

}  // namespace curfew::policy
