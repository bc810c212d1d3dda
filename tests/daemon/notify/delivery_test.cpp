// News on their way to real receivers on loopback: everything that can go wrong there.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "core/auth/blocking_pool.hpp"
#include "core/net/thread_pool.hpp"
#include "daemon/notify/notify.hpp"
#include "tests/daemon/notify/receiver.hpp"

namespace curfew::daemon {
namespace {

using namespace std::chrono_literals;
using config::News;
using fake::Receiver;

// A hundred times as fast as the system's: nobody waits for a pause of seconds.
class FastClock final : public Clock {
  public:
    core::Now now() const override {
        const auto since = (std::chrono::steady_clock::now() - began_) * 100;
        return {began_ + since, wall_ + std::chrono::duration_cast<core::WallTime::duration>(since)};
    }
    boost::asio::awaitable<void> wait_until(core::SteadyTime time) override {
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, timer_at(time)};
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    core::SteadyTime timer_at(core::SteadyTime time) const override { return began_ + (time - began_) / 100; }

  private:
    const core::SteadyTime began_ = std::chrono::steady_clock::now();
    const core::WallTime wall_ = std::chrono::system_clock::now();
};

// A log that is read while it is written.
class Lines final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    // How many have it.
    std::size_t with(std::string_view text) {
        const std::lock_guard lock{mutex_};
        return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), [&](const auto& line) {
            return line.find(text) != std::string::npos;
        }));
    }
    std::string all() {
        const std::lock_guard lock{mutex_};
        std::string text;
        for (const auto& line : lines_) text += line;
        return text;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        lines_.emplace_back(line.data(), line.size());
    }
    void flush_() override {}

  private:
    std::vector<std::string> lines_;
};

// What OpenSSL takes for the system's.
struct FewAuthorities {
    explicit FewAuthorities(const std::string& file) {
        ::setenv("SSL_CERT_FILE", file.c_str(), 1);
        ::setenv("SSL_CERT_DIR", "/nonexistent", 1);
    }
    ~FewAuthorities() {
        ::unsetenv("SSL_CERT_FILE");
        ::unsetenv("SSL_CERT_DIR");
    }
};

class DeliveryTest : public ::testing::Test {
  protected:
    DeliveryTest() {
        auto pattern = (std::filesystem::temp_directory_path() / "curfew-notify-XXXXXX").string();
        directory = ::mkdtemp(pattern.data());
    }
    ~DeliveryTest() override {
        if (notify) stop(0s);
        // What was given up may still use a library that goes when the process ends.
        EXPECT_TRUE(comes([] { return core::blocking_calls_under_way() == 0; }));
        std::filesystem::remove_all(directory);
    }

