#pragma once
// RE2 bounds one expression. A configuration of thousands may still cost minutes and gigabytes to read, so
// all of them together have a bound too: a hundred times what anybody writes.

#include <cstddef>
#include <string_view>

#include "policy/pattern.hpp"

namespace curfew::config {

class ExpressionBudget {
  public:
    // As Pattern::compile(), as long as there is something left. Names and globs cost nothing.
    template <class Pattern> policy::Compiled<Pattern> compile(std::string_view text) {
        const bool expression = text.starts_with('/');
        if (expression && left_ == 0)
            return policy::PatternProblem{
                "the regular expressions of this configuration are too large together; write globs, or "
                "fewer"};
        auto pattern = Pattern::compile(text);
        // One that RE2 refused for its size has cost as much as one of the largest.
        if (expression) spend(pattern ? pattern->expression_size() : largest);
        return pattern;
    }

  private:
    static constexpr std::size_t largest = 200'000;  // instructions
    void spend(std::size_t size) { left_ -= size < left_ ? size : left_; }
    std::size_t left_ = 1'000'000;
};

}  // namespace curfew::config
