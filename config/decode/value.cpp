#include "config/decode/value.hpp"

#include <utility>

namespace curfew::config {
namespace {

std::string found(const yaml::Node& node) {
    switch (node.kind) {
        case yaml::Kind::null:
            if (node.text.empty()) return "nothing";
            return quote(node.text) + ", which is nothing in YAML; a text needs quotes";
        case yaml::Kind::scalar: return node.text.empty() ? "an empty text" : quote(node.text);
        case yaml::Kind::sequence: return node.items.empty() ? "an empty list" : "a list";
        case yaml::Kind::map: return node.entries.empty() ? "an empty map" : "a map";
    }
    return "nothing";
}

}  // namespace

Value Value::item(std::size_t index) const {
    Value out = *this;
    out.node_ = &node_->items[index];
    out.path_ = item_path(path_, index);
    return out;
}

Value Value::at(const yaml::Entry& entry) const {
    Value out = *this;
    out.node_ = &entry.value;
    out.path_ = key_path(path_, entry.key);
    return out;
}

void Value::error(std::string message) const {
    reporter_->report(Severity::error, position(), path_, std::move(message));
}

void Value::warning(std::string message) const {
    reporter_->report(Severity::warning, position(), path_, std::move(message));
}

void Value::error_at_key(const yaml::Entry& entry, std::string message) const {
    reporter_->report(Severity::error, position(entry.key_at), key_path(path_, entry.key),
                      std::move(message));
}

void Value::expected(std::string_view what) const {
    error("expected " + std::string(what) + ", found " + found(*node_));
}

}  // namespace curfew::config
