#pragma once
// A log that is kept for reading.

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/sinks/base_sink.h>

namespace curfew::daemon::fake {

class LogLines final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::vector<std::string> raw;  // as written, with the line end

    // Behind time and level, of one event.
    std::vector<std::string> events(std::string_view event) const {
        std::vector<std::string> found;
        for (const auto& line : raw) {
            const auto level = line.find(' ') + 1;
            auto text = line.substr(line.find(' ', level) + 1);
            text.pop_back();
            if (text == event || text.starts_with(std::string{event} + ' ')) found.push_back(std::move(text));
        }
        return found;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        raw.emplace_back(line.data(), line.size());
    }
    void flush_() override {}
};

}  // namespace curfew::daemon::fake
