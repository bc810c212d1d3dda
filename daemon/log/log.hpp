#pragma once
// Log lines are part of the contract: an event with a stable name and stable fields, as text or as JSON. The
// events are listed in daemon/log/EVENTS.md.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace curfew::daemon {

class Field {
  public:
    Field(std::string_view k, std::string_view v) : key(k), text(v) {}
    Field(std::string_view k, const std::string& v) : key(k), text(v) {}
    Field(std::string_view k, const char* v) : key(k), text(v) {}
    Field(std::string_view k, std::int64_t v) : key(k), text(std::to_string(v)), number(true) {}
    Field(std::string_view k, std::uint64_t v) : key(k), text(std::to_string(v)), number(true) {}
    Field(std::string_view k, int v) : key(k), text(std::to_string(v)), number(true) {}

    std::string key;
    std::string text;
    bool number = false;
};

// What stands before an event on its line.
enum class LineStart {
    time,      // and the level: "2026-11-22T19:05:00.000Z warning look_failed ..."
    priority,  // syslog's, for the journal, which has times of its own: "<4>look_failed ..."
};

class Log {
  public:
    // To standard error, with priorities where that is the journal; or to `sink`, where a test wants to read
    // along, as `start` says.
    explicit Log(config::Log settings, std::shared_ptr<spdlog::sinks::sink> sink = nullptr,
                 LineStart start = LineStart::time);

    void event(config::LogLevel level, std::string_view name, const std::vector<Field>& fields);

    // The same whatever level was asked for: what the audit needs is not a matter of taste.
    void record(config::LogLevel level, std::string_view name, const std::vector<Field>& fields);

    void debug(std::string_view name, const std::vector<Field>& fields) {
        event(config::LogLevel::debug, name, fields);
    }
    void info(std::string_view name, const std::vector<Field>& fields) {
        event(config::LogLevel::info, name, fields);
    }
    void warning(std::string_view name, const std::vector<Field>& fields) {
        event(config::LogLevel::warning, name, fields);
    }
    void error(std::string_view name, const std::vector<Field>& fields) {
        event(config::LogLevel::error, name, fields);
    }

    // The format stays as it was at the start.
    void set_level(config::LogLevel level);  // from any thread

    void flush();

  private:
    config::LogFormat format_;
    std::shared_ptr<spdlog::logger> logger_;
    std::shared_ptr<spdlog::logger> recorder_;  // the same sink, at every level
};

// The part behind what a line starts with, as it is written.
std::string render(config::LogFormat format, std::string_view name, const std::vector<Field>& fields);

}  // namespace curfew::daemon
