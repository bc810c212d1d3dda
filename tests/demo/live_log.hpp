#pragma once
// What a running curfew writes to its log, read along as it comes.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace curfew::demo {

struct Event {
    std::string name;
    std::map<std::string, std::string> fields;

    // Empty where there is no such field.
    const std::string& operator[](const std::string& field) const;
};

class LiveLog {
  public:
    explicit LiveLog(std::filesystem::path file) : file_(std::move(file)) {}

    // The events that were written since the last call; a line that is still being written comes next time.
    std::vector<Event> news();

  private:
    std::filesystem::path file_;
    std::size_t read_ = 0;
};

}  // namespace curfew::demo
