#pragma once
// Notices that the files of the configuration were edited: inotify around EditWatch. Where a directory cannot
// be watched (the limit of watches, rights) the log says so, and the files are looked at every 60 s by inode,
// size and times instead.
//
// It asks the file system, which may hang where that is a network's: give it a thread of its own, not those
// that serve connections. On a network file system others' edits may go unnoticed until somebody says
// SIGHUP.

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "daemon/clock.hpp"
#include "daemon/log/log.hpp"

namespace curfew::daemon {

class ConfigWatcher {
  public:
    // Clock and log have to outlive whatever the executor still has to do.
    ConfigWatcher(const boost::asio::any_io_executor& executor, Clock& clock, Log& log);
    ~ConfigWatcher();  // stops
    ConfigWatcher(const ConfigWatcher&) = delete;
    ConfigWatcher& operator=(const ConfigWatcher&) = delete;

    // Loaded::watched_files and ::watched_directories, absolute, after every reading, whether good or not.
    // Where a place is new it says `changed` once more: what was edited there between the reading and this
    // call nobody saw. From any thread.
    void watch(std::vector<std::string> files, std::vector<std::string> directories);

    // Returns when it is time to read: true. False after stop(). On the caller's executor; one at a time.
    boost::asio::awaitable<bool> changed();

    void stop();  // from any thread

  private:
    class Shell;
    std::shared_ptr<Shell> shell_;
};

}  // namespace curfew::daemon
