#include "daemon/control/server.hpp"

#include <exception>
#include <mutex>
#include <set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/auth/blocking_pool.hpp"
#include "daemon/control/connection.hpp"
#include "daemon/control/request.hpp"
#include "daemon/control/socket_file.hpp"

namespace curfew::daemon {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

// Without descriptors nothing can be accepted, and trying again at once would help nobody.
constexpr core::Seconds after_a_failure{1};

}  // namespace

class ControlServer::Shell : public std::enable_shared_from_this<Shell> {
  public:
    Shell(const asio::any_io_executor& executor, config::Control control, ControlHandler handler,
          Clock& clock, Log& log)
        : control_(std::move(control)),
          handler_(std::move(handler)),
          clock_(clock),
          log_(log),
          strand_(asio::make_strand(executor)),
          acceptor_(strand_),
          rest_(strand_) {}

    core::Result<void> start() {
        auto file = SocketFile::make(control_);
        if (!file) return file.error();
        boost::system::error_code error;
        const int descriptor = file->release();
        acceptor_.assign(Protocol{}, descriptor, error);
        {
            const std::lock_guard lock{mutex_};
            file_ = std::move(*file);
        }
        if (error) return core::Error{error, "control: " + control_.socket};
        log_.info("control_listening", {{"socket", control_.socket}});
        asio::co_spawn(
            strand_, [self = shared_from_this()] { return self->accept(); }, asio::detached);
        return {};
    }

    void stop() {
        {
            const std::lock_guard lock{mutex_};
            file_.remove();  // before the descriptor goes: until then the inode is nobody else's
        }
        asio::post(strand_, [self = shared_from_this()] { self->close(); });
    }

  private:
    asio::awaitable<void> accept() {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
            if (!acceptor_.is_open()) break;
            if (error) {
                co_await rest(error);
            } else if (connections_.size() >= most_control_connections) {
                refuse(socket);
            } else {
                take(std::move(socket));
            }
        }
    }

    asio::awaitable<void> rest(boost::system::error_code error) {
        if (error == asio::error::connection_aborted) co_return;
        if (!failing_)
            log_.warning("control_failed", {{"error", core::name_of(error)}, {"message", error.message()}});
        failing_ = true;
        rest_.expires_at(clock_.timer_at(clock_.now().steady + after_a_failure));
        co_await rest_.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    // What fits into the socket at once: nobody is waited for.
    void refuse(Protocol::socket& socket) {
        const auto text = error_line(
            {boost::system::errc::make_error_code(boost::system::errc::resource_unavailable_try_again),
             "the daemon has as many connections to its socket as it takes; try again"});
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(text), ignored);
    }

    void take(Protocol::socket socket) {
        failing_ = false;
        auto one = std::make_shared<ControlConnection>(std::move(socket), clock_, log_, names_);
        connections_.insert(one);
        asio::co_spawn(
            strand_, [self = shared_from_this(), one] { return one->serve(self->handler_); },
            [self = shared_from_this(), one](const std::exception_ptr&) { self->connections_.erase(one); });
    }

    void close() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        rest_.cancel();
        for (const auto& one : connections_) one->close_if_idle();
    }

    config::Control control_;
    ControlHandler handler_;
    Clock& clock_;
    Log& log_;
    asio::strand<asio::any_io_executor> strand_;
    Protocol::acceptor acceptor_;
    asio::steady_timer rest_;
    core::BlockingPool names_{1, most_control_connections};
    std::set<std::shared_ptr<ControlConnection>> connections_;
    bool failing_ = false;
    std::mutex mutex_;  // of what stop() takes from another thread
    SocketFile file_;
};

ControlServer::ControlServer(const asio::any_io_executor& executor, config::Control control,
                             ControlHandler handler, Clock& clock, Log& log)
    : shell_(std::make_shared<Shell>(executor, std::move(control), std::move(handler), clock, log)) {}

ControlServer::~ControlServer() {
    stop();
}

core::Result<void> ControlServer::start() {
    return shell_->start();
}

void ControlServer::stop() {
    shell_->stop();
}

}  // namespace curfew::daemon
