#pragma once
// Reads one object of JSON field by field. The first thing that is wrong is remembered, by the field's name;
// after it everything reads as empty. Whoever wants to hear of fields that nobody asked for says so at the
// end.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "core/errors/error.hpp"
#include "core/time.hpp"

namespace curfew::daemon {

class JsonReader {
  public:
    static core::Result<JsonReader> read(std::string_view text);  // one object, at most 32 deep

    bool has(std::string_view key) const;
    std::vector<std::string> keys() const;

    std::string text(std::string_view key) const;
    std::optional<std::string> maybe_text(std::string_view key) const;
    std::uint64_t count(std::string_view key) const;  // 0 and above
    std::optional<std::uint64_t> maybe_count(std::string_view key) const;
    std::optional<std::int64_t> maybe_number(std::string_view key) const;
    bool flag(std::string_view key) const;
    std::optional<bool> maybe_flag(std::string_view key) const;
    core::WallTime time(std::string_view key) const;  // 2026-11-22T19:05:00Z
    std::optional<core::WallTime> maybe_time(std::string_view key) const;
    std::vector<std::string> texts(std::string_view key) const;  // none where it is not there
    std::optional<JsonReader> object(std::string_view key) const;
    std::vector<JsonReader> objects(std::string_view key) const;  // none where it is not there

    void wrong(std::string_view key, std::string_view what) const;  // "`for`: WHAT"

    // Of the whole document.
    core::Result<void> finish() const;
    // Refuses a field of this object that is none of these.
    void only(std::initializer_list<std::string_view> keys) const;

  private:
    struct Document;
    JsonReader(std::shared_ptr<Document> document, const boost::json::object& object, std::string path)
        : document_(std::move(document)), object_(&object), path_(std::move(path)) {}
    const boost::json::value* find(std::string_view key) const;
    void missing(std::string_view key) const { wrong(key, "is missing"); }

    std::shared_ptr<Document> document_;
    const boost::json::object* object_;
    std::string path_;  // "servers[2]."
};

}  // namespace curfew::daemon
