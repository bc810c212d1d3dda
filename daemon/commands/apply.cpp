#include "daemon/commands/apply.hpp"

#include <algorithm>
#include <cstdio>

#include "daemon/by_hand/apply.hpp"
#include "daemon/commands/books.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/reach.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/fleet/sweep.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/plan_file/plan_text.hpp"
#include "daemon/running/requests.hpp"
#include "daemon/running/restart.hpp"

namespace curfew::daemon {
namespace {

int complain(const core::Error& error) {
    std::fprintf(stderr, "curfew: %s\n", for_people(core::describe(error)).c_str());
    return exit_usage;
}

void print(const Applied& one) {
    const std::string detail = one.detail.empty() ? "" : " (" + one.detail + ")";
    std::printf("%s %s %s: %s%s\n", for_people(one.server).c_str(), for_people(one.client).c_str(),
                for_people(one.user).c_str(), for_people(one.text).c_str(), for_people(detail).c_str());
    std::fflush(stdout);
}

// A request has at most a mebibyte; a plan may have more, and any part of one is one.
constexpr std::size_t entries_at_once = 500;

int by_the_daemon(ControlClient client, const PlanFile& plan, core::Seconds max_age) {
    const auto answer = client.ask(apply_request_json(plan_text(plan), max_age), [](const std::string& line) {
        if (const auto one = read_applied(line)) print(*one);
    });
    if (!answer) return complain(answer.error());
    if (answer->error.empty()) return answer->exit;
    std::fprintf(stderr, "curfew: %s\n", for_people(answer->error).c_str());
    return answer->exit;
}

int by_the_daemon(const config::Config& config, const PlanFile& plan, core::Seconds max_age) {
    int status = exit_done;
    for (std::size_t begin = 0; begin < plan.entries.size(); begin += entries_at_once) {
        const auto end = std::min(plan.entries.size(), begin + entries_at_once);
        PlanFile part = plan;
        part.entries.assign(plan.entries.begin() + static_cast<std::ptrdiff_t>(begin),
                            plan.entries.begin() + static_cast<std::ptrdiff_t>(end));
        auto client = reach(config);
        if (!client) return complain(client.error());
        if (!*client) {
            std::fprintf(stderr, "curfew: the daemon is gone; the rest was not done\n");
            return exit_failed;
        }
        const int done = by_the_daemon(std::move(**client), part, max_age);
        if (done == exit_usage) return done;
        status = std::max(status, done);
    }
    return status;
}

// The whole fleet is looked at first: a rule gone wild must trip before its first call here, too.
int by_ourselves(const std::shared_ptr<const config::Config>& configuration, const PlanFile& plan) {
    const auto store = open_books(*configuration, StoreOptions::As::visitor);
    if (!store) return exit_failed;
    Runtime runtime{configuration, {.store = store->get()}};
    runtime.add_all();
    if (*store) restore_holds(**store, runtime);
    const auto swept = runtime.wait_for(look_at_all(runtime.members.all(), runtime.fleet, runtime.clock));
    const auto edition = runtime.fleet.edition();
    for (const auto& server : swept)
        if (!server.error) runtime.fleet.looked(*edition, server.look, server.plan);
    bool good = true;
    for (auto& [server, entries] : by_server(plan)) {
        const auto member = runtime.members.find(server);
        std::vector<Applied> done;
        if (member) {
            const Applying applying{runtime.fleet, runtime.gate, runtime.clock,
                                    false,         who_am_i(),   configuration->digest};
            auto work = apply_on(member, applying, entries);
            done = boost::asio::co_spawn(member->strand, std::move(work), boost::asio::use_future).get();
        } else {
            for (const auto& entry : entries)
                done.push_back(
                    {server, entry.client, entry.user, "no such server", {}, Applied::How::failed});
        }
        for (const auto& one : done) {
            print(one);
            good = good && one.how != Applied::How::failed;
        }
    }
    runtime.close();
    return good ? exit_done : exit_failed;
}

}  // namespace

int apply(const ApplyOptions& options) {
    const auto configuration = load_or_complain(options.config);
    if (!configuration) return exit_usage;
    const auto plan = read_plan_file(options.file);
    if (!plan) return complain(plan.error());
    const SystemClock clock;
    if (const auto fresh = check_age(plan->made, clock.now().wall, options.max_age); !fresh)
        return complain(fresh.error());
    auto client = reach(*configuration);
    if (!client) return complain(client.error());
    if (*client) return by_the_daemon(*configuration, *plan, options.max_age);
    if (const auto same = check_digest(*plan, configuration->digest); !same) return complain(same.error());
    return by_ourselves(configuration, *plan);
}

}  // namespace curfew::daemon
