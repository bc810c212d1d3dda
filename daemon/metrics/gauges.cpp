#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include "daemon/metrics/parts.hpp"

namespace curfew::daemon {
namespace {

using Labels = prometheus::Labels;

// How it is now: made anew for every scrape, so that what is gone is gone.
class Moment {
  public:
    prometheus::Family<prometheus::Gauge>& gauge(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
    }
    void gauge(const char* name, const char* help, double value) { gauge(name, help).Add({}).Set(value); }
    prometheus::Family<prometheus::Counter>& counter(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
    }
    prometheus::Registry& registry() { return registry_; }

  private:
    prometheus::Registry registry_;
};

double seconds(core::WallTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void of_the_configuration(Moment& moment, const Status& status) {
    const auto& config = status.config;
    moment.gauge("curfew_config_info", "The digest of the configuration in force; always 1.")
        .Add({{"digest", config.digest}})
        .Set(1);
    moment.gauge("curfew_config_in_force_timestamp_seconds", "Since when it is in force.",
                 seconds(config.in_force_since));
    moment.gauge("curfew_config_on_disk_in_force",
                 "1: the file on disk is the one in force. 0: it is refused or waits.",
                 config.on_disk == ConfigStatus::OnDisk::same);
    moment.gauge("curfew_config_last_reload_successful", "0: the file on disk has errors.",
                 config.on_disk != ConfigStatus::OnDisk::refused);
    moment.gauge("curfew_config_waits", "1: a configuration waits for `curfew reload --confirm`.",
                 config.on_disk == ConfigStatus::OnDisk::waits);
    moment.gauge("curfew_config_rules", "Rules in force.", static_cast<double>(config.rules));
}

void of_the_servers(Moment& moment, const Status& status) {
    std::map<std::string, int> states{{"untried", 0}, {"ok", 0}, {"failing", 0}, {"twin", 0}};
    auto& up = moment.gauge("curfew_server_up", "1: the last look at the server was good.");
    auto& sessions = moment.gauge("curfew_server_sessions", "Sessions at the last good look.");
    auto& last = moment.gauge("curfew_server_last_look_timestamp_seconds", "The last good look.");
    auto& next = moment.gauge("curfew_server_next_look_timestamp_seconds", "When the next look is due.");
    for (const auto& server : status.servers) {
        const Labels labels{{"server", server.server}};
        ++states[std::string{to_string(server.state)}];
        up.Add(labels).Set(server.state == ServerStatus::State::ok);
        if (server.next_look) next.Add(labels).Set(seconds(*server.next_look));
        // Without a good look it is not known how many there are, and that is not none.
        if (!server.last_look) continue;
        sessions.Add(labels).Set(static_cast<double>(server.sessions));
        last.Add(labels).Set(seconds(*server.last_look));
    }
    auto& servers = moment.gauge("curfew_servers", "Servers by state.");
    for (const auto& [state, count] : states) servers.Add({{"state", state}}).Set(count);
    moment.gauge("curfew_sessions", "Sessions known on the fleet, without the daemon's own.",
                 static_cast<double>(status.sessions));
    moment.gauge("curfew_looks_under_way", "Servers that are being asked.",
                 static_cast<double>(status.looks_under_way));
    moment.gauge("curfew_all_servers_tried",
                 "0: not every server has been tried since the start; nothing is ended.", status.all_tried);
}

void of_the_webhooks(Moment& moment, const std::vector<WebhookNumbers>& webhooks) {
    auto& sent = moment.counter("curfew_notifications_sent_total", "News that a webhook took.");
    auto& lost = moment.counter("curfew_notifications_lost_total", "News that no webhook took, by reason.");
    auto& queued = moment.gauge("curfew_notifications_queued", "News that wait.");
    for (std::size_t i = 0; i < webhooks.size(); ++i) {
        const std::string webhook = std::to_string(i);
        sent.Add({{"webhook", webhook}}).Increment(static_cast<double>(webhooks[i].sent));
        queued.Add({{"webhook", webhook}}).Set(static_cast<double>(webhooks[i].queued));
        for (const auto& [reason, news] : webhooks[i].lost)
            lost.Add({{"webhook", webhook}, {"reason", reason}}).Increment(static_cast<double>(news));
    }
}

// As Prometheus's own clients name them.
void of_the_process(Moment& moment, const Status& status) {
    std::ifstream stat{"/proc/self/stat"};
    std::string text{std::istreambuf_iterator<char>{stat}, {}};
    const auto after_name = text.rfind(')');
    if (after_name != std::string::npos) {
        std::istringstream fields{text.substr(after_name + 2)};
        std::vector<std::string> all{std::istream_iterator<std::string>{fields}, {}};
        constexpr std::size_t user_ticks = 11;
        constexpr std::size_t system_ticks = 12;
        constexpr std::size_t resident_pages = 21;
        if (all.size() > resident_pages) {
            const auto ticks = std::stod(all[user_ticks]) + std::stod(all[system_ticks]);
            moment.counter("process_cpu_seconds_total", "CPU time spent.")
                .Add({})
                .Increment(ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
            moment.gauge("process_resident_memory_bytes", "Resident memory.",
                         std::stod(all[resident_pages]) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
        }
    }
    std::error_code failed;
    double descriptors = 0;
    for (std::filesystem::directory_iterator entry{"/proc/self/fd", failed}, end; !failed && entry != end;
         entry.increment(failed))
        ++descriptors;
    if (!failed) moment.gauge("process_open_fds", "Open file descriptors.", descriptors);
    moment.gauge("process_start_time_seconds", "The start of the daemon.", seconds(status.started));
}

}  // namespace

std::string Metrics::text(const Status& status, const MomentNumbers& numbers) const {
    Moment moment;
    moment.gauge("curfew_build_info", "The version; always 1.").Add({{"version", status.version}}).Set(1);
    moment.gauge("curfew_enforcing", "1: mode enforce. 0: observe.", status.mode == policy::Mode::enforce);
    of_the_configuration(moment, status);
    of_the_servers(moment, status);
    auto& withheld =
        moment.gauge("curfew_withheld", "Clients and users that are withheld at the last visits, by reason.");
    for (const auto& [why, count] : numbers.withheld)
        withheld.Add({{"why", why}}).Set(static_cast<double>(count));
    auto& decisions = moment.gauge("curfew_decisions",
                                   "Sessions by what was decided of them at the last looks, and by rule.");
    for (const auto& [what, count] : numbers.decisions)
        decisions.Add({{"rule", what.first}, {"decision", what.second}}).Set(static_cast<double>(count));
    auto& tripped =
        moment.gauge("curfew_rule_tripped", "1: the rule is tripped, on a server or on the fleet.");
    for (const auto& trip : status.trips) tripped.Add({{"rule", trip.rule.name}}).Set(1);
    moment.gauge("curfew_holds", "Holds in force.", static_cast<double>(status.holds.size()));
    moment.gauge("curfew_bans", "Bans in force.", static_cast<double>(status.bans.size()));
    moment.gauge("curfew_audit_up", "0: the audit cannot be written, and nothing is ended.",
                 status.audit.trouble.empty());
    moment.gauge("curfew_audit_last_row", "The number of the last row of the audit.",
                 static_cast<double>(status.audit.last_row));
    of_the_webhooks(moment, numbers.webhooks);
    of_the_process(moment, status);
    auto families = counters_->registry.Collect();
    for (auto& family : moment.registry().Collect()) families.push_back(std::move(family));
    // One that nobody has is not there.
    std::erase_if(families, [](const auto& family) { return family.metric.empty(); });
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace curfew::daemon
