#pragma once
// A node of the tree together with its path: what the decoders pass around, and complain about.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/reporter.hpp"
#include "config/wording.hpp"
#include "config/yaml/node.hpp"

namespace curfew::config {

class Value {
  public:
    Value(const yaml::Document& document, Reporter& reporter)
        : document_(&document), node_(&document.root), reporter_(&reporter) {}

    const yaml::Node& node() const { return *node_; }
    const std::string& path() const { return path_; }
    const std::string& file() const { return document_->file; }
    Position position() const { return position(node_->at); }

    bool is_map() const { return node_->kind == yaml::Kind::map; }
    bool is_list() const { return node_->kind == yaml::Kind::sequence; }
    bool is_scalar() const { return node_->kind == yaml::Kind::scalar; }
    bool is_null() const { return node_->kind == yaml::Kind::null; }
    bool is_plain(std::string_view text) const {
        return is_scalar() && node_->style == yaml::Style::plain && node_->text == text;
    }

    Value item(std::size_t index) const;
    Value at(const yaml::Entry& entry) const;

    void error(std::string message) const;
    void warning(std::string message) const;
    void error_at_key(const yaml::Entry& entry, std::string message) const;
    void expected(std::string_view what) const;  // "expected WHAT, found …"

  private:
    Position position(yaml::Mark mark) const { return {document_->file, mark.line, mark.column}; }

    const yaml::Document* document_;
    const yaml::Node* node_;
    Reporter* reporter_;
    std::string path_;
};

}  // namespace curfew::config
