#pragma once
// From the events of the YAML library to a tree. Its own tree (YAML::Node) keeps duplicate keys without a
// word and forgets how scalars were written.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "config/reporter.hpp"
#include "config/yaml/node.hpp"
#include "config/yaml/source.hpp"

namespace curfew::config::yaml {

// Reading on makes no sense or costs too much; reported already.
struct GiveUp {};

class Builder : public YAML::EventHandler {
  public:
    // `remedy`: what to do about a file with too many values.
    Builder(const Source& source, std::string file, Reporter& reporter, std::string_view remedy)
        : source_(source), file_(std::move(file)), reporter_(reporter), remedy_(remedy) {}

    Node take_root() { return std::move(root_); }

    void complain(Mark at, const std::string& message);
    // For the end of the file inside of a list or map in brackets.
    bool in_brackets() const { return !frames_.empty() && frames_.back().brackets; }
    void complain_of_open_bracket(const std::string& message);

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { close(); }

  private:
    struct Frame {
        Node node;
        YAML::anchor_t anchor = 0;
        bool brackets = false;
        std::size_t first_cost = 0;  // what had been spent when it began
        std::string key;             // of the value that comes next
        Mark key_at;
        bool has_key = false;
        std::unordered_map<std::string, Mark> seen;
    };
    struct Anchored {
        Node node;
        std::size_t cost = 0;
    };

    void open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, bool tagged, bool brackets);
    void close();
    void add(Node node);
    void add_key(const Node& node);
    void remember(YAML::anchor_t anchor, const Node& node, std::size_t cost);
    void spend(std::size_t cost, Mark at);
    void complain_of_tag(Mark at);
    bool awaits_key() const;
    std::string path() const;
    Mark mark_of(const YAML::Mark& mark) const;

    const Source& source_;
    std::string file_;
    Reporter& reporter_;
    std::string_view remedy_;
    Node root_;
    std::vector<Frame> frames_;
    std::unordered_map<YAML::anchor_t, Anchored> anchors_;
    std::size_t spent_ = 0;
};

}  // namespace curfew::config::yaml
