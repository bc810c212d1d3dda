#pragma once
// The commands that read the books: what was done, and what an observing policy would have done. They read
// beside the daemon that writes, or without one, and change nothing.

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/books/filter.hpp"
#include "daemon/books/moment.hpp"
#include "daemon/commands/commands.hpp"

namespace curfew::daemon {

// Which books: the `audit` of a configuration, or the file itself.
struct BooksPlace {
    std::string config;
    std::optional<std::string> file;  // the configuration is not read then
};

struct AuditOptions {
    BooksPlace place;
    TimeRange range;
    EntryFilter filter;
    Format output = Format::table;
};
int audit(const AuditOptions& options);

// `ID:HASH`, as `audit --verify` prints it.
struct RowHash {
    std::uint64_t id = 0;
    std::string hash;
    bool operator==(const RowHash&) const = default;
};

std::optional<RowHash> parse_row_hash(std::string_view text);

struct VerifyOptions {
    BooksPlace place;
    std::optional<RowHash> expect;  // noted down earlier, and kept elsewhere
};
int verify_audit(const VerifyOptions& options);

struct ConfigTextOptions {
    BooksPlace place;
    std::string digest;  // or how it begins
};
int audit_config_text(const ConfigTextOptions& options);

enum class By { all, server, user, hour };

struct ReportOptions {
    BooksPlace place;
    TimeRange range;
    std::optional<std::string> rule;  // its name; "": what was ended by hand
    By by = By::all;
    Format output = Format::table;
};
int report(const ReportOptions& options);

}  // namespace curfew::daemon
