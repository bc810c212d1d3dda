#include "config/yaml/builder.hpp"

#include <utility>

#include "config/wording.hpp"
#include "config/yaml/limits.hpp"
#include "config/yaml/scalar_style.hpp"

namespace curfew::config::yaml {
namespace {

// The library says "?" where no tag was written and "!" for quoted text.
bool is_tag(const std::string& tag) {
    return !tag.empty() && tag != "?" && tag != "!";
}

// The library notices a missing value only at what comes next, which may be a key `nullable:`.
std::string_view written_null(std::string_view source, bool as_key) {
    for (const std::string_view null : {"~", "null", "Null", "NULL"}) {
        if (!source.starts_with(null)) continue;
        const std::string_view rest = source.substr(null.size());
        if (rest.empty() || rest.find_first_of(as_key ? " \t\r\n:" : " \t\r\n,]}") == 0) return null;
    }
    return {};
}

// A long text costs more than one node: an alias of it would be copied, too.
std::size_t cost_of(const std::string& text) {
    return 1 + text.size() / 64;
}

}  // namespace

Mark Builder::mark_of(const YAML::Mark& mark) const {
    return source_.mark_of(source_.offset_of(mark.line, mark.column));
}

std::string Builder::path() const {
    std::string out;
    for (const Frame& frame : frames_) {
        if (frame.node.kind == Kind::sequence)
            out = item_path(out, frame.node.items.size());
        else if (frame.has_key)
            out = key_path(out, frame.key);
    }
    return out;
}

void Builder::complain(Mark at, const std::string& message) {
    reporter_.report(Severity::error, {file_, at.line, at.column}, path(), message);
}

void Builder::complain_of_tag(Mark at) {
    complain(at,
             "tags such as `!x` and `!!str` are not part of the language; put a text that begins with `!` in "
             "single quotes");
}

void Builder::complain_of_open_bracket(const std::string& message) {
    const Mark at = frames_.back().node.at;
    frames_.pop_back();  // the path is that of the bracket, not of what would have come next in it
    complain(at, message);
}

bool Builder::awaits_key() const {
    return !frames_.empty() && frames_.back().node.kind == Kind::map && !frames_.back().has_key;
}

void Builder::spend(std::size_t cost, Mark at) {
    spent_ += cost;
    if (spent_ <= max_nodes) return;
    complain(at, "more than " + std::to_string(max_nodes) + " values in one file, aliases written out" +
                     std::string(remedy_));
    throw GiveUp{};
}

void Builder::OnDocumentStart(const YAML::Mark&) {
    root_ = Node{};
    frames_.clear();
    anchors_.clear();
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const std::size_t offset = source_.offset_of(mark.line, mark.column);
    Node node;
    node.at = source_.mark_of(offset);
    const std::string_view here = source_.from(offset);
    if (const std::string_view null = written_null(here, awaits_key()); !null.empty()) {
        node.text = null;
    } else if (!frames_.empty()) {
        const Frame& frame = frames_.back();
        if (frame.node.kind == Kind::map && frame.has_key) node.at = frame.key_at;
        if (frame.node.kind == Kind::sequence) node.at = source_.empty_item_before(offset);
    }
    spend(1, node.at);
    remember(anchor, node, 1);
    add(std::move(node));
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const Mark at = mark_of(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
        complain(at, "this alias stands inside of what it refers to");
        throw GiveUp{};
    }
    spend(found->second.cost, at);
    add(found->second.node);
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
    const std::size_t offset = source_.offset_of(mark.line, mark.column);
    Written written = how_written(source_.from(offset), value);
    Node node;
    node.kind = Kind::scalar;
    node.style = written.style;
    node.several_lines = written.several_lines;
    node.at = source_.mark_of(offset + written.skipped);
    node.text = value;
    node.escaped = std::move(written.escaped);
    if (is_tag(tag) || written.tagged) complain_of_tag(node.at);
    if (!written.closed) {
        complain(node.at, "the closing quote of this text is missing");
        throw GiveUp{};
    }
    spend(cost_of(value), node.at);
    remember(anchor, node, cost_of(value));
    add(std::move(node));
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value style) {
    open(Kind::sequence, mark, anchor, is_tag(tag), style == YAML::EmitterStyle::Flow);
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) {
    open(Kind::map, mark, anchor, is_tag(tag), style == YAML::EmitterStyle::Flow);
}

void Builder::open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, bool tagged, bool brackets) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.at = mark_of(mark);
    frame.anchor = anchor;
    frame.brackets = brackets;
    frame.first_cost = spent_;
    if (tagged) complain_of_tag(frame.node.at);
    if (frames_.size() == max_depth) {
        complain(frame.node.at, too_deep());
        throw GiveUp{};
    }
    spend(1, frame.node.at);
    frames_.push_back(std::move(frame));
}

void Builder::close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    remember(frame.anchor, frame.node, spent_ - frame.first_cost);
    add(std::move(frame.node));
}

void Builder::remember(YAML::anchor_t anchor, const Node& node, std::size_t cost) {
    if (anchor == 0) return;
    spend(cost, node.at);  // for the copy kept here
    anchors_.emplace(anchor, Anchored{node, cost});
}

void Builder::add_key(const Node& node) {
    if (node.kind != Kind::scalar) {
        const bool null = node.kind == Kind::null;
        if (null && node.text.empty())
            complain(node.at, "a key is missing before `:`");
        else if (null)
            complain(node.at, quote(node.text) + " is nothing in YAML; a key of that name needs quotes");
        else
            complain(
                node.at,
                "a list or a map cannot be a key; put a text that begins with a bracket in single quotes");
        throw GiveUp{};
    }
    Frame& frame = frames_.back();
    frame.key = node.text;
    frame.key_at = node.at;
    frame.has_key = true;
    const auto [first, fresh] = frame.seen.emplace(node.text, node.at);
    if (!fresh)
        complain(node.at, "duplicate key; it stands in line " + std::to_string(first->second.line) +
                              " already, remove one of the two");
}

void Builder::add(Node node) {
    if (frames_.empty()) {
        root_ = std::move(node);
    } else if (frames_.back().node.kind == Kind::sequence) {
        frames_.back().node.items.push_back(std::move(node));
    } else if (awaits_key()) {
        add_key(node);
    } else {
        Frame& frame = frames_.back();
        frame.has_key = false;
        // Of duplicates the first is kept, so that the rest of the file is still checked.
        if (frame.seen.at(frame.key) == frame.key_at)
            frame.node.entries.push_back({std::move(frame.key), frame.key_at, std::move(node)});
    }
}

}  // namespace curfew::config::yaml
