#pragma once
// One decoder for every part of a scenario. Each complains by itself and goes on; what it gives back is of no
// use once there was an error.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/decode/value.hpp"
#include "core/lab/scenario.hpp"

namespace curfew::config {

std::vector<core::lab::Account> read_accounts(const Value& value);

std::vector<core::lab::TimedFault> read_faults(const Value& value);

// The habits of `habits`, and which of them somebody has.
class Habits {
  public:
    void read(const Value& value);
    // What stands under a session's `habit`: a name, or the habit itself.
    std::optional<core::lab::Habit> of(const Value& value);
    void warn_of_unused() const;

  private:
    struct Known {
        Value at;
        std::optional<core::lab::Habit> habit;  // empty where it did not decode
        bool used = false;
    };
    std::string near(const std::string& name);

    std::map<std::string, Known> by_name_;
    // Looking for the closest of thousands of names is worth it for the first few slips, not for thousands.
    int suggestions_left_ = 20;
};

std::vector<core::lab::LabSession> read_sessions(const Value& value, Habits& habits);

std::vector<core::lab::LabServer> read_lab_servers(const Value& value, Habits& habits);

}  // namespace curfew::config
