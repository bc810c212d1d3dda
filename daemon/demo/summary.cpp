#include "daemon/demo/summary.hpp"

#include "core/text/durations.hpp"

namespace curfew::daemon {
namespace {

std::string count_of(std::uint64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string list_of(const std::map<std::string, std::uint64_t>& counts) {
    std::string text;
    for (const auto& [name, count] : counts) {
        const auto number = std::to_string(count);
        text += std::string(number.size() < 6 ? 6 - number.size() : 0, ' ') + number + "  " + name + "\n";
    }
    return text;
}

bool is_exempt(const std::string& user) {
    return user.starts_with("svc-") || user.ends_with("$") || user.starts_with("oncall") || user == "curfew";
}

}  // namespace

Witness witness_of(const core::lab::Journal& journal) {
    Witness witness;
    for (const auto& entry : journal.entries(core::lab::Call::session_del)) {
        ++witness.calls;
        witness.ended += entry.ended.size();
        for (const auto& session : entry.ended) witness.exempt += is_exempt(session.user);
    }
    return witness;
}

std::string summary(const Played& played, const Tally& tally, const Witness& witness) {
    std::uint64_t ended = 0;
    for (const auto& [rule, count] : tally.ended) ended += count;
    std::string text = "In " + core::duration_text(played.real) + ", which were " +
                       core::duration_text(played.lab) + " in the lab, " +
                       count_of(played.servers, "server was", "servers were") + "\nasked " +
                       count_of(tally.looks + tally.failed_looks, "time", "times") + " and listed up to " +
                       count_of(tally.most_sessions, "session", "sessions") + " at once.\n\n";
    text += count_of(ended, "session was", "sessions were") + " ended:\n" + list_of(tally.ended);
    text +=
        "\nHeld back, most of them for a while (clients and users, by reason):\n" + list_of(tally.withheld);
    if (tally.not_ended > 0)
        text += "\n" + count_of(tally.not_ended, "call", "calls") + " did not end what they were to end.\n";
    text += "\nThe servers' own journals: " + count_of(witness.calls, "call", "calls") + " ended " +
            count_of(witness.ended, "session", "sessions") + ",\n" +
            (witness.exempt == 0 ? std::string{"none"} : std::to_string(witness.exempt)) +
            " of them protected, on call, or curfew's own.\n";
    text += R"(
Next:
  curfew lab               such a fleet for yourself, and a curfew.yaml to try
  curfew check FILE        is a policy of yours valid?
  curfew plan --config F   what would it end on your own servers? Ends nothing
)";
    return text;
}

}  // namespace curfew::daemon
