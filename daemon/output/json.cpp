#include "daemon/output/json.hpp"

#include "daemon/output/escape.hpp"

namespace curfew::daemon {

void JsonWriter::comma() {
    if (!first_) text_ += ", ";
    first_ = true;  // whatever comes next stands behind a bracket, a key or this comma
}

JsonWriter& JsonWriter::begin_object() {
    comma();
    text_ += '{';
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    text_ += '}';
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    comma();
    text_ += '[';
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    text_ += ']';
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    comma();
    text_ += for_json(name) + ": ";
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    comma();
    text_ += for_json(text);
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    comma();
    text_ += std::to_string(value);
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    comma();
    text_ += value ? "true" : "false";
    first_ = false;
    return *this;
}

}  // namespace curfew::daemon
