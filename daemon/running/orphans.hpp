#pragma once
// Calls of a process that died in the middle of them: the intent is in the books, what became of it is not.
// The first good look at the server says what can still be known, before anything is proposed there anew.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/clock.hpp"
#include "daemon/fleet/watcher.hpp"
#include "daemon/log/log.hpp"
#include "daemon/store/store.hpp"

namespace curfew::daemon {

class Orphans final : public Watcher {
  public:
    Orphans(std::vector<Orphan> orphans, Store& store, Clock& clock, Log& log);

    // Of servers that are not among these nothing can be known.
    void only(const std::vector<std::string>& servers);

    void looked(const Looked& event) override;

  private:
    void settle(const Orphan& orphan, const std::string& detail);

    Store& store_;
    Clock& clock_;
    Log& log_;
    std::mutex mutex_;
    std::map<std::string, std::vector<Orphan>> by_server_;
};

}  // namespace curfew::daemon
