#include "daemon/log/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "daemon/log/journal.hpp"
#include "daemon/output/escape.hpp"

namespace curfew::daemon {
namespace {

spdlog::level::level_enum level_of(config::LogLevel level) {
    switch (level) {
        case config::LogLevel::debug: return spdlog::level::debug;
        case config::LogLevel::info: return spdlog::level::info;
        case config::LogLevel::warning: return spdlog::level::warn;
        case config::LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

// `%*` in a pattern: "<6>", as in sd-daemon(3).
class Priority final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& line) override {
        std::string_view priority = "<6>";
        switch (message.level) {
            case spdlog::level::trace:
            case spdlog::level::debug: priority = "<7>"; break;
            case spdlog::level::warn: priority = "<4>"; break;
            case spdlog::level::err:
            case spdlog::level::critical: priority = "<3>"; break;
            default: break;
        }
        line.append(priority.data(), priority.data() + priority.size());
    }
    std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
        return std::make_unique<Priority>();
    }
};

// JSON keeps its shape behind a priority: who reads the journal's messages finds the same objects everywhere.
std::string pattern_of(config::LogFormat format, LineStart start) {
    const bool json = format == config::LogFormat::json;
    const std::string line = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
    if (start == LineStart::priority) return "%*" + (json ? line : "%v");
    return json ? line : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
}

}  // namespace

std::string render(config::LogFormat format, std::string_view name, const std::vector<Field>& fields) {
    const bool json = format == config::LogFormat::json;
    std::string line = json ? "\"event\":" + for_json(name) : std::string{name};
    for (const auto& field : fields) {
        if (json) {
            line += ',' + for_json(field.key) + ':' + (field.number ? field.text : for_json(field.text));
        } else {
            line += ' ' + field.key + '=' + (field.number ? field.text : for_log(field.text));
        }
    }
    return line;
}

Log::Log(config::Log settings, std::shared_ptr<spdlog::sinks::sink> sink, LineStart start)
    : format_(settings.format) {
    if (!sink) {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        start = standard_error_is_journal() ? LineStart::priority : LineStart::time;
    }
    logger_ = std::make_shared<spdlog::logger>("curfew", std::move(sink));
    logger_->set_level(level_of(settings.level));
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<Priority>('*').set_pattern(pattern_of(format_, start));
    logger_->set_formatter(std::move(formatter));
    logger_->flush_on(spdlog::level::info);
    recorder_ = logger_->clone("curfew");
    recorder_->set_level(spdlog::level::trace);
}

void Log::event(config::LogLevel level, std::string_view name, const std::vector<Field>& fields) {
    const auto severity = level_of(level);
    if (logger_->should_log(severity)) logger_->log(severity, "{}", render(format_, name, fields));
}

void Log::record(config::LogLevel level, std::string_view name, const std::vector<Field>& fields) {
    recorder_->log(level_of(level), "{}", render(format_, name, fields));
}

void Log::set_level(config::LogLevel level) {
    logger_->set_level(level_of(level));
}

void Log::flush() {
    logger_->flush();
}

}  // namespace curfew::daemon
