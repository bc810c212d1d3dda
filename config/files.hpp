#pragma once
// The files of one configuration: read once, bounded, and kept while values point into their trees.

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/decode/value.hpp"
#include "config/reporter.hpp"
#include "config/yaml/node.hpp"

namespace curfew::config {

struct TextFile {
    std::string name;
    std::string text;
};

class Files {
  public:
    explicit Files(Reporter& reporter) : reporter_(reporter) {}

    // The file that includes the others. Null where it cannot be read.
    const yaml::Document* first(const std::string& path);
    const yaml::Document* first(const std::string& path, std::string_view text);

    // What a `file:` names: a path or a glob, relative to the file it stands in, in the order of names. Those
    // that cannot be read are complained of and left out.
    std::vector<const yaml::Document*> include(const Value& pattern);

    // The same of one file that is no YAML, by its path alone. Empty, after a word about it, where it cannot
    // be read.
    std::optional<TextFile> read_text(const Value& path);

    // Of what stands in such a file.
    void complain(Position at, std::string message, Severity severity = Severity::error);

    Value value_of(const yaml::Document& document) const { return {document, reporter_}; }

    const std::vector<std::string>& names() const { return names_; }
    // As read, by their names.
    std::vector<FileText> texts() const;
    // Named somewhere, read or not, and where patterns were looked for.
    const std::set<std::string>& mentioned() const { return mentioned_; }
    const std::set<std::string>& directories() const { return directories_; }
    std::string digest() const;

  private:
    bool may_read(const Value& mention, const std::string& path);
    void note(const std::string& path, std::string_view text);
    const yaml::Document* add(const std::string& path, std::string_view text);

    Reporter& reporter_;
    std::deque<yaml::Document> documents_;  // does not move what it holds
    std::vector<std::string> names_;
    std::vector<std::string> texts_;
    std::vector<std::string> digests_;
    std::set<std::string> mentioned_;
    std::set<std::string> directories_;
    std::set<std::string> seen_;  // canonical, so that no file includes itself by another name
};

}  // namespace curfew::config