    static config::Webhook webhook(const std::string& url) {
        config::Webhook one;
        one.url = url;
        one.events = {News::tripped, News::audit_failed, News::audit_recovered};
        one.batch = 1s;
        one.timeout = 600s;  // six seconds, by the system's clock
        return one;
    }
    std::string file(const std::string& name, const std::string& text) {
        const auto path = directory / name;
        std::ofstream{path} << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
        return path;
    }
    void start(std::vector<config::Webhook> webhooks) {
        notify.emplace(pool.next(), std::move(webhooks), clock, log);
        notify->start();
    }
    void trip(const std::string& rule) { notify->watcher().tripped({{rule, "d"}, "fs1", 30, 40}); }
    // Delivers what waits first.
    NotifyCounters stop(core::Seconds within = 500s) {
        boost::asio::co_spawn(pool.next(), notify->stop(clock.now().steady + within), boost::asio::use_future)
            .get();
        const auto counters = notify->counters();
        notify.reset();
        return counters;
    }
    bool log_has(std::string_view text) { return lines->with(text) > 0; }
    // False where it never becomes so.
    static bool comes(const std::function<bool()>& so) {
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (!so()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }
    bool sent(std::uint64_t news, std::size_t by = 0) {
        return comes([&] { return notify->counters().webhooks.at(by).sent == news; });
    }
    bool said(std::string_view text, std::size_t times = 1) {
        return comes([&] { return lines->with(text) >= times; });
    }

    std::filesystem::path directory;
    FastClock clock;
    std::shared_ptr<Lines> lines = std::make_shared<Lines>();
    Log log{{config::LogFormat::text, config::LogLevel::debug}, lines};
    core::ThreadPool pool{2};
    std::optional<Notify> notify;
};

TEST_F(DeliveryTest, is_delivered) {
    Receiver receiver;
    start({webhook("http://127.0.0.1:" + receiver.port() + "/hook?x=1")});
    trip("idle");
    ASSERT_TRUE(sent(1));
    const auto counters = stop();
    const auto request = receiver.requests().at(0);
    EXPECT_TRUE(request.head.starts_with("POST /hook?x=1 HTTP/1.1\r\n")) << request.head;
    EXPECT_EQ(request.header("Host"), "127.0.0.1:" + receiver.port());
    EXPECT_EQ(request.header("Content-Type"), "application/json");
    EXPECT_TRUE(request.header("User-Agent").starts_with("curfew/"));
    EXPECT_NE(request.body.find("\"delivery\": \"" + request.header("Curfew-Delivery") + '"'),
              std::string::npos)
        << request.body;
    EXPECT_NE(request.body.find("\"event\": \"tripped\""), std::string::npos) << request.body;
    ASSERT_EQ(counters.webhooks.size(), 1u);
    EXPECT_EQ(counters.webhooks[0].sent, 1u);
    EXPECT_EQ(counters.webhooks[0].queued, 0u);
    EXPECT_EQ(lines->all(), "");
}

TEST_F(DeliveryTest, only_what_a_webhook_wants) {
    Receiver all;
    Receiver audit;
    auto picky = webhook("http://127.0.0.1:" + audit.port());
    picky.events = {News::audit_failed};
    start({webhook("http://127.0.0.1:" + all.port()), picky});
    trip("idle");
    notify->watcher().audit_health("disk full");
    ASSERT_TRUE(sent(2, 0));
    ASSERT_TRUE(sent(1, 1));
    const auto counters = stop();
    EXPECT_EQ(counters.webhooks.at(0).sent, 2u);
    EXPECT_EQ(counters.webhooks.at(1).sent, 1u);
    EXPECT_EQ(audit.requests().at(0).body.find("\"event\": \"tripped\""), std::string::npos);
}

TEST_F(DeliveryTest, is_tried_again_under_the_same_id) {
    Receiver receiver;
    receiver.then({"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"});
    receiver.then({"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n"});
    start({webhook("http://localhost:" + receiver.port() + "/secret-path")});
    trip("idle");
    ASSERT_TRUE(receiver.wait_for(3));
    ASSERT_TRUE(sent(1));
    const auto counters = stop();
    const auto requests = receiver.requests();
    EXPECT_EQ(requests.at(0).body, requests.at(2).body);
    EXPECT_EQ(requests.at(0).header("Curfew-Delivery"), requests.at(2).header("Curfew-Delivery"));
    EXPECT_EQ(counters.webhooks[0].sent, 1u);
    EXPECT_EQ(lines->with(" notify_failed "), 2u);
    EXPECT_EQ(lines->with(" notify_works_again "), 1u);
    EXPECT_TRUE(log_has("status=500"));
    EXPECT_FALSE(log_has("secret-path"));
}

TEST_F(DeliveryTest, a_receiver_that_hangs_or_breaks_off_is_asked_again) {
    Receiver receiver;
    receiver.then({"", true, true});                                // no word
    receiver.then({"HTTP/1.1 200 OK\r\nContent-Le", true, false});  // half a word
    receiver.then({"", false, false});                              // the door
    receiver.then({"HTTP/1.1 100 Continue\r\n\r\n", true, false});  // and then nothing
    receiver.then({"\r\nnot HTTP at all\r\n\r\n", true, false});
    receiver.then({std::string(200'000, 'x'), true, false});
    auto hook = webhook("http://127.0.0.1:" + receiver.port());
    hook.timeout = 40s;
    start({hook});
    trip("idle");
    ASSERT_TRUE(receiver.wait_for(7));
    ASSERT_TRUE(sent(1));
    const auto counters = stop();
    EXPECT_EQ(counters.webhooks[0].sent, 1u);
    EXPECT_TRUE(log_has("no answer in time"));
}

TEST_F(DeliveryTest, who_says_yes_may_say_anything_else) {
    Receiver receiver;
    const std::string giant =
        "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + std::string(5'000'000, 'x');
    receiver.then({giant, true, true});
    receiver.then({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"});
    receiver.then({"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf of it"});
    start({webhook("http://127.0.0.1:" + receiver.port())});
    for (std::size_t n = 1; n <= 3; ++n) {
        trip("idle " + std::to_string(n));
        ASSERT_TRUE(sent(n));
    }
    const auto counters = stop();
    EXPECT_EQ(receiver.requests().size(), 3u);
    EXPECT_EQ(counters.webhooks[0].sent, 3u);
    EXPECT_EQ(lines->all(), "");
}

TEST_F(DeliveryTest, who_says_no_is_not_asked_again_and_nobody_is_followed) {
    Receiver elsewhere;
    Receiver receiver;
    receiver.then({"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"});
    receiver.then({"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:" + elsewhere.port() +
                   "/\r\nContent-Length: 0\r\n\r\n"});
    start({webhook("http://127.0.0.1:" + receiver.port())});
    for (std::size_t n = 1; n <= 3; ++n) {
        trip("idle " + std::to_string(n));
        ASSERT_TRUE(comes([&] { return notify->counters().webhooks[0].queued == 0; }));
    }
    const auto counters = stop();
    EXPECT_EQ(receiver.requests().size(), 3u);
    EXPECT_EQ(counters.webhooks[0].lost_for(Lost::refused), 2u);
    EXPECT_EQ(counters.webhooks[0].sent, 1u);
    EXPECT_TRUE(elsewhere.requests().empty());
    EXPECT_EQ(lines->with(" notify_refused "), 2u);
    EXPECT_TRUE(log_has("redirect"));
    EXPECT_EQ(lines->with(" warning "), 1u) << "once until it works";
}

TEST_F(DeliveryTest, https_to_a_certificate_that_is_trusted) {
    const auto certificate = fake::certificate_for("localhost");
    Receiver receiver{certificate};
    auto hook = webhook("https://localhost:" + receiver.port() + "/hook");
    hook.ca_file = file("ca.pem", certificate.certificate);
    start({hook});
    trip("idle");
    ASSERT_TRUE(sent(1));
    EXPECT_EQ(stop().webhooks[0].sent, 1u);
    EXPECT_EQ(lines->all(), "");
}

TEST_F(DeliveryTest, https_to_anybody_else_is_not_spoken) {
    const auto elsewhere = fake::certificate_for("elsewhere.example");
    const auto localhost = fake::certificate_for("localhost");
    Receiver wrong_name{elsewhere};
    Receiver wrong_authority{localhost};
    Receiver no_tls;
    no_tls.then({"HTTP/1.1 200 OK\r\n\r\n", false, false});
    auto first = webhook("https://localhost:" + wrong_name.port());
    first.ca_file = file("elsewhere.pem", elsewhere.certificate);
    // The system's authorities, of which there are few here: a hundred take seconds under a sanitizer.
    const FewAuthorities few{*first.ca_file};
    auto second = webhook("https://localhost:" + wrong_authority.port());
    auto third = webhook("https://localhost:" + no_tls.port());
    start({first, second, third});
    trip("idle");
    for (const char* webhook : {"webhook=0", "webhook=1", "webhook=2"}) ASSERT_TRUE(said(webhook));
    const auto counters = stop();
    for (const auto& one : counters.webhooks) {
        EXPECT_EQ(one.sent, 0u);
        EXPECT_EQ(one.lost_for(Lost::stopping), 1u);
    }
    EXPECT_TRUE(wrong_name.requests().empty());
    EXPECT_TRUE(wrong_authority.requests().empty());
    EXPECT_GE(lines->with("certificate verify failed"), 2u) << lines->all();
}

TEST_F(DeliveryTest, secrets_are_read_every_time_and_never_told) {
    Receiver receiver;
    receiver.then({"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"});
    config::Webhook hook = webhook("");
    hook.url_file = file("url", "http://127.0.0.1:" + receiver.port() + "/T0SECRET\n");
    hook.authorization_file = file("authorization", "Bearer S3CRET1\n");
    start({hook});
    trip("one");
    ASSERT_TRUE(receiver.wait_for(2));
    EXPECT_TRUE(receiver.requests()[0].head.starts_with("POST /T0SECRET HTTP/1.1\r\n"));
    EXPECT_EQ(receiver.requests()[1].header("Authorization"), "Bearer S3CRET1");
    std::filesystem::remove(*hook.authorization_file);
    file("authorization", "Bearer S3CRET2");
    trip("two");
    ASSERT_TRUE(receiver.wait_for(3));
    EXPECT_EQ(receiver.requests()[2].header("Authorization"), "Bearer S3CRET2");
    std::filesystem::remove(*hook.url_file);
    file("url", "ftp://S3CRET3");
    trip("three");
    ASSERT_TRUE(said("no URL of http or https"));
    stop();
    EXPECT_FALSE(log_has("T0SECRET"));
    EXPECT_FALSE(log_has("S3CRET"));
    EXPECT_TRUE(log_has("host=127.0.0.1:" + receiver.port()));
    for (const auto& request : receiver.requests()) EXPECT_EQ(request.body.find("S3CRET"), std::string::npos);
}

TEST_F(DeliveryTest, the_header_goes_nowhere_without_tls) {
    config::Webhook hook = webhook("");
    hook.url_file = file("url", "http://192.0.2.1/x");
    hook.authorization_file = file("authorization", "Bearer S3CRET");
    start({hook});
    trip("idle");
    ASSERT_TRUE(said("it takes https"));
    EXPECT_EQ(stop().webhooks[0].lost_for(Lost::stopping), 1u);
}

TEST_F(DeliveryTest, a_secret_with_a_line_of_its_own_is_no_header) {
    Receiver receiver;
    auto hook = webhook("http://127.0.0.1:" + receiver.port());
    hook.authorization_file = file("authorization", "Bearer x\x01y");
    start({hook});
    trip("idle");
    ASSERT_TRUE(said("holds what no header can"));
    EXPECT_EQ(stop().webhooks[0].sent, 0u);
    EXPECT_TRUE(receiver.requests().empty());
}

TEST_F(DeliveryTest, nobody_who_reports_ever_waits) {
    // Nothing runs there at all: whoever waited would wait for good.
    boost::asio::io_context nothing_runs;
    auto hook = webhook("http://127.0.0.1:9/");
    Notify stuck{nothing_runs.get_executor(), {hook}, clock, log};
    stuck.start();
    for (int n = 0; n < 12'000; ++n) {
        stuck.watcher().audit_health(n % 2 == 0 ? "disk full" : "");
    }
    EXPECT_EQ(stuck.counters().webhooks.at(0).queued, 10'000u);
    EXPECT_EQ(stuck.counters().webhooks.at(0).lost_for(Lost::full), 2'000u);
}

TEST_F(DeliveryTest, the_end_does_not_wait_for_who_hangs) {
    Receiver receiver;
    receiver.then({"", true, true});
    auto hook = webhook("http://127.0.0.1:" + receiver.port());
    hook.timeout = 1'000'000s;  // longer than any test may take
    start({hook});
    trip("idle");
    ASSERT_TRUE(receiver.wait_for(1));
    trip("another");
    const auto counters = stop(500'000s);  // but five seconds it is
    EXPECT_EQ(counters.webhooks[0].lost_for(Lost::stopping), 2u);
    EXPECT_EQ(counters.webhooks[0].queued, 0u);
    EXPECT_EQ(lines->with(" notify_lost "), 1u);
}

TEST_F(DeliveryTest, the_end_without_a_beginning) {
    notify.emplace(pool.next(), std::vector{webhook("http://127.0.0.1:9/")}, clock, log);
    trip("idle");
    EXPECT_EQ(stop().webhooks[0].lost_for(Lost::stopping), 1u);
}

TEST_F(DeliveryTest, a_reload_keeps_the_queue_of_what_stays) {
    Receiver stays;
    Receiver goes;
    Receiver added;
    auto patient = webhook("http://127.0.0.1:" + stays.port());
    patient.batch = 3'600s;
    auto leaving = webhook("http://127.0.0.1:" + goes.port());
    leaving.batch = 3'600s;
    start({leaving, patient});
    trip("one");
    auto changed = patient;
    changed.timeout = 300s;
    notify->reconfigure({changed, webhook("http://127.0.0.1:" + added.port())});
    trip("two");
    ASSERT_TRUE(sent(1, 1));
    auto now_at_once = changed;
    now_at_once.batch = 1s;
    notify->reconfigure({now_at_once, webhook("http://127.0.0.1:" + added.port())});
    ASSERT_TRUE(sent(2, 0));
    const auto counters = stop();
    ASSERT_EQ(counters.webhooks.size(), 2u);
    EXPECT_EQ(counters.webhooks[0].sent, 2u);
    EXPECT_EQ(counters.webhooks[1].sent, 1u);
    EXPECT_EQ(counters.removed, 1u);
    EXPECT_TRUE(goes.requests().empty());
    EXPECT_TRUE(log_has("why=removed"));
}

}  // namespace
}  // namespace curfew::daemon
