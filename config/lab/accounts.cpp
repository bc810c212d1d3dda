#include <array>
#include <set>

#include "config/decode/map_reader.hpp"
#include "config/lab/parts.hpp"
#include "config/lab/values.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

using core::lab::Account;
using core::lab::Rights;

constexpr std::array rights{Word<Rights>{"administrator", Rights::administrator},
                            Word<Rights>{"user", Rights::user}};

constexpr std::string_view an_account = "a map such as `{name: curfew, rights: administrator}`";
constexpr std::size_t longest_password = 128;

std::optional<std::string> read_account_name(const Value& value) {
    auto name = read_bounded_name(value, "the name of an account", {104, Empty::refused});
    if (!name || name->find_first_of("\\/:@") == std::string::npos) return name;
    value.expected("the name of an account without its domain, which is said once in `domain`");
    return std::nullopt;
}

// Whatever is wrong with it, a password does not show up in a diagnostic.
std::optional<std::string> read_password(const Value& value) {
    const yaml::Node& node = value.node();
    const bool as_written = value.is_scalar() && node.style != yaml::Style::block && !node.several_lines &&
                            node.escaped.empty() && !has_control_character(node.text);
    if (as_written && !node.text.empty() && node.text.size() <= longest_password) return node.text;
    value.error("expected a password of 1 to " + std::to_string(longest_password) +
                " bytes on one line, best in single quotes; leave the key out for one that is drawn at "
                "every start");
    return std::nullopt;
}

}  // namespace

std::vector<Account> read_accounts(const Value& value) {
    std::vector<Account> out;
    if (!value.is_list() || value.node().items.empty()) {
        value.expected("a list of accounts; each is " + std::string(an_account));
        return out;
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        MapReader map(value.item(i), an_account);
        const auto name = map.required("name", "write `name: curfew`");
        const auto password = map.optional("password");
        const auto may = map.optional("rights");
        map.finish();
        Account account;
        if (name) account.name = read_account_name(*name).value_or("");
        if (password) account.password = read_password(*password).value_or("");
        if (may) account.rights = read_enum(*may, rights).value_or(account.rights);
        if (!account.name.empty() && !seen.insert(core::fold_case(account.name)).second)
            name->error("there is an account " + quote(account.name) +
                        " already; remove one of the two (case does not count)");
        out.push_back(std::move(account));
    }
    return out;
}

}  // namespace curfew::config
