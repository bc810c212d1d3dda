#include "daemon/notify/courier.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <openssl/crypto.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "core/address.hpp"
#include "core/auth/secret.hpp"
#include "core/net/resolve.hpp"
#include "daemon/notify/address.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_answered = 64 * 1024;
constexpr std::size_t some_of_the_rest = 4 * 1024;  // at once
constexpr std::uint32_t most_headers = 16 * 1024;
constexpr int most_preliminary = 4;                // answers of 1xx before the one that counts
constexpr core::Milliseconds for_the_rest{1'000};  // of an answer whose status is known

// What is sent before the body, with secrets in it.
struct Head {
    std::string text;
    ~Head() { OPENSSL_cleanse(text.data(), text.size()); }
};

// What files and DNS say; read on the pool.
struct Prepared {
    Address address;
    std::optional<core::Secret> authorization;
    std::vector<tcp::endpoint> endpoints;
    std::optional<asio::ssl::context> tls;
    std::string trouble;  // empty where all is well; names no secret
};

bool is_header_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c != 0x7f) || c < 0; });
}

// Empty where all is well.
std::string read_address(const config::Webhook& webhook, Prepared& prepared) {
    std::optional<core::Secret> kept;
    std::string_view url = webhook.url;
    if (webhook.url_file) {
        auto secret = core::read_secret(*webhook.url_file);
        if (!secret) return core::describe(secret.error());
        url = kept.emplace(std::move(*secret)).expose();
    }
    auto address = parse_address(url);
    if (!address) return webhook.url_file.value_or("url") + ": no URL of http or https";
    prepared.address = std::move(*address);
    return {};
}

std::string read_authorization(const std::string& file, Prepared& prepared) {
    if (!prepared.address.secure && !prepared.address.is_loopback())
        return "with http everybody on the way would read the header Authorization; it takes https";
    auto secret = core::read_secret(file);
    if (!secret) return core::describe(secret.error());
    if (!is_header_value(secret->expose())) return file + ": holds what no header can";
    prepared.authorization.emplace(std::move(*secret));
    return {};
}

std::string trust(const std::optional<std::string>& ca_file, Prepared& prepared) {
    auto& tls = prepared.tls.emplace(asio::ssl::context::tls_client);
    error_code error;
    if (SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION) != 1) return "no TLS 1.2";
    tls.set_verify_mode(asio::ssl::verify_peer, error);
    if (!error && ca_file) tls.load_verify_file(*ca_file, error);
    if (!error && !ca_file) tls.set_default_verify_paths(error);
    if (!error) return {};
    return ca_file.value_or("the system's authorities") + ": " + error.message();
}

std::string find(Prepared& prepared) {
    const auto& [host, port] = std::pair{prepared.address.host, prepared.address.port};
    prepared.endpoints = core::endpoints_of_address(host, port);
    if (!prepared.endpoints.empty()) return {};
    auto found = core::resolve(host, port);
    if (!found) return "looking up " + host + ": " + found.error().code.message();
    if (found->empty()) return "looking up " + host + ": no address";
    prepared.endpoints = std::move(*found);
    return {};
}

// Blocks.
core::Result<std::shared_ptr<Prepared>> prepare(const config::Webhook& webhook) {
    auto prepared = std::make_shared<Prepared>();
    auto& trouble = prepared->trouble;
    trouble = read_address(webhook, *prepared);
    if (trouble.empty() && webhook.authorization_file)
        trouble = read_authorization(*webhook.authorization_file, *prepared);
    if (trouble.empty() && prepared->address.secure) trouble = trust(webhook.ca_file, *prepared);
    if (trouble.empty()) trouble = find(*prepared);
    return prepared;
}

