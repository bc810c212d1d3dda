#include "config/decode/endpoint.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"
#include "config/tests/parts.hpp"

namespace curfew::config {
namespace {

constexpr std::string_view a_server = "the name of a server, or a map such as `{name: fs1, tags: [finance]}`";

std::optional<policy::Kind> read_kind(const Value& value) {
    constexpr std::array words{Word<policy::Kind>{"auto", policy::Kind::automatic},
                               Word<policy::Kind>{"windows", policy::Kind::windows},
                               Word<policy::Kind>{"samba", policy::Kind::samba}};
    return read_enum(value, words);
}

// None: `tags: []`, here where no condition is written, but a server described.
std::vector<std::string> read_tags(const Value& value, Known& known) {
    std::vector<std::string> tags;
    if (value.is_list() && value.node().items.empty()) return tags;
    for (const Value& item : one_or_many(value, "a tag")) {
        auto tag = read_name(item, "a tag");
        if (!tag) continue;
        if (!known.has_tag(*tag))
            item.warning("no server of the configuration bears the tag " + quote(*tag) +
                         known.near_tag(*tag));
        tags.push_back(std::move(*tag));
    }
    return tags;
}

struct Described {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> tags;
    std::optional<policy::Kind> kind;
    std::optional<policy::Zone> timezone;
};

Described read_map(const Value& value, bool needs_name, Known& known) {
    Described out;
    MapReader map(value, a_server);
    const auto name =
        needs_name ? map.required("name", "write `name: fs1.corp.example`") : map.optional("name");
    const auto tags = map.optional("tags");
    const auto kind = map.optional("kind");
    const auto timezone = map.optional("timezone");
    map.finish();
    if (name) out.name = read_parsed(*name, "the name of a server", parse_server_name);
    if (tags) out.tags = read_tags(*tags, known);
    if (kind) out.kind = read_kind(*kind);
    if (timezone) out.timezone = read_zone(*timezone, known.zones());
    return out;
}

const Server* read_configured(const Value& value, Known& known) {
    const auto name = read_parsed(value, a_server, parse_server_name);
    if (!name) return nullptr;
    const Server* server = known.server(*name);
    if (server == nullptr)
        value.error("there is no server " + quote(*name) + " in the configuration" +
                    known.near_server(*name) +
                    "; one that is not in it is described, as in `{name: " + *name + ", tags: [finance]}`");
    return server;
}

}  // namespace

policy::ServerTraits read_test_server(const Value& value, Known& known) {
    if (!value.is_map()) {
        const Server* server = read_configured(value, known);
        return server == nullptr ? policy::ServerTraits{} : server->traits;
    }
    Described said = read_map(value, true, known);
    policy::ServerTraits out;
    if (said.name) {
        if (const Server* server = known.server(*said.name)) out = server->traits;
        out.name = *said.name;
        // Whoever describes a server and says what is known of a session there is believed: no Samba is
        // guessed that would know less.
        out.kind = policy::Kind::automatic;
    }
    if (said.tags) out.tags = std::move(*said.tags);
    out.kind = said.kind.value_or(out.kind);
    if (said.timezone) out.timezone = said.timezone;
    return out;
}

void read_fixed_server(const Value& value, Known& known, policy::Premises& out) {
    using policy::Fact;
    if (!value.is_map()) {
        if (const Server* server = read_configured(value, known)) {
            out.server = server->traits;
            out.fixed.insert({Fact::server, Fact::tags, Fact::timezone});
        }
        return;
    }
    Described said = read_map(value, false, known);
    if (said.name) {
        out.server.name = *said.name;
        out.fixed.insert(Fact::server);
    }
    if (said.tags) {
        out.server.tags = std::move(*said.tags);
        out.fixed.insert(Fact::tags);
    }
    out.server.kind = said.kind.value_or(out.server.kind);
    if (said.timezone) {
        out.server.timezone = said.timezone;
        out.fixed.insert(Fact::timezone);
    }
}

}  // namespace curfew::config
