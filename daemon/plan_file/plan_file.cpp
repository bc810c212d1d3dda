#include "daemon/plan_file/plan_file.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "core/text/durations.hpp"
#include "core/text/utf.hpp"
#include "daemon/clock.hpp"

namespace curfew::daemon {
namespace {

namespace errc = boost::system::errc;
using std::chrono::duration_cast;

constexpr core::Seconds same_start{2};
constexpr core::Seconds clock_tolerance{2};

core::Error error_of(errc::errc_t code, std::string context) {
    return {errc::make_error_code(code), std::move(context)};
}

// On the wall as of that look. Were the clock moved between two looks, no start would be the same any more:
// then nobody is ended.
PlanFile::Target target_of(const policy::SessionFacts& session, core::Now at) {
    PlanFile::Target target{session.client_key, session.user_key, std::nullopt};
    // A name that cannot be written down as it is could be taken for another's.
    const bool written_as_is =
        core::is_valid_utf8(session.client_key) && core::is_valid_utf8(session.user_key);
    if (session.started && written_as_is) {
        const auto age = duration_cast<core::WallTime::duration>(at.steady - *session.started);
        target.start = std::chrono::floor<core::Milliseconds>(at.wall - age);
    }
    return target;
}

bool before(const PlanFile::Target& a, const PlanFile::Target& b) {
    return std::tie(a.client_key, a.user_key, a.start) < std::tie(b.client_key, b.user_key, b.start);
}

bool same(const PlanFile::Target& planned, const PlanFile::Target& found) {
    return planned.client_key == found.client_key && planned.user_key == found.user_key && planned.start &&
           found.start && std::chrono::abs(*planned.start - *found.start) <= same_start;
}

std::string short_digest(const std::string& digest) {
    return digest.substr(0, 12);
}

}  // namespace

PlanFile::Entry plan_entry(const policy::Policy& policy, const policy::ServerLook& look,
                           const policy::Disconnect& wanted) {
    PlanFile::Entry entry;
    entry.server = look.server.traits.name;
    entry.client = wanted.client.text();
    entry.user = wanted.user.text();
    entry.rule = policy.rules[wanted.rule].key;
    for (const auto index : wanted.targets) {
        const auto& session = look.sessions[index];
        entry.targets.push_back(target_of(session, look.at));
        if (session.reported.client == entry.client && session.reported.user == entry.user) {
            entry.client_key = session.client_key;
            entry.user_key = session.user_key;
        }
    }
    return entry;
}

bool covers(const PlanFile::Entry& entry, const policy::ServerLook& look,
            const std::vector<std::size_t>& targets) {
    if (targets.empty()) return false;
    std::vector<PlanFile::Target> found;
    for (const auto index : targets) found.push_back(target_of(look.sessions[index], look.at));
    auto planned = entry.targets;
    std::sort(found.begin(), found.end(), before);
    std::sort(planned.begin(), planned.end(), before);
    // Both in the order of their starts, and all tolerances alike: so if there is a way to pair them, then
    // the first that fits is one.
    auto next = planned.begin();
    return std::all_of(found.begin(), found.end(), [&](const PlanFile::Target& target) {
        next = std::find_if(next, planned.end(), [&](const auto& one) { return same(one, target); });
        return next != planned.end() && next++ != planned.end();
    });
}

bool matches(const PlanFile::Entry& entry, const policy::Policy& policy, const policy::ServerLook& look,
             const policy::Disconnect& wanted) {
    if (core::fold_case(entry.server) != core::fold_case(look.server.traits.name)) return false;
    if (wanted.rule >= policy.rules.size() || entry.rule != policy.rules[wanted.rule].key) return false;
    const bool same_call =
        std::any_of(wanted.targets.begin(), wanted.targets.end(), [&](const std::size_t index) {
            const auto& session = look.sessions[index];
            return session.reported.client == wanted.client.text() &&
                   session.reported.user == wanted.user.text() && session.client_key == entry.client_key &&
                   session.user_key == entry.user_key;
        });
    return same_call && covers(entry, look, wanted.targets);
}

core::Result<void> check_age(core::WallTime made, core::WallTime now, core::Seconds max_age) {
    if (made > now + clock_tolerance)
        return error_of(errc::stream_timeout, "the plan was made at " + utc_text(made) +
                                                  ", which is yet to come: a clock was moved; make it anew");
    if (now - made > max_age)
        return error_of(errc::stream_timeout, "the plan was made at " + utc_text(made) + ", more than " +
                                                  core::duration_text(max_age) + " ago; make it anew");
    return {};
}

core::Result<void> check_digest(const PlanFile& plan, const std::string& digest_in_force) {
    if (!digest_in_force.empty() && plan.digest == digest_in_force) return {};
    return error_of(errc::operation_not_permitted, "the plan was made under another configuration (" +
                                                       short_digest(plan.digest) + ", in force is " +
                                                       short_digest(digest_in_force) + "); make it anew");
}

}  // namespace curfew::daemon
