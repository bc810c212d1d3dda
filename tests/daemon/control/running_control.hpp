#pragma once
// A control server with a daemon behind it that says what it is told to, on a thread of its own, and plain
// sockets to talk to it.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/control/server.hpp"
#include "tests/daemon/log_lines.hpp"
#include "tests/integration/temp_dir.hpp"

namespace curfew::daemon::fake {

// The system's; timers run so many times as fast.
class QuickClock final : public Clock {
  public:
    explicit QuickClock(int times) : times_(times) {}
    core::Now now() const override { return system_.now(); }
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override {
        return system_.wait_until(timer_at(time));
    }
    core::SteadyTime timer_at(core::SteadyTime time) const override {
        const auto steady = now().steady;
        return steady + (time - steady) / times_;
    }

  private:
    SystemClock system_;
    int times_;
};

class ScriptedCommands final : public ControlCommands {
  public:
    explicit ScriptedCommands(boost::asio::io_context& context) : gate_(context) {
        gate_.expires_at(core::SteadyTime::max());
    }

    boost::asio::awaitable<core::Result<Status>> status() override;
    boost::asio::awaitable<core::Result<HoldReply>> hold(HoldRequest request, Peer from) override;
    boost::asio::awaitable<core::Result<ResumeReply>> resume(ResumeRequest request, Peer from) override;
    boost::asio::awaitable<core::Result<ReloadReply>> reload(ReloadRequest request, Peer from) override;
    // `echo` says its request line again, `count` three lines, `much` 32 MiB, `throw` throws, `wait` says
    // that it waits and does so until open().
    boost::asio::awaitable<core::Result<ControlReply>> other(ControlRequest request,
                                                             Progress& progress) override;
    void open() { gate_.expires_at(core::SteadyTime::min()); }  // on the context's thread; for good

    std::vector<std::string> said() const {
        const std::lock_guard lock{mutex_};
        return said_;
    }

    Status status_reply;
    ResumeReply resume_reply;
    ReloadReply reload_reply;
    std::map<std::string, ControlReply> other_replies;  // by command; these say the whole request
    bool durable = true;
    std::optional<core::Error> hold_error;

  private:
    void say(std::string line) {
        const std::lock_guard lock{mutex_};
        said_.push_back(std::move(line));
    }
    boost::asio::steady_timer gate_;
    mutable std::mutex mutex_;
    std::vector<std::string> said_;
};

class RunningControl {
  public:
    explicit RunningControl(int times = 1);
    ~RunningControl();

    // Stops the server, lets everything end, and the thread too.
    void finish();

    testing::TempDir dir;
    std::string path = (dir / "control.sock").string();
    config::Control control{path, {}, {}, 0600};
    std::shared_ptr<LogLines> lines = std::make_shared<LogLines>();  // to be read after finish()
    Log log{{config::LogFormat::text, config::LogLevel::debug}, lines};
    QuickClock clock;
    boost::asio::io_context context{1};
    ScriptedCommands commands{context};
    std::unique_ptr<ControlServer> server;

  private:
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{context.get_executor()};
    std::thread thread_;
};

// A stream socket without manners.
class RawClient {
  public:
    explicit RawClient(const std::string& path);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes);  // as much as the other end takes
    void no_more();                     // what is sent ends here
    std::string rest();                 // until the other end closes
    std::string line();                 // with its end
    void wait_for_the_end();            // without reading

  private:
    int descriptor_;
};

// A request, and all that comes back.
std::string answer(const std::string& path, std::string_view bytes);

}  // namespace curfew::daemon::fake
