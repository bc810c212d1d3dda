#pragma once
// Time zones by their IANA name, from the files of this machine. Everything that is to be known of one is
// read here, once, so that nobody has to open a file to tell the time.

#include <map>
#include <string>

#include "config/decode/parsed.hpp"
#include "policy/zone.hpp"

namespace curfew::config {

class Zones {
  public:
    Parsed<policy::Zone> find(const std::string& name);

  private:
    std::map<std::string, Parsed<policy::Zone>> known_;
    int suggestions_ = 20;  // looking for the closest of six hundred names is for the first few slips
};

// From the whole content of a TZif file (RFC 8536): the clocks there are still put forward and back when the
// list of instants in it has come to its end, by a rule at the end of the file.
bool goes_on_by_rule(std::string_view content);

}  // namespace curfew::config
