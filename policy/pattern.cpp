#include "policy/pattern.hpp"

#include <cstdio>
#include <stdexcept>

#include <re2/re2.h>

#include "core/text/utf.hpp"
#include "policy/glob.hpp"
#include "policy/pattern_lists.hpp"

namespace curfew::policy {
namespace {

// For one compiled pattern. A few thousand names joined by | fit; a bomb of repetitions does not.
constexpr std::int64_t most_memory = 8 << 20;

std::optional<PatternProblem> control_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        unsigned c = byte;
        if (byte == 0xC2 && i + 1 < text.size()) c = static_cast<unsigned char>(text[i + 1]);
        if (c >= 0x20 && c != 0x7F && !(byte == 0xC2 && c < 0xA0)) continue;
        char number[16] = {};
        std::snprintf(number, sizeof number, "U+%04X", c);
        return PatternProblem{
            std::string{"holds the control character "} + number +
            ": write it in single quotes ('CORP\\bob'), for in double quotes a backslash begins an escape"};
    }
    return std::nullopt;
}

// "the only backslash that counts is `\\`": `\Q..\E`, `\x5c` or a class without it do not ask for a domain.
bool has_escaped_backslash(std::string_view expression) {
    for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
        if (expression[i] != '\\') continue;
        if (expression[i + 1] == '\\') return true;
        ++i;
    }
    return false;
}

Compiled<std::shared_ptr<const re2::RE2>> compile_expression(std::string_view expression) {
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_dot_nl(true);  // a newline in a name is a character like any other
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(most_memory);
    // Not wrapped in a group of our own: `a)(b` must stay the error it is.
    auto compiled =
        std::make_shared<re2::RE2>(re2::StringPiece{expression.data(), expression.size()}, options);
    if (!compiled->ok()) return PatternProblem{"not a regular expression: " + compiled->error()};
    return std::shared_ptr<const re2::RE2>{std::move(compiled)};
}

}  // namespace

void throw_exception_from_error(const PatternProblem& problem, const boost::source_location&) {
    throw std::invalid_argument{problem.message};
}

Compiled<NamePattern> NamePattern::compile(std::string_view text) {
    if (auto problem = control_character(text)) return *std::move(problem);
    if (!text.starts_with('/')) return compile_glob(text);
    if (text.size() < 2 || !text.ends_with('/')) {
        return PatternProblem{"a regular expression ends in a slash, as in /svc-[0-9]+/"};
    }
    const auto source = text.substr(1, text.size() - 2);
    auto expression = compile_expression(source);
    if (!expression) return expression.error();
    NamePattern pattern;
    pattern.text_ = text;
    pattern.kind_ = Kind::expression;
    pattern.expression_ = *std::move(expression);
    pattern.backslash_ = has_escaped_backslash(source);
    return pattern;
}

Compiled<NamePattern> NamePattern::compile_glob(std::string_view text) {
    auto glob = translate_glob(text);
    if (!glob) return glob.error();
    NamePattern pattern;
    pattern.text_ = text;
    if (text.find_first_of("*?[") == std::string_view::npos) {
        pattern.plain_ = core::fold_case(text);
    } else if (text.find('[') == std::string_view::npos) {
        pattern.kind_ = Kind::wildcards;
        pattern.wildcards_ = core::fold_case(text);
    } else {
        auto expression = compile_expression(glob->expression);
        if (!expression) return expression.error();
        pattern.expression_ = *std::move(expression);
    }
    pattern.everything_ = glob->everything;
    pattern.backslash_ = glob->backslash;
    if (glob->name_begins) {
        auto name = compile_glob(text.substr(*glob->name_begins));
        if (!name) return name.error();
        pattern.name_part_ = std::make_shared<const NamePattern>(*std::move(name));
    }
    return pattern;
}

NamePattern NamePattern::list(std::string text, std::vector<NamePattern> entries) {
    NamePattern pattern;
    pattern.text_ = std::move(text);
    pattern.list_ = std::make_shared<const NameList>(std::move(entries));
    pattern.everything_ = pattern.list_->matches_everything();
    return pattern;
}

std::size_t NamePattern::expression_size() const {
    return expression_ ? static_cast<std::size_t>(expression_->ProgramSize()) : 0;
}

Truth NamePattern::matches(const NameText& name) const {
    if (everything_) return Truth::yes;
    if (list_) return list_->matches(name);
    // RE2 takes bytes that are not UTF-8 for U+FFFD; whether that is the name, nobody can say.
    if (!name.valid()) return Truth::unknown;
    if (plain_) return truth_of(name.folded() == *plain_);
    if (kind_ == Kind::wildcards) return truth_of(wildcards_match(wildcards_, name.folded()));
    if (!expression_) return Truth::unknown;
    const auto text = name.text();
    return truth_of(re2::RE2::FullMatch(re2::StringPiece{text.data(), text.size()}, *expression_));
}

Compiled<UserPattern> UserPattern::compile(std::string_view text) {
    auto compiled = NamePattern::compile(text);
    if (!compiled) return compiled.error();
    UserPattern pattern;
    pattern.text_ = text;
    pattern.pattern_ = *std::move(compiled);
    return pattern;
}

UserPattern UserPattern::list(std::string text, const std::vector<UserPattern>& entries) {
    std::vector<NamePattern> patterns;
    for (const UserPattern& entry : entries) patterns.push_back(entry.pattern_);
    UserPattern pattern;
    pattern.text_ = std::move(text);
    pattern.list_ = std::make_shared<const UserList>(patterns);
    return pattern;
}

bool UserPattern::matches_everything() const {
    return list_ ? list_->matches_everything() : pattern_.matches_everything();
}

Truth UserPattern::matches(std::string_view domain, bool domain_known, std::string_view name) const {
    const NameText bare{name};
    if (!domain_known) return matches(bare, nullptr);
    const NameText qualified{domain, name};
    return matches(bare, &qualified);
}

Truth UserPattern::matches(const NameText& name, const NameText* qualified) const {
    if (list_) return list_->matches(name, qualified);
    if (pattern_.matches_everything()) return Truth::yes;
    if (!pattern_.has_backslash()) return pattern_.matches(name);
    if (qualified) return pattern_.matches(*qualified);
    // Whatever the domain is, DOMAIN\name has one backslash, and the pattern's only one has to be it. A name
    // that brings a backslash of its own, or a pattern without a part for the name, proves nothing.
    const bool provable = pattern_.name_part() && name.text().find('\\') == std::string_view::npos;
    if (provable && pattern_.name_part()->matches(name) == Truth::no) return Truth::no;
    return Truth::unknown;
}

}  // namespace curfew::policy
