#include "daemon/store/chain.hpp"

#include <charconv>

#include "config/digest.hpp"
#include "daemon/store/row_columns.hpp"

namespace curfew::daemon {
namespace {

constexpr std::string_view up_to_row = "up to row ";
constexpr std::string_view with_hash = ", hash ";

class Canonical {
  public:
    void add(std::string_view text) { digest_.add(text); }
    template <class Number> void add_number(Number number) { digest_.add(std::to_string(number)); }
    // No number is spelled like that.
    template <class Number> void add_maybe(const std::optional<Number>& number) {
        if (number) {
            add_number(*number);
        } else {
            digest_.add("none");
        }
    }
    std::string hex() { return digest_.hex(); }

  private:
    config::Digest digest_;
};

}  // namespace

std::string chain_hash(const std::string& previous, const StoredRow& stored) {
    const Row& row = stored.row;
    Canonical canonical;
    canonical.add("curfew audit row 1");
    canonical.add(previous);
    canonical.add_number(row.id);
    canonical.add_number(nanoseconds_of(row.at));
    canonical.add(row.kind);
    canonical.add_number(row.run);
    canonical.add_maybe(row.intent);
    for (const auto* text : {&row.server, &row.client, &row.user, &row.client_key, &row.user_key, &row.rule,
                             &row.rule_digest, &row.reason, &row.owner, &row.ticket, &row.config, &row.who})
        canonical.add(*text);
    canonical.add_maybe(row.sessions);
    canonical.add_maybe(row.idle);
    canonical.add_maybe(row.connected);
    canonical.add_maybe(row.open_files);
    canonical.add_maybe(row.started ? std::optional{nanoseconds_of(*row.started)} : std::nullopt);
    for (const auto* text : {&row.outcome, &row.why, &row.error}) canonical.add(*text);
    canonical.add_maybe(row.code);
    canonical.add(row.detail);
    canonical.add(stored.boot);
    canonical.add_number(stored.steady_ns);
    return canonical.hex();
}

std::string to_text(const Pruned& pruned) {
    return std::string{up_to_row} + std::to_string(pruned.up_to) + std::string{with_hash} + pruned.hash;
}

std::optional<Pruned> pruned_of(const std::string& detail) {
    if (!detail.starts_with(up_to_row)) return std::nullopt;
    Pruned pruned;
    const char* begin = detail.data() + up_to_row.size();
    const char* end = detail.data() + detail.size();
    const auto [rest, failed] = std::from_chars(begin, end, pruned.up_to);
    if (failed != std::errc{}) return std::nullopt;
    const std::string_view left{rest, static_cast<std::size_t>(end - rest)};
    if (!left.starts_with(with_hash)) return std::nullopt;
    pruned.hash = left.substr(with_hash.size());
    return pruned;
}

}  // namespace curfew::daemon
