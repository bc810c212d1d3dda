#include <cstdio>

#include "daemon/books/commands.hpp"
#include "daemon/books/local_hours.hpp"
#include "daemon/books/open.hpp"
#include "daemon/books/period.hpp"
#include "daemon/books/print.hpp"
#include "daemon/books/reading.hpp"
#include "daemon/books/report_output.hpp"
#include "daemon/clock.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

std::string text_of(const ReportOutput& output, Format format) {
    switch (format) {
        case Format::json: return report_json(output);
        case Format::csv: return report_csv(output);
        case Format::table: break;
    }
    return report_table(output);
}

// A name that is misspelt finds nothing, and so does a rule that did nothing.
void say_which_there_are(const std::string& wanted, const std::vector<RuleReport>& rules) {
    std::fprintf(stderr, "nothing by the rule %s in this time", for_log(wanted).c_str());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto name = rules[i].rule.empty() ? std::string{"(by hand)"} : for_log(rules[i].rule);
        std::fprintf(stderr, "%s%s", i == 0 ? "; there is something by " : ", ", name.c_str());
    }
    std::fprintf(stderr, "\n");
}

}  // namespace

int report(const ReportOptions& options) {
    const auto period = period_or_complain(options.range);
    if (!period) return exit_usage;
    int status = exit_done;
    const auto database = open_or_complain(options.place, status);
    if (!database) return status;
    RuleSums sums{local_hour};
    EntryFilter filter;
    filter.kinds = {"call", "would_end"};
    const auto read = read_entries(*database, *period, filter, [&](const AuditEntry& entry) {
        sums.add(entry);
        return true;
    });
    if (!read) return complain(read.error());
    const auto now = SystemClock{}.now().wall;
    ReportOutput output{sums.rules(), period->since, period->until, local_zone(now), options.by};
    if (options.rule) {
        const auto all = output.rules;
        std::erase_if(output.rules, [&](const RuleReport& rule) { return rule.rule != *options.rule; });
        if (output.rules.empty()) say_which_there_are(*options.rule, all);
    }
    print(text_of(output, options.output));
    return printed();
}

}  // namespace curfew::daemon
