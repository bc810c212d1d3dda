#include "config/files.hpp"

#include <filesystem>
#include <utility>

#include "config/decode/scalars.hpp"
#include "config/digest.hpp"
#include "config/read_file.hpp"
#include "config/yaml/limits.hpp"
#include "config/yaml/parse.hpp"

namespace curfew::config {
namespace {

constexpr std::size_t most_files = 1'000;

std::string canonical(const std::string& path) {
    std::error_code failed;
    auto out = std::filesystem::weakly_canonical(path, failed);
    return failed ? path : out.string();
}

// The directory was not written as a pattern; its brackets are its own.
std::string literal(const std::string& directory) {
    std::string out;
    for (const char c : directory) {
        if (c == '*' || c == '?' || c == '[' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

Parsed<std::string> read_limited(const std::string& path) {
    return read_file(path, yaml::max_bytes + 1);  // one more, for parse() to see that it is too much
}

std::string too_many_files() {
    return "more than " + std::to_string(most_files) + " files; join some of them";
}

}  // namespace

const yaml::Document* Files::first(const std::string& path) {
    mentioned_.insert(path);
    const auto text = read_limited(path);
    if (text) return first(path, *text);
    reporter_.report(Severity::error, {path, 0, 0}, "", "cannot be read: " + text.error().message);
    return nullptr;
}

const yaml::Document* Files::first(const std::string& path, std::string_view text) {
    mentioned_.insert(path);
    seen_.insert(canonical(path));
    return add(path, text);
}

void Files::note(const std::string& path, std::string_view text) {
    names_.push_back(path);
    texts_.emplace_back(text);
    Digest digest;
    digest.add(text);
    digests_.push_back(digest.hex());
}

const yaml::Document* Files::add(const std::string& path, std::string_view text) {
    note(path, text);
    auto document = yaml::parse(path, text, reporter_);
    if (!document) return nullptr;
    return &documents_.emplace_back(std::move(*document));
}

std::vector<const yaml::Document*> Files::include(const Value& pattern) {
    const auto text = read_name(pattern, "the path of a file, or a pattern such as `servers.d/*.yaml`");
    if (!text) return {};
    const auto directory = std::filesystem::path(pattern.file()).parent_path();
    const std::string path = (directory / *text).string();
    // The directories of a pattern's last part; one that is itself a pattern is not followed.
    directories_.insert(std::filesystem::path(path).parent_path().string());
    const auto matches = match_files((literal(directory.string()) / std::filesystem::path(*text)).string());
    if (!matches) {
        pattern.error("cannot look for " + quote(path) + ": " + matches.error().message);
        return {};
    }
    if (matches->empty()) {
        pattern.error("no file matches " + quote(path) + "; create one, or remove this entry");
        return {};
    }
    std::vector<const yaml::Document*> out;
    for (const std::string& file : *matches) {
        if (names_.size() >= most_files) {
            pattern.error(too_many_files());
            break;
        }
        mentioned_.insert(file);
        if (!may_read(pattern, file)) continue;
        const auto content = read_limited(file);
        if (!content)
            pattern.error("cannot read " + quote(file) + ": " + content.error().message);
        else if (const auto* document = add(file, *content))
            out.push_back(document);
    }
    return out;
}

bool Files::may_read(const Value& mention, const std::string& path) {
    if (seen_.insert(canonical(path)).second) return true;
    mention.error(quote(path) + " is read already; include every file once");
    return false;
}

std::optional<TextFile> Files::read_text(const Value& path) {
    const auto written = read_name(path, "the path of a file");
    if (!written) return std::nullopt;
    const std::string file = (std::filesystem::path(path.file()).parent_path() / *written).string();
    mentioned_.insert(file);
    if (names_.size() >= most_files) {
        path.error(too_many_files());
        return std::nullopt;
    }
    if (!may_read(path, file)) return std::nullopt;
    auto content = read_limited(file);
    if (!content) {
        path.error("cannot read " + quote(file) + ": " + content.error().message);
        return std::nullopt;
    }
    note(file, *content);
    if (content->size() > yaml::max_bytes) {
        complain({file, 1, 1},
                 "the file is larger than " + std::to_string(yaml::max_bytes / 1024) + " KiB; split it");
        return std::nullopt;
    }
    return TextFile{file, std::move(*content)};
}

void Files::complain(Position at, std::string message, Severity severity) {
    reporter_.report(severity, std::move(at), "", std::move(message));
}

std::vector<FileText> Files::texts() const {
    std::vector<FileText> out;
    for (std::size_t i = 0; i < names_.size(); ++i) out.push_back({names_[i], texts_[i]});
    return out;
}

std::string Files::digest() const {
    Digest digest;
    // By where they stand beside the first one, so that a relative path to it and an absolute one are the
    // same configuration.
    const std::string directory =
        names_.empty() ? "" : std::filesystem::path(names_.front()).parent_path().string();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const std::string_view name = names_[i];
        const bool beside = !directory.empty() && name.starts_with(directory + "/");
        digest.add(beside ? name.substr(directory.size() + 1) : name);
        digest.add(digests_[i]);
    }
    return digest.hex();
}

}  // namespace curfew::config
