#include "daemon/plan_file/plan_text.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "config/digest.hpp"
#include "core/text/utf.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

namespace json = boost::json;
namespace errc = boost::system::errc;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

constexpr std::int64_t format = 1;

// 2026-11-22T19:05:00.125Z
std::string text_of(core::WallTime time) {
    const auto at = floor<core::Milliseconds>(time);
    const auto day = floor<days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{at - day};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
                  unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

// As text_of() writes it and in no other way.
std::optional<core::WallTime> time_of(std::string_view text) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.dddZ";
    if (text.size() != shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t from, std::size_t length) {
        int value = 0;
        for (const char c : text.substr(from, length)) value = value * 10 + (c - '0');
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                           std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                           std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    // What the clock can count: nanoseconds in 64 bits end in 2262.
    if (!date.ok() || date.year() < std::chrono::year{1900} || date.year() > std::chrono::year{2200})
        return std::nullopt;
    const int hour = number(11, 2);
    const int minute = number(14, 2);
    const int second = number(17, 2);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return core::WallTime{sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           core::Seconds{second} + core::Milliseconds{number(20, 3)};
}

std::string hash_of(std::string_view body, std::string_view header_hash) {
    config::Digest digest;
    digest.add("curfew plan");
    digest.add(header_hash);
    digest.add(body);
    return digest.hex();
}

// What is not UTF-8 cannot be written as it is. What is left of it stays the same when it is read and written
// again, as the hash needs it to.
std::string writable(const std::string& text) {
    if (core::is_valid_utf8(text)) return text;
    std::string out;
    for (const char c : text) out += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : "\ufffd";
    return out;
}

// What a hash goes over: the text as it is written, without the hash. What is read is written again to be
// checked, so spaces do not count.
std::string body_of(const PlanFile& plan) {
    JsonWriter json;
    json.begin_object()
        .field("curfew_plan", format)
        .field("made", text_of(plan.made))
        .field("host", writable(plan.host))
        .field("curfew", writable(plan.version))
        .field("config", writable(plan.config))
        .field("digest", writable(plan.digest))
        .end_object();
    return json.text();
}

std::string body_of(const PlanFile::Entry& entry) {
    JsonWriter json;
    json.begin_object()
        .field("server", writable(entry.server))
        .field("client", writable(entry.client))
        .field("user", writable(entry.user))
        .field("rule", writable(entry.rule.name))
        .field("rule_digest", writable(entry.rule.digest))
        .field("client_key", writable(entry.client_key))
        .field("user_key", writable(entry.user_key))
        .key("targets")
        .begin_array();
    for (const auto& target : entry.targets) {
        json.begin_object()
            .field("client_key", writable(target.client_key))
            .field("user_key", writable(target.user_key));
        if (target.start) json.field("start", text_of(*target.start));
        json.end_object();
    }
    json.end_array().end_object();
    return json.text();
}

std::string signed_line(std::string body, const std::string& hash) {
    body.pop_back();  // the brace
    return body + R"(, "sha256": ")" + hash + "\"}\n";
}

core::Error wrong(std::size_t line, const std::string& what) {
    return {errc::make_error_code(errc::bad_message),
            "line " + std::to_string(line) + " of the plan: " + what};
}

// One line: an object, and the first thing that is wrong with it.
class Line {
  public:
    explicit Line(std::string_view text) {
        if (text.size() > plan_max_line) {
            fail("it is too long");
            return;
        }
        boost::system::error_code error;
        json::parse_options strict;
        strict.max_depth = 3;
        value_ = json::parse({text.data(), text.size()}, error, {}, strict);
        object_ = error ? nullptr : value_.if_object();
        if (!object_) fail("it is no object of JSON");
    }
    explicit Line(const json::value& part) : object_(part.if_object()) {
        if (!object_) fail("a target is no object");
    }

    const std::string& problem() const { return problem_; }
    void fail(std::string what) {
        if (problem_.empty()) problem_ = std::move(what);
    }
    bool has(std::string_view name) const { return object_ && object_->contains(name); }
    std::string text(std::string_view name) {
        const auto* found = object_ ? object_->if_contains(name) : nullptr;
        const auto* text = found ? found->if_string() : nullptr;
        if (text) return {text->data(), text->size()};
        fail("`" + std::string{name} + "` is missing, or is no text");
        return {};
    }
    core::WallTime time(std::string_view name) {
        const auto time = time_of(text(name));
        if (!time) fail("`" + std::string{name} + "` is no time");
        return time.value_or(core::WallTime{});
    }
    bool is_number(std::string_view name, std::int64_t expected) const {
        const auto* found = object_ ? object_->if_contains(name) : nullptr;
        return found && found->is_int64() && found->get_int64() == expected;
    }
    const json::array* list(std::string_view name) {
        const auto* found = object_ ? object_->if_contains(name) : nullptr;
        const auto* list = found ? found->if_array() : nullptr;
        if (!list) fail("`" + std::string{name} + "` is missing, or is no list");
        return list;
    }
    void has_only(std::size_t fields) {
        if (object_ && object_->size() != fields) fail("there is more in it than belongs there");
    }
    void check(const std::string& hash) {
        if (text("sha256") != hash)
            fail("it was altered, or is of another plan; lines may only be removed. Make the plan anew");
    }

  private:
    json::value value_;
    const json::object* object_ = nullptr;
    std::string problem_;
};

std::vector<PlanFile::Target> targets_in(Line& line) {
    std::vector<PlanFile::Target> targets;
    const auto* list = line.list("targets");
    if (!list) return targets;
    if (list->empty()) line.fail("`targets` is empty");
    for (const auto& one : *list) {
        Line part{one};
        PlanFile::Target target{part.text("client_key"), part.text("user_key"), std::nullopt};
        const bool has_start = part.has("start");
        if (has_start) target.start = part.time("start");
        part.has_only(has_start ? 3 : 2);
        if (!part.problem().empty()) {
            line.fail(part.problem());
            break;
        }
        targets.push_back(std::move(target));
    }
    return targets;
}

PlanFile header_in(Line& line, std::string& hash) {
    PlanFile plan;
    if (!line.is_number("curfew_plan", format)) {
        line.fail("it is not the first line of a plan that this curfew reads");
        return plan;
    }
    plan.made = line.time("made");
    plan.host = line.text("host");
    plan.version = line.text("curfew");
    plan.config = line.text("config");
    plan.digest = line.text("digest");
    line.has_only(7);
    hash = hash_of(body_of(plan), {});
    line.check(hash);
    return plan;
}

PlanFile::Entry entry_in(Line& line, const std::string& header_hash, std::string& hash) {
    PlanFile::Entry entry;
    entry.server = line.text("server");
    entry.client = line.text("client");
    entry.user = line.text("user");
    entry.rule = {line.text("rule"), line.text("rule_digest")};
    entry.client_key = line.text("client_key");
    entry.user_key = line.text("user_key");
    entry.targets = targets_in(line);
    line.has_only(9);
    if (!line.problem().empty()) return entry;
    hash = hash_of(body_of(entry), header_hash);
    line.check(hash);
    return entry;
}

// The next line that is not blank.
std::string_view next_line(std::string_view& rest, std::size_t& number) {
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        ++number;
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
    }
    return {};
}

}  // namespace

