#include <algorithm>
#include <charconv>
#include <cstdio>

#include "core/text/utf.hpp"
#include "daemon/books/commands.hpp"
#include "daemon/books/open.hpp"
#include "daemon/books/print.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/store/rows.hpp"

namespace curfew::daemon {
namespace {

constexpr std::size_t hash_length = 64;

// The hash that row has by the books. Of the last that was dropped by age the chain still says it.
core::Result<std::optional<std::string>> hash_of(Database& database, std::uint64_t id) {
    const auto row = read_row(database, id);
    if (!row) return row.error();
    if (*row) return std::optional{(*row)->hash};
    std::optional<std::string> hash;
    const auto read = read_rows(database, {{}, {}, {"pruned"}}, [&](const Row& said) {
        const auto pruned = pruned_of(said.detail);
        if (pruned && pruned->up_to == id) hash = pruned->hash;
        return !hash;
    });
    if (!read) return read.error();
    return hash;
}

int compare(Database& database, const Verified& verified, const RowHash& expect) {
    const auto number = std::to_string(expect.id);
    const auto hash = hash_of(database, expect.id);
    if (!hash) return complain(hash.error());
    if (*hash && **hash == expect.hash) {
        print("row " + number + " is the one that was expected\n");
        return exit_done;
    }
    std::string what;
    if (*hash)
        what = "another row: its hash is " + **hash;
    else if (expect.id < verified.first)
        what = "dropped by its age; the first that is kept is " + std::to_string(verified.first);
    else
        what = "missing: the last one is " + std::to_string(verified.last);
    std::fprintf(stderr, "row %s is %s\n", number.c_str(), for_people(what).c_str());
    return exit_failed;
}

}  // namespace

std::optional<RowHash> parse_row_hash(std::string_view text) {
    const auto colon = std::min(text.find(':'), text.size());
    const auto number = text.substr(0, colon);
    const auto hash = text.substr(std::min(colon + 1, text.size()));
    RowHash out;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), out.id);
    if (problem != std::errc{} || end != number.data() + number.size()) return std::nullopt;
    out.hash = core::fold_case(hash);
    const bool hex = out.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (out.hash.size() != hash_length || !hex) return std::nullopt;
    return out;
}

int verify_audit(const VerifyOptions& options) {
    int status = exit_done;
    const auto database = open_or_complain(options.place, status);
    if (!database) return status;
    const auto verified = verify(*database);
    if (!verified) return complain(verified.error());
    print(std::to_string(verified->rows) + (verified->rows == 1 ? " row" : " rows") + " as written");
    if (verified->rows > 0)
        print(", from " + std::to_string(verified->first) + " to " +
              std::to_string(verified->first + verified->rows - 1));
    print("\n");
    if (verified->flaw) {
        std::fprintf(stderr, "%s; nothing can be said of what comes after\n",
                     for_people(verified->flaw->what).c_str());
        static_cast<void>(printed());
        return exit_failed;
    }
    if (verified->rows > 0) {
        const auto head = read_row(*database, verified->last);
        if (!head) return complain(head.error());
        if (*head) print("head " + std::to_string(verified->last) + ":" + (*head)->hash + "\n");
    }
    if (options.expect) status = compare(*database, *verified, *options.expect);
    return std::max(status, printed());
}

}  // namespace curfew::daemon
