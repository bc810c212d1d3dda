#include "core/net/frame_stream.hpp"

#include <algorithm>
#include <cstring>

#include <poll.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/errors/descriptors.hpp"
#include "core/errors/smb_error.hpp"
#include "core/smb/channel.hpp"

namespace curfew::core {
namespace asio = boost::asio;
namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t usual_reply = 4096;  // some 40 sessions

Error lost(const boost::system::error_code& code, const char* doing) {
    const bool orderly = code == asio::error::eof;
    return {make_error_code(SmbError::connection_lost),
            std::string{doing} + (orderly ? "" : ": " + code.message())};
}

std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    const auto port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

}  // namespace

FrameStream::FrameStream(asio::ip::tcp::socket accepted) : socket_(std::move(accepted)) {
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
}

asio::awaitable<Result<void>> FrameStream::connect(std::vector<asio::ip::tcp::endpoint> endpoints,
                                                   SteadyTime deadline) {
    std::string tried;
    boost::system::error_code last = asio::error::host_not_found;
    for (std::size_t i = 0; i < endpoints.size() && !given_up_; ++i) {
        close();
        begin_ = end_ = 0;
        const auto now = std::chrono::steady_clock::now();
        const auto share = (deadline - now) / static_cast<long>(endpoints.size() - i);
        asio::steady_timer timer{socket_.get_executor(), now + share};
        // The handler may run after this frame is gone; it then finds that nobody is connecting any more.
        const auto connecting = std::make_shared<FrameStream*>(this);
        timer.async_wait([connecting](const boost::system::error_code& error) {
            if (!error && *connecting) (*connecting)->close();
        });
        std::tie(last) = co_await socket_.async_connect(endpoints[i], as_values);
        *connecting = nullptr;
        if (!last && socket_.is_open()) {
            boost::system::error_code ignored;
            socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
            socket_.set_option(asio::socket_base::keep_alive{true}, ignored);
            socket_.non_blocking(true, ignored);
            co_return Result<void>{};
        }
        if (out_of_descriptors(last)) {
            close();
            co_return Error{last, "connecting to " + text_of(endpoints[i])};
        }
        if (!tried.empty()) tried += ", ";
        tried += text_of(endpoints[i]);
        if (last == asio::error::operation_aborted || !last) last = asio::error::timed_out;
    }
    close();
    co_return Error{last, "connecting to " + tried};
}

asio::awaitable<Result<void>> FrameStream::write(std::span<const std::uint8_t> frame) {
    // A request fits the socket's buffer nearly always: then there is nothing to wait for.
    while (!frame.empty()) {
        boost::system::error_code error;
        std::size_t written = socket_.write_some(asio::buffer(frame.data(), frame.size()), error);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            std::tie(error, written) =
                co_await socket_.async_write_some(asio::buffer(frame.data(), frame.size()), as_values);
        }
        if (error) co_return lost(error, "sending a request");
        frame = frame.subspan(written);
    }
    co_return Result<void>{};
}

bool FrameStream::hung_up() {
    if (!socket_.is_open()) return true;
    pollfd asked{socket_.native_handle(), POLLRDHUP, 0};
    return ::poll(&asked, 1, 0) > 0;
}

asio::awaitable<bool> FrameStream::readable() {
    if (begin_ != end_) co_return true;
    const auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, as_values);
    co_return !error;
}

asio::awaitable<Result<std::span<std::uint8_t>>> FrameStream::read() {
    while (true) {
        const std::size_t have = end_ - begin_;
        std::size_t need = smb::frame_prefix;
        if (have >= smb::frame_prefix) {
            const auto length = smb::message_length(std::span{buffer_}.subspan(begin_, have));
            if (!length && buffer_[begin_] != 0)
                co_return Error{make_error_code(SmbError::malformed), "what answers there is no SMB server"};
            if (!length) co_return Error{make_error_code(SmbError::too_large), "a frame above 192 KiB"};
            need += *length;
            if (have >= need) {
                const auto message = std::span{buffer_}.subspan(begin_ + smb::frame_prefix, *length);
                begin_ += need;
                if (begin_ == end_) begin_ = end_ = 0;
                co_return message;
            }
        }
        if (begin_ != 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, have);
            begin_ = 0;
            end_ = have;
        }
        if (buffer_.size() < std::max(need, usual_reply)) buffer_.resize(std::max(need, usual_reply));
        const auto [error, count] = co_await socket_.async_read_some(
            asio::buffer(buffer_.data() + end_, buffer_.size() - end_), as_values);
        if (error) co_return lost(error, "waiting for a reply");
        end_ += count;
    }
}

void FrameStream::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void FrameStream::reset() {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_.close(ignored);
}

void FrameStream::give_up() {
    given_up_ = true;
    close();
}

void FrameStream::rest() {
    if (begin_ == end_) {
        Bytes{}.swap(buffer_);
        begin_ = end_ = 0;
    }
}

std::string FrameStream::local_address() const {
    boost::system::error_code error;
    const auto endpoint = socket_.local_endpoint(error);
    return error ? std::string{} : endpoint.address().to_string();
}

std::string FrameStream::remote_address() const {
    boost::system::error_code error;
    const auto endpoint = socket_.remote_endpoint(error);
    return error ? std::string{} : endpoint.address().to_string();
}

}  // namespace curfew::core
