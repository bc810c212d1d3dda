#include "policy/required.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/text/utf.hpp"

namespace curfew::policy {
namespace {

// Runs of literal text, from left to right, with gaps in between.
class Runs {
  public:
    void literal(std::string_view text) { run_ += text; }
    void gap() {
        end_run();
        begun_ = true;
    }
    // The last character may be there more than once, but once at least.
    void repeated(std::size_t bytes) {
        const std::string last = run_.substr(run_.size() - bytes);
        gap();
        run_ = last;
        gap();
    }
    // The last character may be missing.
    void optional(std::size_t bytes) {
        run_.resize(run_.size() - bytes);
        gap();
    }
    Required take() {
        required_.suffix = run_;
        end_run();
        required_ = {core::fold_case(required_.prefix), core::fold_case(required_.suffix),
                     core::fold_case(required_.inner)};
        return std::move(required_);
    }

  private:
    void end_run() {
        if (!begun_) required_.prefix = run_;
        begun_ = true;
        if (run_.size() > required_.inner.size()) required_.inner = run_;
        run_.clear();
    }
    Required required_;
    std::string run_;
    bool begun_ = false;
};

Required required_of_glob(std::string_view glob) {
    Runs runs;
    for (std::size_t at = 0; at < glob.size(); ++at) {
        const char c = glob[at];
        if (c == '*' || c == '?') {
            runs.gap();
        } else if (c == '[') {
            runs.gap();
            // A `]` right at the beginning is a member. glob.cpp has seen that the class is closed.
            at = glob.find(']', at + (glob[at + 1] == '!' ? 3 : 2));
        } else {
            runs.literal(glob.substr(at, 1));
        }
    }
    return runs.take();
}

// Expressions of literals, classes and groups, as people write them. Whatever else there is proves nothing.
class Expression {
  public:
    explicit Expression(std::string_view text) : text_(text) {}

    std::vector<Required> run() {
        std::vector<Required> branches;
        for (;;) {
            Runs runs;
            while (at_ < text_.size() && text_[at_] != '|')
                if (!piece(runs)) return {};
            branches.push_back(runs.take());
            if (at_ == text_.size()) return branches;
            ++at_;
        }
    }

  private:
    bool piece(Runs& runs) {
        const std::size_t from = at_;
        const char c = text_[at_++];
        switch (c) {
            case '[':
                if (!skip_class()) return false;
                return gap(runs);
            case '(':
                if (!skip_group()) return false;
                return gap(runs);
            case '\\': return escape(runs);
            case '.':
            case '^':
            case '$': return gap(runs);
            case '*':
            case '+':
            case '?':
            case '{':
            case ')': return false;
            default: break;
        }
        while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
        return literal(runs, text_.substr(from, at_ - from));
    }

    bool escape(Runs& runs) {
        if (at_ == text_.size()) return false;
        const char c = text_[at_++];
        if (std::string_view{"dDwWsSbB"}.find(c) != std::string_view::npos) return gap(runs);
        if (!std::ispunct(static_cast<unsigned char>(c))) return false;
        return literal(runs, text_.substr(at_ - 1, 1));
    }

    bool literal(Runs& runs, std::string_view character) {
        runs.literal(character);
        const auto least = repetition();
        if (!least) return false;
        if (*least == Times::none_or_more) runs.optional(character.size());
        if (*least == Times::one_or_more) runs.repeated(character.size());
        return true;
    }
    bool gap(Runs& runs) {
        runs.gap();
        return repetition().has_value();
    }

    enum class Times { once, one_or_more, none_or_more };
    std::optional<Times> repetition() {
        Times times = Times::once;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '+') {
                times = std::max(times, Times::one_or_more);
            } else if (c == '*' || c == '?') {
                times = Times::none_or_more;
            } else if (c == '{') {
                // `{0}` is allowed too, and a brace that counts nothing is one.
                const auto close = text_.find_first_not_of("0123456789,", at_ + 1);
                if (close == std::string_view::npos || text_[close] != '}' || close == at_ + 1)
                    return std::nullopt;
                times = Times::none_or_more;
                at_ = close;
            } else {
                break;
            }
            ++at_;
        }
        return times;
    }

    // Behind the bracket. Where a `]` stands right at the beginning, or a named class is not closed, nothing
    // is certain.
    bool skip_class() {
        if (at_ < text_.size() && text_[at_] == '^') ++at_;
        if (at_ < text_.size() && text_[at_] == ']') return false;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == ']') {
                ++at_;
                return true;
            }
            if (text_[at_] == '\\') ++at_;
            if (text_.substr(at_).starts_with("[:")) {
                const auto close = text_.find(":]", at_ + 2);
                if (close == std::string_view::npos) return false;
                at_ = close + 1;
            }
        }
        return false;
    }

    bool skip_group() {
        // Flags may change what follows the group.
        if (text_.substr(at_).starts_with("?") && !text_.substr(at_).starts_with("?:")) return false;
        for (int depth = 1; at_ < text_.size();) {
            const char c = text_[at_++];
            if (c == '[' && !skip_class()) return false;
            if (c == '\\') {
                if (at_ == text_.size() || text_[at_] == 'Q') return false;
                ++at_;
            }
            if (c == '(') {
                if (text_.substr(at_).starts_with("?") && !text_.substr(at_).starts_with("?:")) return false;
                ++depth;
            }
            if (c == ')' && --depth == 0) return true;
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Required> required_of(const NamePattern& pattern) {
    const std::string_view text = pattern.text();
    if (!pattern.is_expression()) return {required_of_glob(text)};
    return Expression{text.substr(1, text.size() - 2)}.run();
}

}  // namespace curfew::policy
