// Addresses by a resolver that is the test's, on real threads; every wait ends when something has happened.

#include "core/net/server_addresses.hpp"

#include <condition_variable>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "core/errors/smb_error.hpp"

namespace curfew::core {
namespace {

namespace asio = boost::asio;
using Found = Result<ServerAddresses::Endpoints>;

// A resolver that can be held and made to fail. One for all, for what asks is a plain function.
struct Resolver {
    std::mutex mutex;
    std::condition_variable changed;
    bool held = false;
    bool fails = false;
    int asked = 0;
    std::string address = "10.0.0.1";

    void set(bool now_held) {
        const std::lock_guard lock{mutex};
        held = now_held;
        changed.notify_all();
    }
};
Resolver resolver;

Found by_test(const std::string&, std::uint16_t) {
    std::unique_lock lock{resolver.mutex};
    ++resolver.asked;
    resolver.changed.notify_all();
    resolver.changed.wait(lock, [] { return !resolver.held; });
    if (resolver.fails) return Error{make_error_code(SmbError::connection_lost), "no DNS today"};
    return ServerAddresses::Endpoints{{asio::ip::make_address(resolver.address), 0}};
}

class ServerAddressesTest : public ::testing::Test {
  protected:
    ServerAddressesTest() {
        const std::lock_guard lock{resolver.mutex};
        resolver.held = resolver.fails = false;
        resolver.asked = 0;
        resolver.address = "10.0.0.1";
    }
    std::future<Found> begin(std::uint16_t port, const std::shared_ptr<Waiting>& waiting) {
        return asio::co_spawn(io_, addresses_.find("fs1", port, waiting, io_.get_executor()),
                              asio::use_future);
    }
    std::shared_ptr<Waiting> waiting() { return std::make_shared<Waiting>(io_.get_executor()); }
    Found find(std::uint16_t port = 445) {
        auto found = begin(port, waiting());
        io_.restart();
        io_.run();
        return found.get();
    }
    // Until the resolver is at it.
    void asked() {
        std::unique_lock lock{resolver.mutex};
        resolver.changed.wait(lock, [] { return resolver.asked > 0; });
    }

    asio::io_context io_;
    ServerAddresses addresses_{2, 10, &by_test};
};

TEST_F(ServerAddressesTest, asks_the_resolver_once_whatever_the_port) {
    const auto first = find(445);
    const auto second = find(1445);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->front().port(), 445);
    EXPECT_EQ(second->front().port(), 1445);
    EXPECT_EQ(second->front().address().to_string(), "10.0.0.1");
    EXPECT_EQ(resolver.asked, 1);
}

TEST_F(ServerAddressesTest, everybody_who_waits_gets_the_one_answer) {
    resolver.set(true);
    auto first = begin(1, waiting());
    auto second = begin(2, waiting());
    io_.poll();
    asked();
    EXPECT_EQ(addresses_.abandoned(), 0u);
    resolver.set(false);
    io_.run();
    EXPECT_EQ(first.get()->front().port(), 1);
    EXPECT_EQ(second.get()->front().port(), 2);
    EXPECT_EQ(resolver.asked, 1);
}

TEST_F(ServerAddressesTest, who_leaves_is_forgotten_and_the_look_up_is_counted) {
    resolver.set(true);
    const auto mine = waiting();
    auto left = begin(1, mine);
    io_.poll();
    asked();
    mine->wake();
    io_.run();
    const auto result = left.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(SmbError::abandoned));
    EXPECT_EQ(addresses_.abandoned(), 1u);
    resolver.set(false);
    EXPECT_TRUE(find()) << "what came back is kept for the next";
    EXPECT_EQ(resolver.asked, 1);
    EXPECT_EQ(addresses_.abandoned(), 0u);
}

TEST_F(ServerAddressesTest, a_server_that_moved_is_found_at_once) {
    ASSERT_TRUE(find());
    resolver.address = "10.0.0.2";
    addresses_.doubt("fs1");
    const auto moved = find();
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->front().address().to_string(), "10.0.0.2");
}

TEST_F(ServerAddressesTest, a_resolver_that_fails_takes_away_nothing_that_is_known) {
    ASSERT_TRUE(find());
    resolver.fails = true;
    addresses_.doubt("fs1");
    EXPECT_TRUE(find());
    EXPECT_EQ(resolver.asked, 2);
}

TEST_F(ServerAddressesTest, what_the_resolver_says_of_a_stranger_is_said) {
    resolver.fails = true;
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().context, "no DNS today");
}

TEST_F(ServerAddressesTest, no_room_for_another_name_is_an_error_of_its_own) {
    ServerAddresses none{1, 0, &by_test};
    auto found = asio::co_spawn(io_, none.find("fs1", 445, waiting(), io_.get_executor()), asio::use_future);
    io_.run();
    const auto result = found.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, make_error_code(SmbError::pool_exhausted));
}

}  // namespace
}  // namespace curfew::core
