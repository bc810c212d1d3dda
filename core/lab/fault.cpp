#include "core/lab/fault.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace curfew::core::lab {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 15> kinds{{
    {FaultKind::delay, "delay"},
    {FaultKind::silence, "silence"},
    {FaultKind::reset, "reset"},
    {FaultKind::half_open, "half_open"},
    {FaultKind::random_bytes, "random_bytes"},
    {FaultKind::wrong_signature, "wrong_signature"},
    {FaultKind::no_credits, "no_credits"},
    {FaultKind::downgrade, "downgrade"},
    {FaultKind::session_expired, "session_expired"},
    {FaultKind::pipe_death, "pipe_death"},
    {FaultKind::access_denied, "access_denied"},
    {FaultKind::truncated_ndr, "truncated_ndr"},
    {FaultKind::oversized_ndr, "oversized_ndr"},
    {FaultKind::fragments, "fragments"},
    {FaultKind::wake_up, "wake_up"},
}};

constexpr std::array<std::pair<Call, std::string_view>, 9> calls{{
    {Call::connect, "connect"},
    {Call::negotiate, "negotiate"},
    {Call::session_setup, "session_setup"},
    {Call::tree_connect, "tree_connect"},
    {Call::create, "create"},
    {Call::bind, "bind"},
    {Call::session_enum, "session_enum"},
    {Call::session_del, "session_del"},
    {Call::other, "other"},
}};

template <class Table, class Value> std::string_view name_in(const Table& table, Value value) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == value; });
    return found == table.end() ? std::string_view{"?"} : found->second;
}

template <class Value, class Table> std::optional<Value> value_in(const Table& table, std::string_view text) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == text; });
    return found == table.end() ? std::nullopt : std::optional{found->first};
}

bool fits(const Fault& fault, Call call) {
    if (fault.call) return *fault.call == call;
    return call == Call::session_enum || call == Call::session_del;
}

}  // namespace

std::string_view to_string(FaultKind kind) {
    return name_in(kinds, kind);
}
std::string_view to_string(Call call) {
    return name_in(calls, call);
}
std::optional<FaultKind> fault_kind_from(std::string_view text) {
    return value_in<FaultKind>(kinds, text);
}
std::optional<Call> call_from(std::string_view text) {
    return value_in<Call>(calls, text);
}

void Faults::set(Fault fault) {
    const std::lock_guard lock{mutex_};
    faults_.push_back(fault);
}

void Faults::clear() {
    const std::lock_guard lock{mutex_};
    faults_.clear();
}

std::optional<Fault> Faults::take(Call call) {
    const std::lock_guard lock{mutex_};
    std::optional<Fault> taken;
    for (auto& fault : faults_) {
        if (!fits(fault, call)) continue;
        if (fault.skip > 0) {
            --fault.skip;
        } else if (!taken && (!fault.times || *fault.times > 0)) {
            if (fault.times) --*fault.times;
            taken = fault;
        }
    }
    return taken;
}

}  // namespace curfew::core::lab