// Written here and not by a library, so that nothing of it is left behind in memory.
void write_head(const Prepared& prepared, const Courier::Parcel& parcel, Head& head) {
    const std::string_view authorization =
        prepared.authorization ? prepared.authorization->expose() : std::string_view{};
    const auto& address = prepared.address;
    const auto size = std::to_string(parcel.body.size());
    const std::initializer_list<std::string_view> parts{
        "POST ",
        address.target,
        " HTTP/1.1\r\nHost: ",
        address.authority,
        "\r\nUser-Agent: ",
        parcel.agent,
        "\r\nAccept: */*\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ",
        size,
        "\r\nCurfew-Delivery: ",
        parcel.delivery,
        authorization.empty() ? std::string_view{} : std::string_view{"\r\nAuthorization: "},
        authorization,
        "\r\n\r\n"};
    std::size_t whole = 0;
    for (const auto part : parts) whole += part.size();
    head.text.reserve(whole);
    for (const auto part : parts) head.text += part;
}

std::string doing(std::string_view what, const Prepared& prepared, const error_code& error) {
    return std::string{what} + " " + prepared.address.authority + ": " +
           (error == beast::error::timeout ? "no answer in time" : error.message());
}

}  // namespace

// Everything one delivery needs, for as long as anybody is at it.
struct Courier::Attempt {
    Attempt(const asio::any_io_executor& strand, const Clock& its_clock, core::SteadyTime its_end)
        : waiting(std::make_shared<core::Waiting>(strand)), timer(strand), clock(its_clock), end(its_end) {}

    void cancel() {
        cancelled = true;
        waiting->wake();
        if (tcp) tcp->close();
    }

    asio::awaitable<std::string> connect(Prepared& prepared);
    template <class Stream>
    asio::awaitable<Reply> exchange(Stream& stream, const Prepared& prepared, const Parcel& parcel);

    std::shared_ptr<core::Waiting> waiting;
    asio::steady_timer timer;
    const Clock& clock;
    const core::SteadyTime end;
    beast::tcp_stream* tcp = nullptr;  // while it is there
    bool cancelled = false;
};

// One address after the other; each may take its part of the time that is left.
asio::awaitable<std::string> Courier::Attempt::connect(Prepared& prepared) {
    error_code error = asio::error::timed_out;
    std::size_t left = prepared.endpoints.size();
    for (const auto& endpoint : prepared.endpoints) {
        const auto now = clock.now().steady;
        if (cancelled || now >= end) break;
        const auto part = (end - now) / left--;
        tcp->expires_at(clock.timer_at(now + part));
        std::tie(error) = co_await tcp->async_connect(endpoint, as_values);
        if (!error) {
            tcp->expires_at(clock.timer_at(end));
            co_return std::string{};
        }
        if (!cancelled) tcp->close();
    }
    co_return doing("connecting to", prepared, error);
}

template <class Stream>
asio::awaitable<Reply> Courier::Attempt::exchange(Stream& stream, const Prepared& prepared,
                                                  const Parcel& parcel) {
    Head head;
    write_head(prepared, parcel, head);
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head.text), asio::buffer(parcel.body)};
    const auto [not_written, written] = co_await asio::async_write(stream, pieces, as_values);
    static_cast<void>(written);

    // Also where not all was taken: who has read enough to say no has said so before closing.
    beast::flat_buffer buffer{most_headers + some_of_the_rest};
    std::optional<http::response_parser<http::buffer_body>> parser;
    for (int answers = 0; answers <= most_preliminary; ++answers) {
        parser.emplace();
        parser->header_limit(most_headers);
        parser->body_limit(boost::none);  // whatever it promises to say: see below
        const auto [error, read] = co_await http::async_read_header(stream, buffer, *parser, as_values);
        static_cast<void>(read);
        if (error) {
            co_return Reply{Outbox::Answer::later, not_written
                                                       ? doing("sending to", prepared, not_written)
                                                       : doing("waiting for an answer of", prepared, error)};
        }
        if (parser->get().result_int() >= 200) break;
    }
    const auto now = clock.now();
    const unsigned status = parser->get().result_int();
    if (status < 200) {
        co_return Reply{Outbox::Answer::later, prepared.address.authority + " gives no final answer"};
    }
    const auto retry_after = parser->get()[http::field::retry_after];
    auto reply = judge(status, {retry_after.data(), retry_after.size()}, now.wall);
    // The rest is of no interest; it is heard out for a moment, out of politeness.
    tcp->expires_at(clock.timer_at(std::min(end, now.steady + for_the_rest)));
    std::array<char, some_of_the_rest> thrown_away;
    for (std::size_t heard = 0; heard < most_answered && !parser->is_done(); heard += thrown_away.size()) {
        parser->get().body().data = thrown_away.data();
        parser->get().body().size = thrown_away.size();
        const auto [error, read] = co_await http::async_read(stream, buffer, *parser, as_values);
        static_cast<void>(read);
        if (error && error != http::error::need_buffer) break;
    }
    co_return reply;
}

