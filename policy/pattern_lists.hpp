#pragma once
// Many patterns under one name, as `list:oncall` stands for them: true, false or unknown as if all of them
// stood in its place. Entries are looked up and not tried one by one (name_set.hpp, network_set.hpp); ten
// thousand of them cost a session no more than one.

#include <vector>

#include "core/address.hpp"
#include "policy/name_set.hpp"
#include "policy/network_set.hpp"
#include "policy/pattern.hpp"

namespace curfew::policy {

class NameList {
  public:
    NameList() = default;
    explicit NameList(std::vector<NamePattern> entries);
    bool empty() const { return entries_.size() == 0; }
    bool matches_everything() const { return everything_; }
    Truth matches(const NameText& name) const;

  private:
    NameSet entries_;
    bool everything_ = false;
};

class UserList {
  public:
    explicit UserList(const std::vector<NamePattern>& entries);
    bool matches_everything() const { return bare_.matches_everything(); }
    Truth matches(const NameText& name, const NameText* qualified) const;  // as UserPattern's

  private:
    NameList bare_;
    NameList qualified_;   // those with a backslash
    NameList name_parts_;  // what stands behind it
    bool all_have_parts_ = true;
};

class ClientList {
  public:
    ClientList(std::vector<core::CidrBlock> blocks, std::vector<NamePattern> names);
    bool matches_everything() const { return names_.matches_everything(); }
    Truth matches(const ClientFacts& client, const NameText* name) const;  // as ClientPattern's

  private:
    Truth one_by_one(const ClientFacts& client) const;

    NetworkSet blocks_;
    NameList names_;
    // The same once more, for clients of whom more is known than what was reported: of several names or
    // addresses one entry has to match all.
    std::vector<core::CidrBlock> all_blocks_;
    std::vector<NamePattern> all_names_;
};

}  // namespace curfew::policy
