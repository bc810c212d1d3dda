#include "config/tests/policy_test.hpp"

#include <exception>
#include <filesystem>
#include <map>
#include <utility>

#include "config/decode/duration.hpp"
#include "config/decode/scalars.hpp"
#include "config/decode/timestamp.hpp"
#include "config/read_file.hpp"
#include "config/reporter.hpp"
#include "config/tests/parts.hpp"
#include "config/yaml/limits.hpp"
#include "config/yaml/parse.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_test =
    "a test with `name`, `server`, `session` and `expect`, with `sessions` instead, or with `for_all`";
constexpr std::string_view write_several = "; write several files of tests";
constexpr std::array<std::string_view, 3> forms{"session", "sessions", "for_all"};

class TestReader {
  public:
    explicit TestReader(Known& known) : known_(known) {}

    std::vector<PolicyTest> read_all(const Value& list) {
        std::vector<PolicyTest> out;
        if (!list.is_list() || list.node().items.empty()) {
            list.expected("a list of tests; each is " + std::string(a_test));
            return out;
        }
        for (std::size_t i = 0; i < list.node().items.size(); ++i)
            if (auto test = read(list.item(i))) out.push_back(std::move(*test));
        return out;
    }

  private:
    struct Common {
        std::optional<Value> at;
        std::optional<Value> server;
        std::optional<Value> held;
        std::optional<Value> expect;
    };

    std::optional<PolicyTest> read(const Value& value) {
        MapReader map(value, a_test);
        const auto name = map.required("name", "say what the test is about");
        const Common common{map.optional("at"), map.optional("server"), map.optional("held"),
                            map.required("expect", "say what is expected")};
        const auto form = map.one_of(forms);
        map.finish();
        PolicyTest test{.name = {}, .at = value.position(), .what = {}};
        if (name) test.name = read_test_name(*name);
        if (!form) return std::nullopt;
        if (map.has("session"))
            test.what = one_session(value, *form, common);
        else if (map.has("sessions"))
            test.what = all_sessions(value, *form, common);
        else
            test.what = never_ended(*form, common);
        return test;
    }

    std::string read_test_name(const Value& value) {
        const auto name = read_prose(value, "the name of a test");
        if (!name) return {};
        const auto [first, fresh] = names_.emplace(*name, value.position().line);
        if (!fresh)
            value.error("a test named " + quote(*name) + " stands in line " + std::to_string(first->second) +
                        " already; names are unique");
        return *name;
    }

    std::optional<core::WallTime> read_time(const std::optional<Value>& value) {
        return value ? read_parsed(*value, a_timestamp, parse_timestamp) : std::nullopt;
    }

    // The policy's answer may not depend on when somebody runs the test.
    core::WallTime read_required_time(const Value& test, const Common& common) {
        if (!common.at && known_.goes_by_the_clock())
            test.error("`at` is missing, and the policy goes by the clock; write " +
                       quote("at: 2026-03-02T21:30:00+01:00"));
        return read_time(common.at).value_or(core::WallTime{});
    }

    policy::ServerTraits read_required_server(const Value& test, const Common& common) {
        if (common.server) return read_test_server(*common.server, known_);
        test.error("`server` is missing; name one of the configuration, or describe one as in " +
                   quote("{name: fs1, tags: [finance]}"));
        return {};
    }

    static std::optional<core::Seconds> read_held(const Common& common) {
        if (!common.held) return std::nullopt;
        return read_duration(*common.held, {core::Seconds{0}, longest_duration});
    }

    OneSession one_session(const Value& test, const Value& session, const Common& common) {
        OneSession out{.server = read_required_server(test, common),
                       .at = read_required_time(test, common),
                       .session = read_supposed(session),
                       .held = read_held(common),
                       .expect = {}};
        if (common.expect) out.expect = read_expected_decision(*common.expect, known_);
        return out;
    }

    AllSessions all_sessions(const Value& test, const Value& sessions, const Common& common) {
        AllSessions out{.server = read_required_server(test, common),
                        .at = read_required_time(test, common),
                        .sessions = read_all_supposed(sessions),
                        .held = read_held(common),
                        .expect = {}};
        if (common.expect) out.expect = read_expected_plan(*common.expect, out.sessions);
        return out;
    }

    NeverEnded never_ended(const Value& value, const Common& common) {
        NeverEnded out;
        MapReader map(value, "what is fixed, such as `{session: {user: svc-backup}}`");
        const auto session = map.optional("session");
        const auto server = map.optional("server");
        map.finish();
        if (session) out.premises.session = read_supposed(*session);
        if (server) read_fixed_server(*server, known_, out.premises);
        if (const auto at = read_time(common.at)) {
            out.premises.at = *at;
            out.premises.fixed.insert(policy::Fact::time);
        }
        if (common.server)
            common.server->error("in a test with `for_all` the server stands in it: `for_all: {server: …}`");
        if (common.held)
            common.held->error("a test with `for_all` has no `held`: every `for` is taken to be over");
        if (common.expect) read_never(*common.expect);
        return out;
    }

    Known& known_;
    std::map<std::string, std::size_t> names_;
};

std::string beside(const std::string& file, const std::string& path) {
    return (std::filesystem::path(file).parent_path() / path).string();
}

PolicyTests read_all(const Value& root, std::vector<Diagnostic>& of_config) {
    PolicyTests out;
    MapReader map(root, "a map with `config` and `tests`");
    const auto config = map.required("config", "write `config: curfew.yaml`, relative to this file");
    const auto tests = map.required("tests", "write a list of tests");
    map.finish();
    if (!config) return out;
    const auto path = read_name(*config, "the path of a configuration");
    if (!path) return out;
    Loaded loaded = load(beside(root.file(), *path));
    of_config = std::move(loaded.diagnostics);
    out.config = std::move(loaded.config);
    if (!out.config)
        config->error("the configuration " + quote(*path) + " cannot be tested; its errors follow");
    // Against a configuration that is not there everything would be wrong.
    if (!out.config || !tests) return out;
    Known known(*out.config);
    out.tests = TestReader(known).read_all(*tests);
    return out;
}

template <class Text> LoadedTests load_by(const std::string& path, Text text_of) {
    LoadedTests out;
    try {
        Reporter reporter;
        std::vector<Diagnostic> of_config;
        const Parsed<std::string> text = text_of();
        if (!text) {
            reporter.report(Severity::error, {path, 0, 0}, "", "cannot be read: " + text.error().message);
        } else if (const auto document = yaml::parse(path, *text, reporter, write_several)) {
            auto tests = read_all({*document, reporter}, of_config);
            if (reporter.errors() == 0) out.tests = std::move(tests);
        }
        out.diagnostics = reporter.take({path});
        out.diagnostics.insert(out.diagnostics.end(), of_config.begin(), of_config.end());
    } catch (const std::exception& problem) {
        out.tests.reset();
        out.diagnostics.push_back(
            {Severity::error, {path, 0, 0}, "", std::string("cannot be read: ") + problem.what()});
    }
    return out;
}

}  // namespace

LoadedTests load_tests(const std::string& path) {
    // One byte more than may be, to see that it is too much.
    return load_by(path, [&] { return read_file(path, yaml::max_bytes + 1); });
}

LoadedTests tests_from_text(const std::string& text, const std::string& path) {
    return load_by(path, [&] { return Parsed<std::string>(boost::system::in_place_value, text); });
}

}  // namespace curfew::config
