#pragma once
// A configuration while it is read, with what can be judged only when all of it is known.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/decode/value.hpp"
#include "config/lists.hpp"
#include "config/zones.hpp"

namespace curfew::config {

struct Mention {
    std::string name;
    Value at;
};

// Both without their value where it did not decode: the name is known, and nobody is told otherwise.
struct DraftCalendar {
    std::shared_ptr<const policy::DateSet> dates;
    std::string digest;  // of the dates
};
struct DraftSchedule {
    std::shared_ptr<const policy::Schedule> schedule;
    std::string digest;  // of what it means, calendars included
};

struct Draft {
    Config config;
    std::vector<Value> server_entries;         // as config.servers
    std::vector<Value> server_credentials;     // as config.servers: where the name stands, or the entry
    std::map<std::string, Value> credentials;  // by name, also those that did not decode
    std::vector<Mention> tags;                 // in conditions
    std::vector<Mention> server_patterns;      // in conditions
    Zones zones;
    NameFiles lists;
    ExpressionBudget expressions;
    std::vector<Mention> list_mentions;  // in conditions
    std::map<std::string, DraftCalendar> calendars;
    std::map<std::string, DraftSchedule> schedules;
    std::vector<Mention> calendar_mentions;  // in `except`
    std::vector<Mention> schedule_mentions;  // in conditions and in `outside`
    std::map<std::string, Value> rule_names;
    // Something in the section did not decode: what seems missing may just be unread.
    bool servers_incomplete = false;
};

}  // namespace curfew::config
