#include "daemon/control/json_reader.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "config/decode/timestamp.hpp"

namespace curfew::daemon {
namespace {

namespace json = boost::json;
namespace errc = boost::system::errc;

core::Error bad(std::string context) {
    return {errc::make_error_code(errc::invalid_argument), std::move(context)};
}

std::optional<std::uint64_t> as_count(const json::value& value) {
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
    return std::nullopt;
}

}  // namespace

struct JsonReader::Document {
    json::value root;
    std::optional<core::Error> wrong;
};

core::Result<JsonReader> JsonReader::read(std::string_view text) {
    auto document = std::make_shared<Document>();
    boost::system::error_code error;
    document->root = json::parse({text.data(), text.size()}, error);
    if (error) return bad("this is no JSON: " + error.message());
    const auto* object = document->root.if_object();
    if (object == nullptr) return bad("expected one object of JSON");
    return JsonReader{document, *object, {}};
}

const json::value* JsonReader::find(std::string_view key) const {
    if (document_->wrong) return nullptr;
    const json::value* value = object_->if_contains({key.data(), key.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool JsonReader::has(std::string_view key) const {
    return find(key) != nullptr;
}

std::vector<std::string> JsonReader::keys() const {
    std::vector<std::string> names;
    for (const auto& entry : *object_) names.emplace_back(entry.key().data(), entry.key().size());
    return names;
}

void JsonReader::wrong(std::string_view key, std::string_view what) const {
    if (document_->wrong) return;
    document_->wrong = bad("`" + path_ + std::string{key} + "` " + std::string{what});
}

core::Result<void> JsonReader::finish() const {
    if (document_->wrong) return *document_->wrong;
    return {};
}

void JsonReader::only(std::initializer_list<std::string_view> keys) const {
    for (const auto& name : this->keys()) {
        if (std::find(keys.begin(), keys.end(), name) == keys.end()) wrong(name, "is not known");
    }
}

std::optional<std::string> JsonReader::maybe_text(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* text = value->if_string()) return std::string{text->data(), text->size()};
    wrong(key, "is to be text");
    return std::nullopt;
}

std::string JsonReader::text(std::string_view key) const {
    if (!has(key)) missing(key);
    return maybe_text(key).value_or(std::string{});
}

std::optional<std::uint64_t> JsonReader::maybe_count(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto count = as_count(*value);
    if (!count) wrong(key, "is to be a whole number, 0 or above");
    return count;
}

std::uint64_t JsonReader::count(std::string_view key) const {
    if (!has(key)) missing(key);
    return maybe_count(key).value_or(0);
}

std::optional<std::int64_t> JsonReader::maybe_number(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    wrong(key, "is to be a whole number");
    return std::nullopt;
}

std::optional<bool> JsonReader::maybe_flag(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* flag = value->if_bool()) return *flag;
    wrong(key, "is to be true or false");
    return std::nullopt;
}

bool JsonReader::flag(std::string_view key) const {
    if (!has(key)) missing(key);
    return maybe_flag(key).value_or(false);
}

std::optional<core::WallTime> JsonReader::maybe_time(std::string_view key) const {
    const auto text = maybe_text(key);
    if (!text) return std::nullopt;
    const auto time = config::parse_timestamp(*text);
    if (time) return *time;
    wrong(key, "is to be a time such as 2026-11-22T19:05:00Z");
    return std::nullopt;
}

core::WallTime JsonReader::time(std::string_view key) const {
    if (!has(key)) missing(key);
    return maybe_time(key).value_or(core::WallTime{});
}

std::vector<std::string> JsonReader::texts(std::string_view key) const {
    std::vector<std::string> all;
    const auto* value = find(key);
    if (value == nullptr) return all;
    const auto* array = value->if_array();
    if (array == nullptr) wrong(key, "is to be a list of texts");
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
        if (const auto* text = (*array)[i].if_string())
            all.emplace_back(text->data(), text->size());
        else
            wrong(key, "is to be a list of texts");
    }
    return all;
}

std::optional<JsonReader> JsonReader::object(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr) {
        missing(key);
        return std::nullopt;
    }
    if (const auto* object = value->if_object())
        return JsonReader{document_, *object, path_ + std::string{key} + "."};
    wrong(key, "is to be an object");
    return std::nullopt;
}

std::vector<JsonReader> JsonReader::objects(std::string_view key) const {
    std::vector<JsonReader> all;
    const auto* value = find(key);
    if (value == nullptr) return all;
    const auto* array = value->if_array();
    if (array == nullptr) wrong(key, "is to be a list of objects");
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
        const std::string path = path_ + std::string{key} + "[" + std::to_string(i) + "].";
        if (const auto* object = (*array)[i].if_object())
            all.push_back(JsonReader{document_, *object, path});
        else
            wrong(key, "is to be a list of objects");
    }
    return all;
}

}  // namespace curfew::daemon
