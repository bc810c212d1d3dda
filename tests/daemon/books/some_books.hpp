#pragma once
// A directory of its own, with an audit in it that is made of the rows it is told.

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/store/database.hpp"
#include "daemon/store/row.hpp"

namespace curfew::daemon {

class SomeBooks {
  public:
    SomeBooks();
    ~SomeBooks();
    SomeBooks(const SomeBooks&) = delete;
    SomeBooks& operator=(const SomeBooks&) = delete;

    std::string path(const std::string& name = "audit.db") const { return (dir_ / name).string(); }
    void write(const std::string& name, const std::string& text) const;
    // After those that are there; numbers are given as they come.
    void add(const std::vector<Row>& rows) const;
    // Behind curfew's back.
    void sql(const char* statement) const;

  private:
    std::filesystem::path dir_;
};

}  // namespace curfew::daemon
