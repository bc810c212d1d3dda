#include "config/yaml/parse.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/yaml/builder.hpp"
#include "config/yaml/limits.hpp"
#include "config/yaml/source.hpp"

namespace curfew::config::yaml {
namespace {

struct Translation {
    std::string_view theirs;  // the beginning of the library's message
    std::string_view ours;
};

// What the operator did, where the library says what its parser missed.
constexpr std::array translations{
    Translation{
        "illegal map value",
        "a `:` where no key can stand; check the indentation, the `:` of the line above, and put a text "
        "with `: ` in it in single quotes"},
    Translation{"illegal map key", "a key cannot stand here; check the indentation"},
    Translation{"illegal block entry", "a list item `- ` cannot stand here; check the indentation"},
    Translation{"illegal flow end", "a closing bracket without an opening one"},
    Translation{
        "end of map not found",
        "this belongs to nothing above; check the indentation and the space behind `:`, and put the whole "
        "of a text that begins with a quote or a bracket in single quotes"},
    Translation{"end of sequence not found", "this belongs to no list above; check the indentation"},
    Translation{
        "the referenced anchor is not defined",
        "`*` begins an alias here, and there is no such anchor; put a pattern that begins with `*` in "
        "single quotes"},
    Translation{"alias not found after *", "put a pattern with `*` in single quotes"},
    Translation{"illegal character found while scanning alias",
                "`*` begins an alias here; put a pattern that begins with `*` in single quotes"},
    Translation{
        "unknown escape character",
        "an escape that YAML does not know; in double quotes a backslash is written `\\\\`, in single "
        "quotes it is itself"},
    Translation{"illegal EOF in scalar", "the text is not closed: a quote is missing"},
    Translation{"unknown token",
                "YAML does not let a text begin with this character; put the text in single quotes"},
};

std::string explain(const std::string& theirs) {
    for (const auto& [prefix, ours] : translations)
        if (theirs.starts_with(prefix)) return std::string(ours);
    return "not YAML: " + theirs;
}

class Reading {
  public:
    Reading(const std::string& file, const Source& source, Reporter& reporter, std::string_view remedy)
        : source_(source), builder_(source, file, reporter, remedy) {}

    std::optional<Node> read() {
        std::istringstream stream{std::string(source_.text())};
        try {
            YAML::Parser parser(stream);
            if (!parser.HandleNextDocument(builder_)) {
                builder_.complain({}, "the file is empty");
                return std::nullopt;
            }
            Node root = builder_.take_root();
            refuse_a_second_document(parser);
            return root;
        } catch (const GiveUp&) {
            return std::nullopt;
        } catch (const YAML::Exception& problem) {
            complain_of(problem);
        }
        return std::nullopt;
    }

  private:
    void complain_of(const YAML::Exception& problem) {
        const bool in_brackets =
            problem.msg.starts_with("end of sequence flow") || problem.msg.starts_with("end of map flow");
        std::size_t offset = source_.offset_of(problem.mark.line, problem.mark.column);
        if (in_brackets && builder_.in_brackets()) {
            // At the end of the file the library has forgotten where it was.
            const bool at_end =
                offset == 0 || source_.from(offset).find_first_not_of(" \r\n") == std::string_view::npos;
            if (at_end)
                builder_.complain_of_open_bracket("this bracket is never closed");
            else
                builder_.complain(source_.mark_of(offset),
                                  "a `,` or the closing bracket is missing before this");
            return;
        }
        // It is noticed behind the escape; the slip is the backslash.
        if (problem.msg.starts_with("unknown escape") && offset >= 2) offset -= 2;
        builder_.complain(source_.mark_of(offset), explain(problem.msg));
    }

    // The library also begins a new document where a line belongs to nothing above it, without a `---`.
    void refuse_a_second_document(YAML::Parser& parser) {
        struct Start : YAML::EventHandler {
            std::optional<YAML::Mark> at;
            void OnDocumentStart(const YAML::Mark& mark) override {
                at = mark;
                throw GiveUp{};  // what is in it does not matter
            }
            void OnDocumentEnd() override {}
            void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
            void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
            void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                          const std::string&) override {}
            void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                                 YAML::EmitterStyle::value) override {}
            void OnSequenceEnd() override {}
            void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                            YAML::EmitterStyle::value) override {}
            void OnMapEnd() override {}
        } start;
        try {
            parser.HandleNextDocument(start);
        } catch (const GiveUp&) {
            const std::size_t offset = source_.offset_of(start.at->line, start.at->column);
            builder_.complain(
                source_.mark_of(offset),
                source_.from(offset).starts_with("---")
                    ? "a second document; a file holds one"
                    : "this belongs to nothing above; check the indentation and the space behind `:`");
        }
    }

    const Source& source_;
    Builder builder_;
};

}  // namespace

std::optional<Document> parse(const std::string& file, std::string_view text, Reporter& reporter,
                              std::string_view remedy) {
    const auto refuse = [&](Mark at, const std::string& message) {
        reporter.report(Severity::error, {file, at.line, at.column}, "", message);
        return std::nullopt;
    };
    if (text.size() > max_bytes)
        return refuse(
            {}, "the file is larger than " + std::to_string(max_bytes / 1024) + " KiB" + std::string(remedy));
    const Source source(text);
    if (auto flaw = source.flaw()) return refuse(flaw->at, flaw->message);
    auto root = Reading(file, source, reporter, remedy).read();
    if (!root) return std::nullopt;
    return Document{file, std::move(*root)};
}

}  // namespace curfew::config::yaml
