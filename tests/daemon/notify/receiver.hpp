#pragma once
// A webhook's other end, on a loopback port of its own: takes deliveries one after the other and treats each
// as the script says.

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace curfew::daemon::fake {

// A certificate for one name that has signed itself, and its key, as PEM.
struct Certificate {
    std::string certificate;
    std::string key;
};
Certificate certificate_for(const std::string& dns_name);

class Receiver {
  public:
    struct Does {
        std::string answers = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";  // as it is written
        bool reads = true;                                                       // the delivery, first
        bool hangs = false;                                                      // afterwards, until the end
    };
    struct Request {
        std::string head;
        std::string body;
        std::string header(const std::string& name) const;  // as sent; "" where there is none
    };

    explicit Receiver(std::optional<Certificate> certificate = std::nullopt);
    ~Receiver();
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    std::string port() const { return std::to_string(port_); }
    void then(Does does);  // with the next one that nothing is said of; by default it is taken

    // False where it does not come to so many, in a time that is long.
    bool wait_for(std::size_t requests);
    std::vector<Request> requests() const;

  private:
    void run();
    template <class Stream> bool talk(Stream& stream);

    const std::optional<Certificate> certificate_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    const unsigned short port_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Does> script_;
    std::vector<Request> requests_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace curfew::daemon::fake
