#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

#include "config/config.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/files.hpp"
#include "config/sections.hpp"
#include "policy/decider.hpp"
#include "policy/limits.hpp"

namespace curfew::config {
namespace {

void read_version(const Value& value) {
    if (!value.is_plain("1")) value.expected("`1`, the version of the language that this curfew reads");
}

void read_all(const Value& root, Reporter& reporter, Files& files, Draft& draft) {
    Config& config = draft.config;
    MapReader map(root, "a map with `version`, `servers` and `rules`");
    const auto version = map.required("version", "write `version: 1`");
    const auto mode = map.optional("mode");
    const auto servers =
        map.required("servers", "name the file servers, such as `servers: [fs1.corp.example]`");
    const auto defaults = map.optional("server_defaults");
    const auto credentials = map.optional("credentials");
    const auto polling = map.optional("polling");
    const auto clients = map.optional("clients");
    const auto limits = map.optional("limits");
    const auto lists = map.optional("lists");
    const auto calendars = map.optional("calendars");
    const auto schedules = map.optional("schedules");
    const auto protect = map.optional("protect");
    const auto rules = map.optional("rules");
    const auto log = map.optional("log");
    const auto audit = map.optional("audit");
    const auto control = map.optional("control");
    const auto http = map.optional("http");
    const auto notify = map.optional("notify");
    const auto reload = map.optional("reload");
    map.finish();

    if (version) read_version(*version);
    if (mode) config.mode = read_mode(*mode).value_or(config.mode);
    const std::size_t errors_before = reporter.errors();
    ServerDefaults server_defaults;
    if (defaults) server_defaults = read_server_defaults(*defaults, draft);
    if (servers) read_servers(*servers, server_defaults, files, draft);
    draft.servers_incomplete = !servers || reporter.errors() > errors_before;
    if (credentials) read_credentials(*credentials, draft);
    if (polling) config.polling = read_polling(*polling);
    config.policy.late_after = config.polling.interval + config.polling.timeout;
    if (clients) config.client_names = read_clients(*clients);
    if (limits) config.policy.limits = policy::merged(policy::Limits{}, read_limits(*limits));
    if (lists) read_lists(*lists, files, draft);
    if (calendars) read_calendars(*calendars, files, draft);
    if (schedules) read_schedules(*schedules, draft);
    if (protect) read_protect(*protect, draft);
    if (rules)
        read_rules(*rules, files, draft);
    else if (map.ok())
        root.warning("there are no `rules`; nothing will be ended");
    if (log) config.log = read_log(*log);
    if (audit) config.audit = read_audit(*audit);
    if (control) config.control = read_control(*control);
    if (http) config.http = read_http(*http);
    if (notify) config.notify = read_notify(*notify);
    if (reload) config.reload = read_reload(*reload).value_or(config.reload);
    if (reload && config.reload == Reload::confirm && !control)
        reload->warning(
            "without `control` nobody can confirm, and an edit is in force only after a restart; add "
            "`control: {socket: /run/curfew/control.sock}`");
    if (control && config.audit && config.control && config.audit->path == config.control->socket)
        control->error("`audit` keeps its database at " + quote(config.control->socket) +
                       "; give the socket another path");
    cross_check(draft);
    mark_used(draft);
}

template <class Open> Loaded load_by(const std::string& path, Open open) {
    Loaded out;
    Reporter reporter;
    try {
        Files files(reporter);
        Draft draft;
        if (const yaml::Document* document = open(files)) {
            read_all(files.value_of(*document), reporter, files, draft);
            draft.config.digest = files.digest();
        }
        out.files = files.names();
        out.texts = files.texts();
        out.watched_files.assign(files.mentioned().begin(), files.mentioned().end());
        out.watched_directories.assign(files.directories().begin(), files.directories().end());
        if (reporter.errors() == 0) {
            draft.config.path = std::filesystem::absolute(path).lexically_normal().string();
            policy::compile(draft.config.policy);
            out.config = std::make_shared<const Config>(std::move(draft.config));
        }
        out.diagnostics = reporter.take(out.files);
    } catch (const std::exception& problem) {
        // Memory, or a library in distress: whatever it was, there is no configuration.
        out.config.reset();
        out.diagnostics.push_back(
            {Severity::error, {path, 0, 0}, "", std::string("cannot be read: ") + problem.what()});
    }
    return out;
}

}  // namespace

Loaded load(const std::string& path) {
    return load_by(path, [&](Files& files) { return files.first(path); });
}

Loaded load_text(const std::string& text, const std::string& path) {
    return load_by(path, [&](Files& files) { return files.first(path, text); });
}

}  // namespace curfew::config
