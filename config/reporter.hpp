#pragma once
// Collects what is wrong, from every file, until all of it is known.

#include <string>
#include <vector>

#include "config/diagnostic.hpp"

namespace curfew::config {

class Reporter {
  public:
    void report(Severity severity, Position at, std::string path, std::string message);

    std::size_t errors() const { return errors_; }  // also those that were not kept

    // In the order of `files`, then by line and column.
    std::vector<Diagnostic> take(const std::vector<std::string>& files);

  private:
    std::vector<Diagnostic> diagnostics_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

}  // namespace curfew::config
