#pragma once
// Many patterns under one name, as `list:oncall` stands for them: true, false or unknown as if all of them
// stood in its place. Nearly all entries of a list are plain names, so these are looked up and not tried one
// by one; ten thousand of them cost a session no more than one.

#include <string>
#include <unordered_set>
#include <vector>

#include "core/address.hpp"
#include "policy/pattern.hpp"

namespace curfew::policy {

class NameList {
  public:
    NameList() = default;
    explicit NameList(std::vector<NamePattern> entries);
    bool empty() const { return plain_.empty() && others_.empty(); }
    bool matches_everything() const { return everything_; }
    Truth matches(std::string_view text) const;
    Truth matches(const ClientFacts& client) const;

  private:
    std::unordered_set<std::string> plain_;  // folded
    std::vector<NamePattern> others_;
    bool everything_ = false;
};

class UserList {
  public:
    explicit UserList(const std::vector<NamePattern>& entries);
    bool matches_everything() const { return bare_.matches_everything(); }
    Truth matches(std::string_view domain, bool domain_known, std::string_view name) const;

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
    Truth matches(const ClientFacts& client) const;

  private:
    std::vector<core::CidrBlock> blocks_;
    NameList names_;
};

}  // namespace curfew::policy
