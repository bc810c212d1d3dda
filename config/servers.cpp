#include <utility>

#include "config/decode/dialects.hpp"
#include "config/decode/endpoint.hpp"
#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/files.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

constexpr std::array kinds{Word<policy::Kind>{"auto", policy::Kind::automatic},
                           Word<policy::Kind>{"windows", policy::Kind::windows},
                           Word<policy::Kind>{"samba", policy::Kind::samba}};
constexpr std::array encryptions{Word<core::Encryption>{"offered", core::Encryption::offered},
                                 Word<core::Encryption>{"required", core::Encryption::required}};

constexpr std::string_view a_server = "the name of a server, or a map with `name` or `file`";

std::vector<std::string> read_tags(const Value& value) {
    std::vector<std::string> tags;
    for (const Value& item : one_or_many(value, "a tag"))
        if (auto tag = read_name(item, "a tag")) tags.push_back(std::move(*tag));
    return tags;
}

void read_security(const Value& value, ServerDefaults& out) {
    MapReader map(value, "a map with `min_dialect` and `encryption`");
    if (const auto dialect = map.optional("min_dialect")) out.min_dialect = read_enum(*dialect, dialects);
    if (const auto encryption = map.optional("encryption"))
        out.encryption = read_enum(*encryption, encryptions);
    map.finish();
}

// The keys that an entry and `server_defaults` share.
ServerDefaults read_common(MapReader& map, Zones& zones) {
    ServerDefaults out;
    if (const auto tags = map.optional("tags")) out.tags = read_tags(*tags);
    if (const auto credentials = map.optional("credentials"))
        if (auto name = read_name(*credentials, "the name of an entry of `credentials`"))
            out.credentials = Mention{std::move(*name), *credentials};
    if (const auto kind = map.optional("kind")) out.kind = read_enum(*kind, kinds);
    if (const auto shared = map.optional("shared_connections")) out.shared_connections = read_bool(*shared);
    if (const auto timezone = map.optional("timezone")) out.timezone = read_zone(*timezone, zones);
    if (const auto security = map.optional("security")) read_security(*security, out);
    if (const auto mode = map.optional("mode")) out.mode = read_mode(*mode);
    return out;
}

class ServerList {
  public:
    ServerList(const ServerDefaults& defaults, Files& files, Draft& draft)
        : defaults_(defaults), files_(files), draft_(draft) {}

    void read(const Value& list) {
        if (!list.is_list() || list.node().items.empty()) {
            list.expected("a list of servers; each is " + std::string(a_server));
            return;
        }
        for (std::size_t i = 0; i < list.node().items.size(); ++i) read_entry(list.item(i));
    }

  private:
    void read_entry(const Value& value) {
        if (value.is_scalar()) {
            if (auto name = read_parsed(value, a_server, parse_server_name))
                add(value, {*name, smb_port}, *name, {});
            return;
        }
        MapReader map(value, a_server);
        if (map.has("file"))
            read_included(map);
        else if (map.ok())
            read_map(map);
    }

    void read_map(MapReader& map) {
        const auto name = map.required("name", "write `name: fs1.corp.example`");
        const auto address = map.optional("address");
        const ServerDefaults own = read_common(map, draft_.zones);
        map.finish();
        std::optional<std::string> text;
        std::optional<Endpoint> endpoint;
        if (name) text = read_parsed(*name, "the name of a server", parse_server_name);
        if (address)
            endpoint = read_parsed(*address, "`host`, `host:port` or `[address]:port`", parse_endpoint);
        else if (text)
            endpoint = Endpoint{*text, smb_port};
        if (text && endpoint) add(map.value(), std::move(*endpoint), std::move(*text), own);
    }

    void read_included(MapReader& map) {
        const auto file = map.required("file", "");
        map.finish();
        for (const yaml::Document* document : files_.include(*file)) read(files_.value_of(*document));
    }

    void add(const Value& at, Endpoint endpoint, std::string name, const ServerDefaults& own) {
        Server server;
        server.spec = {name, std::move(endpoint.host), endpoint.port, {}};
        const auto pick = [&](auto member, auto fallback) {
            if (own.*member) return *(own.*member);
            return (defaults_.*member).value_or(fallback);
        };
        server.spec.security = {pick(&ServerDefaults::min_dialect, core::Security{}.min_dialect),
                                pick(&ServerDefaults::encryption, core::Security{}.encryption)};
        server.traits = {std::move(name), pick(&ServerDefaults::tags, std::vector<std::string>{}),
                         pick(&ServerDefaults::kind, policy::Kind::automatic),
                         pick(&ServerDefaults::shared_connections, true),
                         own.timezone ? own.timezone : defaults_.timezone};
        const Mention credentials = pick(&ServerDefaults::credentials, Mention{server.credentials, at});
        server.credentials = credentials.name;
        server.mode = pick(&ServerDefaults::mode, policy::Mode::enforce);
        server.at = at.position();
        draft_.config.servers.push_back(std::move(server));
        draft_.server_entries.push_back(at);
        draft_.server_credentials.push_back(credentials.at);
    }

    const ServerDefaults& defaults_;
    Files& files_;
    Draft& draft_;
};

}  // namespace

ServerDefaults read_server_defaults(const Value& value, Draft& draft) {
    MapReader map(value, "a map with the keys of a server but `name` and `address`");
    ServerDefaults defaults = read_common(map, draft.zones);
    map.finish();
    return defaults;
}

void read_servers(const Value& value, const ServerDefaults& defaults, Files& files, Draft& draft) {
    ServerList(defaults, files, draft).read(value);
}

}  // namespace curfew::config
