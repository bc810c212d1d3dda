#pragma once
// Lists of names in files, as they were read: what `list:oncall` stands for in a condition.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "config/expression_budget.hpp"
#include "config/files.hpp"
#include "policy/pattern.hpp"

namespace curfew::config {

inline constexpr std::string_view list_prefix = "list:";
// Also `List:` and `LIST:`: no name holds a colon, so it is never a name.
bool means_a_list(std::string_view text);

class NameFile {
  public:
    struct Entry {
        std::string text;
        std::size_t line = 0;
        std::size_t column = 0;
    };

    // `entries`: empty where the file did not decode; then every pattern made of it is missing.
    NameFile(const Value& at, Files& files, std::string file, std::vector<Entry> entries);

    const Value& at() const { return at_; }
    const std::string& digest() const { return digest_; }  // of the names; neither order nor comments count

    // The whole list as one pattern. What one kind of pattern allows another may not (`10.20.*` is a user,
    // and no client), so mistakes are complained of here: in the file, and once for each kind.
    template <class Pattern>
    std::optional<Pattern> as(const std::string& text, ExpressionBudget& expressions) {
        auto& made = std::get<Made<Pattern>>(made_);
        if (!made.tried) made = {true, compile<Pattern>(text, expressions)};
        return made.pattern;
    }

  private:
    template <class Pattern> struct Made {
        bool tried = false;
        std::optional<Pattern> pattern;
    };
    template <class Pattern>
    std::optional<Pattern> compile(const std::string& text, ExpressionBudget& expressions) {
        std::vector<Pattern> patterns;
        for (const Entry& entry : entries_) {
            if (auto pattern = expressions.compile<Pattern>(entry.text))
                patterns.push_back(std::move(*pattern));
            else
                complain(entry, pattern.error().message);
        }
        if (entries_.empty() || patterns.size() != entries_.size()) return std::nullopt;
        return Pattern::list(text, std::move(patterns));
    }
    void complain(const Entry& entry, const std::string& problem);

    Value at_;
    Files* files_;
    std::string file_;
    std::vector<Entry> entries_;
    std::string digest_;
    std::tuple<Made<policy::NamePattern>, Made<policy::UserPattern>, Made<policy::ClientPattern>> made_;
};

using NameFiles = std::map<std::string, NameFile>;  // by the name of the list

}  // namespace curfew::config
