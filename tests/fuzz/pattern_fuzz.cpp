// Patterns come from operators, names from strangers. Compiling the one and matching the other must neither
// crash nor hang, and must keep to what the policy relies on.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/text/utf.hpp"
#include "policy/pattern.hpp"

namespace {

using namespace curfew;
using policy::Truth;

void require(bool holds) {
    if (!holds) std::abort();
}

void try_name(std::string_view pattern, std::string_view name) {
    const auto compiled = policy::NamePattern::compile(pattern);
    if (!compiled) {
        require(!compiled.error().message.empty());
        return;
    }
    const auto answer = compiled->matches(name);
    require(answer == compiled->matches(name));
    require(answer == policy::NamePattern::list("list:x", {*compiled}).matches(name));
    if (compiled->matches_everything())
        require(answer == Truth::yes);
    else
        require((answer == Truth::unknown) == !core::is_valid_utf8(name));
}

void try_user(std::string_view pattern, std::string_view domain, std::string_view name) {
    const auto compiled = policy::UserPattern::compile(pattern);
    if (!compiled) return;
    const auto without_domain = compiled->matches({}, false, name);
    const auto list = policy::UserPattern::list("list:x", {*compiled});
    require(list.matches({}, false, name) == without_domain);
    require(list.matches(domain, true, name) == compiled->matches(domain, true, name));
    // Whatever holds without the domain holds with any domain that can be one.
    if (without_domain == Truth::unknown || domain.find('\\') != std::string_view::npos) return;
    const auto with_domain = compiled->matches(domain, true, name);
    require(with_domain == without_domain || with_domain == Truth::unknown);
}

void try_client(std::string_view pattern, std::string_view client) {
    const auto compiled = policy::ClientPattern::compile(pattern);
    if (!compiled) {
        require(!compiled.error().message.empty());
        return;
    }
    policy::ClientFacts facts;
    require((compiled->matches(facts) == Truth::yes) == compiled->matches_everything());
    facts.address = core::IpAddress::parse(client);
    if (!facts.address && !client.empty()) facts.name = client;
    require(policy::ClientPattern::list("list:x", {*compiled}).matches(facts) == compiled->matches(facts));
}

}  // namespace

// PATTERN \n DOMAIN \n NAME
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t enough = 4096;
    if (size > enough) return 0;
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    const auto next = [&] {
        const auto end = rest.find('\n');
        const auto part = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return part;
    };
    const auto pattern = next();
    const auto domain = next();
    try_name(pattern, rest);
    try_user(pattern, domain, rest);
    try_client(pattern, rest);
    return 0;
}
