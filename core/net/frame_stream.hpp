#pragma once
// Frames over one TCP connection (MS-SMB2 2.1: four bytes of length, then the message). Holds no buffer at
// rest.

#include <span>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/bytes/writer.hpp"
#include "core/errors/error.hpp"
#include "core/time.hpp"

namespace curfew::core {

class FrameStream {
  public:
    explicit FrameStream(const boost::asio::any_io_executor& executor) : socket_(executor) {}
    // The accepting side.
    explicit FrameStream(boost::asio::ip::tcp::socket accepted);

    // One endpoint after the other, each with its share of the time that is left.
    boost::asio::awaitable<Result<void>> connect(std::vector<boost::asio::ip::tcp::endpoint> endpoints,
                                                 SteadyTime deadline);
    boost::asio::awaitable<Result<void>> write(std::span<const std::uint8_t> frame);
    // Waits for something to read, without a buffer to read it into; false when the connection is over.
    boost::asio::awaitable<bool> readable();
    // The next message without its length; valid until the next read.
    boost::asio::awaitable<Result<std::span<std::uint8_t>>> read();

    void close();
    void reset();    // closes with a TCP reset
    void give_up();  // closes, and connects no more
    bool is_open() const { return socket_.is_open(); }
    void rest();
    std::string local_address() const;
    std::string remote_address() const;
    bool hung_up();  // the other side has closed, whatever lies unread

  private:
    boost::asio::ip::tcp::socket socket_;
    Bytes buffer_;
    bool given_up_ = false;
    std::size_t begin_ = 0;  // of what was received and not handed out
    std::size_t end_ = 0;
};

}  // namespace curfew::core