Courier::Courier(const asio::any_io_executor& strand, std::shared_ptr<core::BlockingPool> pool,
                 const Clock& clock)
    : strand_(strand), pool_(std::move(pool)), clock_(clock) {}

Courier::~Courier() = default;

void Courier::cancel() {
    cancelled_ = true;
    if (attempt_) attempt_->cancel();
}

asio::awaitable<Reply> Courier::deliver(std::shared_ptr<const Parcel> parcel) {
    if (cancelled_) co_return Reply{Outbox::Answer::later, "given up"};
    const auto end = clock_.now().steady + parcel->webhook.timeout;
    const auto attempt = std::make_shared<Attempt>(strand_, clock_, end);
    attempt_ = attempt;

    attempt->timer.expires_at(clock_.timer_at(end));
    attempt->timer.async_wait([waiting = attempt->waiting](const error_code& error) {
        if (!error) waiting->wake();
    });
    std::function<core::Result<std::shared_ptr<Prepared>>()> job = [webhook = parcel->webhook] {
        return prepare(webhook);
    };
    const auto known = co_await pool_->run<std::shared_ptr<Prepared>>(attempt->waiting, strand_, job);
    attempt->timer.cancel();
    if (!known) {
        co_return Reply{Outbox::Answer::later,
                        "files and DNS did not answer in time: " + core::describe(known.error())};
    }
    Prepared& prepared = **known;
    const std::string host = prepared.address.authority;
    if (!prepared.trouble.empty())
        co_return Reply{Outbox::Answer::later, prepared.trouble, 0, std::nullopt, host};

    Reply reply;
    if (prepared.tls) {
        beast::ssl_stream<beast::tcp_stream> stream{strand_, *prepared.tls};
        std::string name = prepared.address.host;
        if (name.ends_with('.')) name.pop_back();
        stream.set_verify_callback(asio::ssl::host_name_verification(name));
        const bool is_name = !core::IpAddress::parse(name);
        if (is_name && SSL_set_tlsext_host_name(stream.native_handle(), name.c_str()) != 1)
            co_return Reply{Outbox::Answer::later, "no room for the server's name", 0, std::nullopt, host};
        attempt->tcp = &beast::get_lowest_layer(stream);
        reply.message = co_await attempt->connect(prepared);
        if (reply.message.empty()) {
            const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_values);
            if (error) {
                reply.message = doing("TLS with", prepared, error);
            } else {
                reply = co_await attempt->exchange(stream, prepared, *parcel);
            }
        }
        attempt->tcp = nullptr;
    } else {
        beast::tcp_stream stream{strand_};
        attempt->tcp = &stream;
        reply.message = co_await attempt->connect(prepared);
        if (reply.message.empty()) reply = co_await attempt->exchange(stream, prepared, *parcel);
        attempt->tcp = nullptr;
    }
    reply.host = host;
    attempt_ = nullptr;
    co_return reply;
}

}  // namespace curfew::daemon
