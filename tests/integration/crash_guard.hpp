#pragma once

#include <filesystem>
#include <string>

#include "tests/integration/process.hpp"

namespace curfew::testing {

// Cleans up after a test program that crashed or was killed. PR_SET_PDEATHSIG is not enough for smbd: the
// kernel forgets it when a process changes its user, which smbd does all the time, and smbd's RPC helpers are
// not our children. So a shell waits for the end of a pipe that only we hold; when it ends without a word
// from us, it kills every process with the marker in its environment and removes the directory.
class CrashGuard {
  public:
    CrashGuard(const std::filesystem::path& dir, const std::string& marker);
    ~CrashGuard() { dismiss(); }
    CrashGuard(CrashGuard&&) = default;

    void dismiss();  // all has been cleaned up in the ordinary way

  private:
    ChildProcess shell_;
};

}  // namespace curfew::testing
