#pragma once
// Rows in, entries out: an intent and its outcome, which stands somewhere behind it, become one. Pure, and
// bounded: of calls that are under way, and of what comes after the first of them, it holds so many; beyond
// that it asks for an outcome by itself.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>

#include "core/errors/error.hpp"
#include "daemon/books/audit_entry.hpp"

namespace curfew::daemon {

class Joiner {
  public:
    // The outcome of the intent with this number, wherever it stands.
    using Lookup = std::function<core::Result<std::optional<Row>>(std::uint64_t intent)>;
    // In the order of the rows, until it says false.
    using Visit = std::function<bool(const AuditEntry&)>;

    Joiner(Lookup lookup, Visit visit, std::size_t most = 4096)
        : lookup_(std::move(lookup)), visit_(std::move(visit)), most_(most) {}

    // In the order of their numbers; an outcome whose intent was not added belongs to nobody here. False:
    // no more is wanted.
    core::Result<bool> add(const Row& row);
    // When there are no more rows.
    core::Result<void> finish();

  private:
    struct Waiting {
        AuditEntry entry;
        bool whole = false;
    };
    core::Result<void> complete_first();
    void visit_whole_ones();

    Lookup lookup_;
    Visit visit_;
    std::size_t most_;
    std::deque<Waiting> waiting_;
    std::uint64_t gone_ = 0;                                  // so many left `waiting_`
    std::unordered_map<std::uint64_t, std::uint64_t> place_;  // of an intent: counted from the very first
    bool enough_ = false;
};

}  // namespace curfew::daemon
