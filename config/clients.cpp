#include "config/decode/map_reader.hpp"
#include "config/decode/scalars.hpp"
#include "config/sections.hpp"

namespace curfew::config {
namespace {

using policy::ClientNames;
constexpr std::array sources{Word<ClientNames>{"none", ClientNames::as_reported},
                             Word<ClientNames>{"dns", ClientNames::dns}};

}  // namespace

ClientNames read_clients(const Value& value) {
    MapReader map(value, "a map with `names`");
    const auto names = map.required("names", "write `names: dns` or `names: none`");
    map.finish();
    if (!names) return ClientNames::as_reported;
    return read_enum(*names, sources).value_or(ClientNames::as_reported);
}

}  // namespace curfew::config
