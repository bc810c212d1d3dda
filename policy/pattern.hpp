#pragma once
// Patterns over names, as operators write them: a glob over the whole text (`*`, `?`, `[a-z]`, `[!x]`; a
// backslash is itself), or a regular expression in slashes, over the whole text too (RE2 syntax). Both ignore
// case over Unicode. In a client pattern an address or a CIDR block goes by address, anything else by name.
//
// compile() answers with the pattern, or with a sentence for the person who wrote it. list() makes one
// pattern of many, for `list:NAME`: it answers as if all of them stood in its place (pattern_lists.hpp).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/system/result.hpp>

#include "core/address.hpp"
#include "policy/name_text.hpp"
#include "policy/truth.hpp"

namespace re2 {
class RE2;
}

namespace curfew::policy {

struct PatternProblem {
    std::string message;
};
[[noreturn]] void throw_exception_from_error(const PatternProblem& problem,
                                             const boost::source_location& where);

template <class T> using Compiled = boost::system::result<T, PatternProblem>;

class NameList;
class UserList;
class ClientList;

class NamePattern {
  public:
    static Compiled<NamePattern> compile(std::string_view text);
    static NamePattern list(std::string text, std::vector<NamePattern> entries);

    // Unknown for text that is not valid UTF-8, and where the expression gives up.
    Truth matches(std::string_view text) const { return matches(NameText{text}); }
    Truth matches(const NameText& name) const;
    bool matches_everything() const { return everything_; }
    const NameList* as_list() const { return list_.get(); }
    bool is_expression() const { return kind_ == Kind::expression; }
    std::size_t expression_size() const;               // in instructions of RE2; 0 for what has none
    bool has_backslash() const { return backslash_; }  // a glob's `\`, or an escaped one in an expression
    const std::string& text() const { return text_; }
    // For a glob `DOMAIN\name` the part behind the backslash, as a pattern of its own; nothing for an
    // expression.
    const NamePattern* name_part() const { return name_part_.get(); }
    // A name without wildcards, folded; nothing for everything else.
    const std::optional<std::string>& plain() const { return plain_; }

  private:
    static Compiled<NamePattern> compile_glob(std::string_view text);

    // Only what RE2 has to read has an expression: a glob with stars and question marks alone is matched
    // folded.
    enum class Kind { glob, wildcards, expression };

    std::string text_;
    Kind kind_ = Kind::glob;
    std::shared_ptr<const re2::RE2> expression_;
    std::shared_ptr<const NamePattern> name_part_;
    std::optional<std::string> plain_;
    std::string wildcards_;  // folded
    std::shared_ptr<const NameList> list_;
    bool everything_ = false;
    bool backslash_ = false;
};

// Held against a session's user: without a backslash against the name without its domain, with one against
// DOMAIN\name. `""` is the session without a user name.
class UserPattern {
  public:
    static Compiled<UserPattern> compile(std::string_view text);
    static UserPattern list(std::string text, const std::vector<UserPattern>& entries);
    Truth matches(std::string_view domain, bool domain_known, std::string_view name) const;
    // `qualified` is DOMAIN\name; null where the domain is not known.
    Truth matches(const NameText& name, const NameText* qualified) const;
    const std::string& text() const { return text_; }
    bool matches_everything() const;
    const NamePattern& name() const { return pattern_; }  // unless it is a list
    std::size_t expression_size() const { return pattern_.expression_size(); }
    const UserList* as_list() const { return list_.get(); }

  private:
    UserPattern() = default;
    std::string text_;
    NamePattern pattern_;
    std::shared_ptr<const UserList> list_;
};

// What was found out of a client beside what the server reports of it; empty where nothing is known.
struct FoundClient {
    std::vector<std::string> names;          // of a reported address: all of its names
    std::vector<core::IpAddress> addresses;  // of a reported name: all of its addresses
    std::optional<std::string> full_name;    // of a reported name without dots
    bool operator==(const FoundClient&) const = default;
};

// What is known of the client behind a session. Servers report its address, its name, or neither.
struct ClientFacts {
    std::optional<core::IpAddress> address;
    std::optional<std::string> name;
    std::optional<FoundClient> found;  // empty: nobody asked, and names are taken as reported
};

class ClientPattern {
  public:
    static Compiled<ClientPattern> compile(std::string_view text);
    static ClientPattern list(std::string text, const std::vector<ClientPattern>& entries);
    Truth matches(const ClientFacts& client) const;
    // `name` is that of `client`; null where it has none.
    Truth matches(const ClientFacts& client, const NameText* name) const;
    const std::string& text() const { return text_; }
    bool matches_everything() const;
    // What it is: one of the three; the others are null.
    const core::CidrBlock* block() const { return std::get_if<core::CidrBlock>(&pattern_); }
    const NamePattern* name() const { return std::get_if<NamePattern>(&pattern_); }
    std::size_t expression_size() const { return name() ? name()->expression_size() : 0; }
    const ClientList* as_list() const {
        const auto* list = std::get_if<std::shared_ptr<const ClientList>>(&pattern_);
        return list ? list->get() : nullptr;
    }

  private:
    using Kind = std::variant<core::CidrBlock, NamePattern, std::shared_ptr<const ClientList>>;
    ClientPattern(std::string text, Kind pattern) : text_(std::move(text)), pattern_(std::move(pattern)) {}
    std::string text_;
    Kind pattern_;
};

}  // namespace curfew::policy