std::string plan_text(const PlanFile& plan) {
    const std::string header = body_of(plan);
    const std::string header_hash = hash_of(header, {});
    std::string text = signed_line(header, header_hash);
    for (const auto& entry : plan.entries) {
        const std::string body = body_of(entry);
        text += signed_line(body, hash_of(body, header_hash));
    }
    return text;
}

core::Result<PlanFile> read_plan_text(std::string_view text) {
    std::size_t number = 0;
    try {
        if (text.size() > plan_max_bytes) return wrong(1, "the file is larger than 64 MiB");
        const auto first = next_line(text, number);
        if (first.empty()) return wrong(1, "the file is empty");
        Line header{first};
        std::string header_hash;
        PlanFile plan = header_in(header, header_hash);
        if (!header.problem().empty()) return wrong(number, header.problem());

        std::set<std::string> hashes;
        for (auto next = next_line(text, number); !next.empty(); next = next_line(text, number)) {
            if (plan.entries.size() >= plan_max_entries) return wrong(number, "there are too many");
            Line line{next};
            std::string hash;
            PlanFile::Entry entry = entry_in(line, header_hash, hash);
            if (!line.problem().empty()) return wrong(number, line.problem());
            if (!hashes.insert(hash).second) return wrong(number, "it is there twice");
            plan.entries.push_back(std::move(entry));
        }
        return plan;
    } catch (const std::exception& problem) {
        return wrong(number, problem.what());
    }
}

}  // namespace curfew::daemon
