#include "policy/glob.hpp"

#include "core/text/utf.hpp"

namespace curfew::policy {
namespace {

bool is_plain(char32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Everything but letters and digits goes by number: then no character can mean anything to RE2.
void append_literal(std::string& out, char32_t c) {
    if (is_plain(c)) {
        out.push_back(static_cast<char>(c));
        return;
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string number;
    do {
        number.insert(number.begin(), digits[c % 16]);
        c /= 16;
    } while (c != 0);
    out += "\\x{" + number + "}";
}

class Translator {
  public:
    explicit Translator(std::string_view text) : text_(text) {}

    Compiled<Glob> run() {
        glob_.everything = !text_.empty() && text_.find_first_not_of('*') == std::string_view::npos;
        std::size_t backslashes = 0;
        while (at_ < text_.size()) {
            const char32_t c = next();
            if (c == U'*') {
                glob_.expression += ".*";
            } else if (c == U'?') {
                glob_.expression += ".";
            } else if (c == U'[') {
                if (auto problem = translate_class()) return *std::move(problem);
            } else {
                if (c == U'\\') {
                    glob_.backslash = true;
                    glob_.name_begins = ++backslashes == 1 ? std::optional{at_} : std::nullopt;
                }
                append_literal(glob_.expression, c);
            }
        }
        return std::move(glob_);
    }

  private:
    // The text is known to be UTF-8.
    char32_t next() {
        const auto byte = [&] { return static_cast<unsigned char>(text_[at_++]); };
        const char32_t first = byte();
        if (first < 0x80) return first;
        const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        char32_t c = first & (0x3Fu >> more);
        for (int i = 0; i < more; ++i) c = c << 6 | (byte() & 0x3Fu);
        return c;
    }
    bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

    // Behind the bracket that opens a class. As in every shell, a `]` right at its beginning is a member.
    std::optional<PatternProblem> translate_class() {
        std::string& out = glob_.expression;
        out += '[';
        if (next_is('^')) {
            // Some shells read this as "not", others as a circumflex. Either guess could end somebody.
            return PatternProblem{"'[^' means different things to different people: write [!x] for 'not x'"};
        }
        if (next_is('!')) {
            ++at_;
            out += '^';
        }
        for (bool first = true;; first = false) {
            if (at_ >= text_.size()) {
                return PatternProblem{"'[' is never closed: write [[] for the bracket itself"};
            }
            const char32_t from = next();
            if (from == U']' && !first) break;
            if (from == U'[' && (next_is(':') || next_is('.') || next_is('='))) {
                return PatternProblem{
                    "named classes are not part of globs: use an expression in slashes, as in "
                    "/[[:digit:]]+/"};
            }
            char32_t to = from;
            const bool is_range = next_is('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
            if (is_range) {
                ++at_;
                to = next();
                if (to < from)
                    return PatternProblem{"a range in '[...]' runs from a later to an earlier character"};
            }
            if (from <= U'\\' && U'\\' <= to) glob_.backslash = true;
            append_literal(out, from);
            if (is_range) {
                out += '-';
                append_literal(out, to);
            }
        }
        out += ']';
        return std::nullopt;
    }
    static void append_member(std::string& out, char32_t c) { append_literal(out, c); }

    std::string_view text_;
    std::size_t at_ = 0;
    Glob glob_;
};

}  // namespace

Compiled<Glob> translate_glob(std::string_view text) {
    if (!core::is_valid_utf8(text)) return PatternProblem{"the pattern is not valid UTF-8"};
    return Translator{text}.run();
}

// Only the last star met can have to give way: what stands before it has been found at its earliest.
bool wildcards_match(std::string_view glob, std::string_view text) {
    const auto after_character = [&](std::size_t at) {
        do ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
        return at;
    };
    std::size_t pattern = 0, at = 0;
    std::optional<std::size_t> star;
    std::size_t star_ends = 0;
    while (at < text.size()) {
        if (pattern < glob.size() && glob[pattern] == '*') {
            star = pattern++;
            star_ends = at;
        } else if (pattern < glob.size() && glob[pattern] == '?') {
            ++pattern;
            at = after_character(at);
        } else if (pattern < glob.size() && glob[pattern] == text[at]) {
            ++pattern;
            ++at;
        } else if (star) {
            pattern = *star + 1;
            at = star_ends = after_character(star_ends);
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', pattern) == std::string_view::npos;
}

}  // namespace curfew::policy
