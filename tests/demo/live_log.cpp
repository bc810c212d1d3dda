#include "tests/demo/live_log.hpp"

#include <stdexcept>

#include <yaml-cpp/yaml.h>

#include "tests/integration/temp_dir.hpp"

namespace curfew::demo {
namespace {

Event parse(const std::string& text) try {
    Event event;
    for (const auto& field : YAML::Load(text)) {  // JSON is YAML
        event.fields[field.first.as<std::string>()] = field.second.as<std::string>();
    }
    event.name = event["event"];
    return event;
} catch (const YAML::Exception&) {
    throw std::runtime_error{"a line that is no JSON: " + text};
}

}  // namespace

const std::string& Event::operator[](const std::string& field) const {
    static const std::string nothing;
    const auto found = fields.find(field);
    return found == fields.end() ? nothing : found->second;
}

std::vector<Event> LiveLog::news() {
    const std::string text = testing::read_file(file_);
    std::vector<Event> events;
    for (auto end = text.find('\n', read_); end != std::string::npos; end = text.find('\n', read_)) {
        events.push_back(parse(text.substr(read_, end - read_)));
        read_ = end + 1;
    }
    return events;
}

}  // namespace curfew::demo
