#pragma once
// HTTP for those who watch: metrics, health, status. Bounds: 64 connections at once (the next is told 503), 8
// KiB for a request line and headers, 10 s for a request to come, for an answer to be read, and between two
// requests. Whoever goes beyond them is dropped, and nobody else notices.

#include <cstdint>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "config/service.hpp"
#include "core/errors/error.hpp"
#include "core/time.hpp"
#include "daemon/http/request.hpp"
#include "daemon/log/log.hpp"

namespace curfew::daemon {

struct HttpBounds {
    std::size_t connections = 64;
    std::uint32_t header_bytes = 8 * 1024;
    core::Milliseconds patience{10'000};
    core::Milliseconds farewell{1'000};  // whoever is refused in the middle is heard so long, to no effect,
    std::size_t farewell_bytes = 1024 * 1024;  // and so much, that the answer arrives
};

class HttpServer {
  public:
    // The log and what the sources stand on have to outlive whatever the executor still has to do; so a
    // server is stopped first and its executor run to the end.
    HttpServer(boost::asio::any_io_executor executor, config::Http http, HttpSources sources, Log& log,
               HttpBounds bounds = {});
    ~HttpServer();  // stop()
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    core::Result<void> start();  // once
    void stop();                 // from any thread
    std::uint16_t port() const;  // where it listens, when it does: for port 0

  private:
    class Shell;
    std::shared_ptr<Shell> shell_;
};

}  // namespace curfew::daemon
