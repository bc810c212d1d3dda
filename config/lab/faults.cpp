#include <array>

#include "config/decode/duration.hpp"
#include "config/decode/map_reader.hpp"
#include "config/lab/parts.hpp"
#include "config/lab/values.hpp"

namespace curfew::config {
namespace {

using core::lab::Call;
using core::lab::Fault;
using core::lab::FaultKind;
using core::lab::TimedFault;

constexpr std::array kinds{FaultKind::delay,         FaultKind::silence,       FaultKind::reset,
                           FaultKind::half_open,     FaultKind::random_bytes,  FaultKind::wrong_signature,
                           FaultKind::no_credits,    FaultKind::downgrade,     FaultKind::session_expired,
                           FaultKind::pipe_death,    FaultKind::access_denied, FaultKind::truncated_ndr,
                           FaultKind::oversized_ndr, FaultKind::fragments,     FaultKind::wake_up};
constexpr std::array calls{Call::connect,      Call::negotiate,   Call::session_setup,
                           Call::tree_connect, Call::create,      Call::bind,
                           Call::session_enum, Call::session_del, Call::other};

constexpr std::string_view a_fault = "a map such as `{fault: silence, call: session_enum}`";
constexpr core::Milliseconds longest_delay{3'600'000};
// A fragment has a header of 24 bytes.
constexpr NumberBounds fragment_sizes{32, 65'535};

// Their names are those that core has for them.
template <class T, std::size_t n>
std::optional<T> read_named(const Value& value, const std::array<T, n>& meanings) {
    std::array<Word<T>, n> words;
    for (std::size_t i = 0; i < n; ++i) words[i] = {to_string(meanings[i]), meanings[i]};
    return read_enum(value, words);
}

// A fault that its call cannot meet would never be met, and nobody would know.
bool can_meet(FaultKind kind, Call call) {
    switch (kind) {
        case FaultKind::delay:
        case FaultKind::silence:
        case FaultKind::reset:
        case FaultKind::half_open: return true;
        case FaultKind::random_bytes:
        case FaultKind::wrong_signature:
        case FaultKind::no_credits:
        case FaultKind::session_expired:
        case FaultKind::pipe_death: return call != Call::connect;
        case FaultKind::downgrade: return call == Call::negotiate;
        case FaultKind::access_denied:
        case FaultKind::truncated_ndr:
        case FaultKind::fragments: return call == Call::session_enum || call == Call::session_del;
        case FaultKind::oversized_ndr:
        case FaultKind::wake_up: return call == Call::session_enum;
    }
    return false;
}

std::string calls_that_meet(FaultKind kind) {
    std::vector<std::string_view> names;
    for (const Call call : calls)
        if (can_meet(kind, call)) names.push_back(to_string(call));
    return any_of(names);
}

class FaultReader {
  public:
    explicit FaultReader(const Value& value) : map_(value, a_fault) {}

    TimedFault read() {
        const auto kind = map_.required("fault", "write `fault: silence`");
        const auto call = map_.optional("call");
        const auto delay = map_.optional("delay");
        const auto size = map_.optional("size");
        const auto skip = map_.optional("skip");
        const auto times = map_.optional("times");
        const auto from = map_.optional("from");
        const auto until = map_.optional("until");
        map_.finish();
        if (skip) out_.fault.skip = read_number(*skip, "a whole number", {}).value_or(0);
        if (times) out_.fault.times = read_number(*times, "a whole number", {1});
        read_times(from, until);
        if (call) out_.fault.call = read_named(*call, calls);
        const auto known = kind ? read_named(*kind, kinds) : std::nullopt;
        if (!known) return out_;
        out_.fault.kind = *known;
        check_call(call);
        read_delay(delay);
        read_size(size);
        return out_;
    }

  private:
    bool is(FaultKind kind) const { return out_.fault.kind == kind; }

    void check_call(const std::optional<Value>& call) {
        if (!call && is(FaultKind::downgrade)) out_.fault.call = Call::negotiate;
        if (!call || !out_.fault.call || can_meet(out_.fault.kind, *out_.fault.call)) return;
        call->error(quote(to_string(out_.fault.kind)) + " is not for " + quote(to_string(*out_.fault.call)) +
                    ", only for " + calls_that_meet(out_.fault.kind));
    }

    void read_delay(const std::optional<Value>& delay) {
        if (!is(FaultKind::delay)) {
            if (delay) delay->error("only `fault: delay` has a `delay`");
            return;
        }
        if (!delay) {
            map_.value().error("`delay` is missing; write `delay: 200ms`");
            return;
        }
        const auto time = read_parsed(*delay, "a duration such as `200ms` or `2s`", parse_real_time);
        if (!time) return;
        if (*time < core::Milliseconds{1} || *time > longest_delay)
            delay->expected("a duration from `1ms` to `1h`");
        out_.fault.delay = *time;
    }

    void read_size(const std::optional<Value>& size) {
        if (!is(FaultKind::fragments)) {
            if (size) size->error("only `fault: fragments` has a `size`");
        } else if (!size) {
            map_.value().error("`size` is missing; write `size: 64`, in bytes");
        } else {
            out_.fault.size = read_number(*size, "a number of bytes", fragment_sizes).value_or(0);
        }
    }

    void read_times(const std::optional<Value>& from, const std::optional<Value>& until) {
        const DurationBounds bounds{core::Seconds{0}, year};
        std::optional<core::Seconds> begin{core::Seconds{0}};
        if (from) begin = read_duration(*from, bounds);
        if (until) out_.until = read_duration(*until, bounds);
        if (begin && out_.until && *out_.until <= *begin)
            until->error("`until` has to be later than `from`; both count from the beginning of the lab");
        out_.from = begin.value_or(out_.from);
    }

    MapReader map_;
    TimedFault out_;
};

}  // namespace

std::vector<TimedFault> read_faults(const Value& value) {
    std::vector<TimedFault> out;
    if (!value.is_list() || value.node().items.empty()) {
        value.expected("a list of faults; each is " + std::string(a_fault));
        return out;
    }
    for (std::size_t i = 0; i < value.node().items.size(); ++i)
        out.push_back(FaultReader(value.item(i)).read());
    return out;
}

}  // namespace curfew::config
