#include <cstdio>

#include "core/text/utf.hpp"
#include "daemon/books/audit_output.hpp"
#include "daemon/books/commands.hpp"
#include "daemon/books/open.hpp"
#include "daemon/books/period.hpp"
#include "daemon/books/print.hpp"
#include "daemon/books/reading.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/store/rows.hpp"

namespace curfew::daemon {
namespace {

bool only_calls(const EntryFilter& filter) {
    for (const auto& kind : filter.kinds)
        if (kind != "call" && kind != "recovered") return false;
    return !filter.kinds.empty();
}

}  // namespace

int audit(const AuditOptions& options) {
    const auto period = period_or_complain(options.range);
    if (!period) return exit_usage;
    int status = exit_done;
    const auto database = open_or_complain(options.place, status);
    if (!database) return status;
    bool heard = true;
    const auto output = audit_output(options.output, !only_calls(options.filter),
                                     [&](std::string_view text) { heard = heard && print(text); });
    const auto read = read_entries(*database, *period, options.filter, [&](const AuditEntry& entry) {
        output->add(entry);
        return heard;
    });
    // What is there is whole, whatever comes of the rest.
    output->finish();
    if (!read) return complain(read.error());
    return printed();
}

int audit_config_text(const ConfigTextOptions& options) {
    int status = exit_done;
    const auto database = open_or_complain(options.place, status);
    if (!database) return status;
    const auto digests = digests_like(*database, core::fold_case(options.digest));
    if (!digests) return complain(digests.error());
    if (digests->size() != 1) {
        std::fprintf(stderr, "%s: %s\n", for_people(options.digest).c_str(),
                     digests->empty() ? "no configuration with this digest is kept"
                                      : "more than one digest begins so; write more of it");
        return exit_failed;
    }
    const auto text = config_text(*database, digests->front());
    if (!text) return complain(text.error());
    if (*text) print(**text);
    return printed();
}

}  // namespace curfew::daemon
