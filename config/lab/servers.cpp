#include <array>
#include <utility>

#include "config/decode/dialects.hpp"
#include "config/decode/endpoint.hpp"
#include "config/decode/map_reader.hpp"
#include "config/lab/parts.hpp"
#include "config/lab/scenario.hpp"
#include "config/lab/values.hpp"
#include "core/address.hpp"
#include "core/text/utf.hpp"

namespace curfew::config {
namespace {

using core::lab::LabEncryption;
using core::lab::LabServer;
using core::lab::LabSession;
using core::lab::Personality;
using core::lab::TimedFault;

constexpr std::array personalities{Word<Personality>{"windows", Personality::windows},
                                   Word<Personality>{"samba", Personality::samba}};
constexpr std::array encryptions{Word<LabEncryption>{"off", LabEncryption::off},
                                 Word<LabEncryption>{"offered", LabEncryption::offered},
                                 Word<LabEncryption>{"required", LabEncryption::required}};

constexpr std::string_view a_server = "a map such as `{name: fs1.lab, sessions: [...]}`";
constexpr std::size_t longest_name = 255;  // of a host in DNS

void read_dialects(const Value& value, LabServer& out) {
    if (!value.is_map()) {
        if (const auto only = read_enum(value, dialects)) out.min_dialect = out.max_dialect = *only;
        return;
    }
    MapReader map(value, "a dialect such as `3.1.1`, or `{from: 2.1, to: 3.1.1}`");
    const auto from = map.optional("from");
    const auto to = map.optional("to");
    map.finish();
    const auto least = from ? read_enum(*from, dialects) : out.min_dialect;
    const auto most = to ? read_enum(*to, dialects) : out.max_dialect;
    if (!least || !most) return;
    if (*least > *most) to->error("`to` is an older dialect than `from`");
    out.min_dialect = *least;
    out.max_dialect = *most;
}

void read_encryption(const Value& value, LabServer& out) {
    out.encryption = read_enum(value, encryptions).value_or(out.encryption);
    if (out.encryption == LabEncryption::required && out.max_dialect < core::Dialect::smb300)
        value.error("a server of dialect `2.1` cannot encrypt; let it speak `3.0` or a later one as well");
}

std::vector<std::string> read_tags(const Value& value) {
    std::vector<std::string> tags;
    for (const Value& item : one_or_many(value, "a tag"))
        if (auto tag = read_bounded_name(item, "a tag", {})) tags.push_back(std::move(*tag));
    return tags;
}

Parsed<std::string> parse_lab_name(std::string_view text) {
    if (text.size() > longest_name)
        return Wrong{quote(text) + " is longer than " + std::to_string(longest_name) + " bytes"};
    if (text.find(':') != std::string_view::npos && !core::IpAddress::parse(text))
        return Wrong{"expected the name of a server, found " + quote(text) +
                     "; the lab chooses the ports of its servers itself"};
    return parse_server_name(text);
}

std::uint64_t sessions_of(const LabServer& server) {
    std::uint64_t total = 0;
    for (const LabSession& session : server.sessions) total += session.count;
    return total;
}

// Bytes that every one of these takes besides its sessions themselves.
std::uint64_t text_of(const LabServer& server) {
    std::uint64_t total = longest_name + server.faults.size() * sizeof(TimedFault);
    for (const std::string& tag : server.tags) total += sizeof(std::string) + tag.size();
    for (const LabSession& session : server.sessions)
        total += std::uint64_t{session.count} * (session.user.size() + session.client.size() +
                                                 session.client_type.size() + session.transport.size());
    return total;
}

class ServerList {
  public:
    explicit ServerList(Habits& habits) : habits_(habits) {}

    void read(const Value& list) {
        if (!list.is_list() || list.node().items.empty()) {
            list.expected("a list of servers; each is " + std::string(a_server));
            return;
        }
        for (std::size_t i = 0; i < list.node().items.size(); ++i) read_entry(list.item(i));
    }
    std::vector<LabServer> take() { return std::move(servers_); }

  private:
    void read_entry(const Value& value) {
        MapReader map(value, a_server);
        const auto name = map.required("name", "write `name: fs1.lab`");
        const auto personality = map.optional("personality");
        const auto dialect = map.optional("dialect");
        const auto encryption = map.optional("encryption");
        const auto tags = map.optional("tags");
        const auto count = map.optional("count");
        const auto sessions = map.optional("sessions");
        const auto faults = map.optional("faults");
        map.finish();

        LabServer server;
        if (personality)
            server.personality = read_enum(*personality, personalities).value_or(server.personality);
        if (dialect) read_dialects(*dialect, server);
        if (encryption) read_encryption(*encryption, server);
        if (tags) server.tags = read_tags(*tags);
        std::optional<std::uint32_t> how_many{1};
        if (count) how_many = read_number(*count, "a whole number", {1, most_lab_servers});
        if (sessions) server.sessions = read_sessions(*sessions, habits_);
        if (faults) server.faults = read_faults(*faults);
        const auto text = name ? read_bounded_name(*name, "the name of a server", {}) : std::nullopt;
        // With the name in doubt it is still one server more.
        const bool fits = there_is_room(value, server, how_many.value_or(1));
        if (text && how_many && fits) add(*name, *text, server, *how_many);
    }

    // Counts whatever was asked for, also where it cannot be had: a file of nothing but mistakes is to cost
    // no more than a good one. Complains once.
    bool there_is_room(const Value& at, const LabServer& server, std::uint32_t count) {
        if (full_) return false;
        total_servers_ += count;
        total_sessions_ += sessions_of(server) * count;
        total_text_ += text_of(server) * count;
        const auto refuse = [&](std::uint64_t most, std::string_view of_what) {
            full_ = true;
            at.error("with this the lab has more than " + std::to_string(most) + std::string(of_what));
        };
        if (total_servers_ > most_lab_servers)
            refuse(most_lab_servers, " servers");
        else if (total_sessions_ > most_lab_sessions)
            refuse(most_lab_sessions, " sessions");
        else if (total_text_ > most_lab_text)
            refuse(most_lab_text >> 20U, " MiB of names, tags and faults");
        return !full_;
    }

    void add(const Value& at, const std::string& pattern, LabServer& server, std::uint32_t count) {
        if (count > 1 && pattern.find(core::lab::number_mark) == std::string::npos) {
            at.error("`{n}` is missing, the number of each of the " + std::to_string(count) +
                     " servers; write `name: fs{n}.lab`");
            return;
        }
        for (std::uint32_t n = 1; n <= count; ++n) {
            const std::string text = core::lab::numbered(pattern, n);
            const auto name = parse_lab_name(text);
            if (!name) {
                at.error(name.error().message);
                return;
            }
            const auto [first, fresh] = seen_.emplace(core::fold_case(*name), at.position().line);
            if (!fresh) {
                at.error("the server " + quote(*name) + " stands in line " + std::to_string(first->second) +
                         " already; remove one of the two (case does not count)");
                return;
            }
            server.name = *name;
            servers_.push_back(server);
        }
    }

    Habits& habits_;
    std::vector<LabServer> servers_;
    std::map<std::string, std::size_t> seen_;  // and in which line
    std::uint64_t total_servers_ = 0;
    std::uint64_t total_sessions_ = 0;
    std::uint64_t total_text_ = 0;
    bool full_ = false;
};

}  // namespace

std::vector<LabServer> read_lab_servers(const Value& value, Habits& habits) {
    ServerList list(habits);
    list.read(value);
    return list.take();
}

}  // namespace curfew::config
