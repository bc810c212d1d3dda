#include "config/lists.hpp"

#include <set>

#include "config/digest.hpp"
#include "config/sections.hpp"
#include "config/text_lines.hpp"
#include "config/wording.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_list = "a map such as `{file: oncall.txt}`";
constexpr std::string_view a_file = "write `file: oncall.txt`, one name a line";

// Plain names are looked up by hash, patterns by what they hold; expressions may have to be tried.
constexpr std::size_t most_patterns = 10'000;

class ListText {
  public:
    ListText(const TextFile& file, Files& files) : file_(file), files_(files) {}

    // Nothing where a line is wrong: without it, somebody on the list would not be.
    std::vector<NameFile::Entry> read() {
        for (const TextLine& line : lines_of(file_.text)) read_line(line);
        if (good_ && entries_.empty())
            wrong({{}, 1, 1}, "the list holds no name; write one a line, such as `anna`");
        if (!good_) return {};
        return std::move(entries_);
    }

  private:
    // A comment begins the line or stands behind a blank, as in YAML. Names may hold a `#`, so one behind
    // anything else is not guessed at.
    void read_line(const TextLine& line) {
        std::string_view text = line.text;
        for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
            if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') {
                text = text.substr(0, at);
                break;
            }
            if (text[at - 1] == '[') continue;
            return wrong(
                line,
                "is this `#` part of the name, or does a comment begin? Write a blank before a comment, "
                "and `[#]` where a name holds one");
        }
        text = without_blanks(text);
        if (!text.empty()) add(line, text);
    }

    void add(const TextLine& line, std::string_view text) {
        if (!core::is_valid_utf8(text)) return wrong(line, "this is no text in UTF-8");
        if (has_control_character(text))
            return wrong(line, "expected a name, found the control characters of " + quote(text));
        if (means_a_list(text)) return wrong(line, "a list holds names and patterns, and no other lists");
        const char first = text.front();
        if (text.size() > 1 && (first == '"' || first == '\'') && text.back() == first)
            return wrong(line, "quotes would be part of the name here; write it without them");
        if (first != '/' && text.find(", ") != std::string_view::npos)
            files_.complain({file_.name, line.line, line.column},
                            "the comma is a part of this name; several stand on a line each",
                            Severity::warning);
        const bool is_pattern = first == '/' || text.find_first_of("*?[") != std::string_view::npos;
        if (is_pattern && ++patterns_ > most_patterns) {
            if (patterns_ == most_patterns + 1)
                wrong(line, "more than " + std::to_string(most_patterns) +
                                " patterns in one list; plain names are not counted");
            return;
        }
        entries_.push_back({std::string(text), line.line, line.column});
    }

    void wrong(const TextLine& line, std::string message) {
        good_ = false;
        files_.complain({file_.name, line.line, line.column}, std::move(message));
    }

    const TextFile& file_;
    Files& files_;
    std::vector<NameFile::Entry> entries_;
    std::size_t patterns_ = 0;
    bool good_ = true;
};

std::string digest_of_names(const std::vector<NameFile::Entry>& entries) {
    std::set<std::string_view> names;
    for (const NameFile::Entry& entry : entries) names.insert(entry.text);
    Digest digest;
    for (const std::string_view name : names) digest.add(name);
    return digest.hex();
}

std::vector<std::string> in_order(const std::vector<NameFile::Entry>& entries) {
    std::set<std::string> names;
    for (const NameFile::Entry& entry : entries) names.insert(entry.text);
    return {names.begin(), names.end()};
}

}  // namespace

bool means_a_list(std::string_view text) {
    return core::fold_case(text.substr(0, list_prefix.size())) == list_prefix;
}

NameFile::NameFile(const Value& at, Files& files, std::string file, std::vector<Entry> entries)
    : at_(at),
      files_(&files),
      file_(std::move(file)),
      entries_(std::move(entries)),
      digest_(digest_of_names(entries_)) {}

void NameFile::complain(const Entry& entry, const std::string& problem) {
    const bool names_it = problem.find(entry.text) != std::string::npos;
    files_->complain({file_, entry.line, entry.column},
                     names_it ? problem : quote(entry.text) + ": " + problem);
}

void read_lists(const Value& value, Files& files, Draft& draft) {
    if (!value.is_map() || value.node().entries.empty()) {
        value.expected("a map of names, each " + std::string(a_list));
        return;
    }
    for (const yaml::Entry& entry : value.node().entries) {
        const Value child = value.at(entry);
        if (entry.key.empty() || has_control_character(entry.key))
            value.error_at_key(entry, "a list needs a name without control characters");
        std::string name;
        std::vector<NameFile::Entry> names;
        if (const auto file = read_file_of(child, a_list, a_file, files)) {
            name = file->name;
            names = ListText(*file, files).read();
        }
        draft.config.list_sizes[entry.key] = names.size();
        draft.config.list_names[entry.key] = in_order(names);
        draft.lists.emplace(entry.key, NameFile(child, files, std::move(name), std::move(names)));
    }
}

}  // namespace curfew::config
