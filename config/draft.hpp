#pragma once
// A configuration while it is read, with what can be judged only when all of it is known.

#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/decode/value.hpp"

namespace curfew::config {

struct Mention {
    std::string name;
    Value at;
};

struct Draft {
    Config config;
    std::vector<Value> server_entries;         // as config.servers
    std::vector<Value> server_credentials;     // as config.servers: where the name stands, or the entry
    std::map<std::string, Value> credentials;  // by name, also those that did not decode
    std::vector<Mention> tags;                 // in conditions
    std::vector<Mention> server_patterns;      // in conditions
    std::map<std::string, Value> rule_names;
    // Something in the section did not decode: what seems missing may just be unread.
    bool servers_incomplete = false;
};

}  // namespace curfew::config
