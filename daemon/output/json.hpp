#pragma once
// JSON for machines, written in order as it is built; strings pass through for_json().

#include <cstdint>
#include <string>
#include <string_view>

namespace curfew::daemon {

class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& number(std::int64_t value);
    JsonWriter& boolean(bool value);

    JsonWriter& field(std::string_view name, std::string_view text) { return key(name).value(text); }
    JsonWriter& field(std::string_view name, std::int64_t number_value) {
        return key(name).number(number_value);
    }

    const std::string& text() const { return text_; }

  private:
    void comma();
    std::string text_;
    bool first_ = true;
};

}  // namespace curfew::daemon
