#pragma once
// Every call that a lab's servers were asked, with arguments, result, and the sessions it ended: what tests
// hold the daemon's behaviour against.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/lab/fault.hpp"
#include "core/session.hpp"

namespace curfew::core::lab {

struct JournalEntry {
    SteadyTime at{};  // lab time
    std::string server;
    Call call = Call::other;
    std::string caller;                 // the account, once there is one
    std::string address;                // where the caller connects from
    std::optional<std::string> client;  // as it came; none: NULL
    std::optional<std::string> user;
    // With session_enum.
    std::uint32_t level = 0;
    std::uint32_t preferred_maximum_length = 0;
    std::optional<std::uint32_t> resume_handle;
    std::uint32_t status = 0;  // NET_API_STATUS of the two calls, NTSTATUS of all others
    std::size_t listed = 0;
    // With session_enum, where the journal keeps it: everybody there at that moment, as the server knows
    // them.
    std::vector<Session> present;
    std::vector<Session> ended;  // as they would have been listed right before
    std::optional<FaultKind> fault;
};

// From any thread.
class Journal {
  public:
    void add(JournalEntry entry);
    std::vector<JournalEntry> entries() const;
    std::vector<JournalEntry> entries(Call call) const;
    std::vector<JournalEntry> entries(const std::string& server, Call call) const;
    std::size_t count(const std::string& server, Call call) const;
    // All that came since the last time, and keeps it no longer: for a lab that lives for hours.
    std::vector<JournalEntry> take();
    // Keeps nothing but counts: for ten thousand servers.
    void count_only() { keep_ = false; }
    // Before the lab begins.
    void keep_present() { keep_present_ = true; }
    bool keeps_present() const { return keep_present_; }
    std::size_t total(Call call) const;

  private:
    mutable std::mutex mutex_;
    bool keep_ = true;
    bool keep_present_ = false;
    std::vector<JournalEntry> entries_;
    std::vector<std::size_t> totals_ = std::vector<std::size_t>(static_cast<std::size_t>(Call::other) + 1);
};

}  // namespace curfew::core::lab
