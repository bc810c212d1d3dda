#pragma once
// How a RuleIndex is made. First all conditions are taken apart into clauses; then, how many there are being
// known, each part of a clause goes where it is looked up, or is left as a question.

#include <optional>
#include <vector>

#include "policy/rule_index.hpp"

namespace curfew::policy {

class RuleIndex::Builder {
  public:
    explicit Builder(RuleIndex& index) : index_(index) {}

    // The next entry; its condition has to live until finish().
    void take_apart(const Condition& condition, bool asks_certain, bool as_a_whole = false);
    std::size_t clauses() const { return drafts_.size(); }
    void finish();

  private:
    struct Bounds {
        std::optional<Interval> interval;
        const Literal* literal = nullptr;
    };
    // A clause, sorted by kind. What is null or empty it does not say; what it says twice is a question.
    struct Draft {
        std::uint32_t entry = 0;
        bool asks_certain = false;
        bool as_a_whole = false;
        Clause literals;
        const Literal *user = nullptr, *client = nullptr, *server = nullptr, *tags = nullptr,
                      *schedule = nullptr, *guest = nullptr, *plaintext = nullptr;
        Bounds idle, connected, open_files;
        std::vector<const Literal*> questions;
    };
    class Sorting;

    void ranges(Bounds Draft::*kind, const Bits& lenient, RangeIndex& out);
    void users();
    void clients();
    void servers();
    void tags();
    void schedules();
    void flags(const Bits& lenient);
    void questions();

    RuleIndex& index_;
    std::vector<Draft> drafts_;
    std::uint32_t entries_ = 0;
};

}  // namespace curfew::policy
