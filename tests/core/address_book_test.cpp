// The addresses of servers' names, with times by hand.

#include "core/net/address_book.hpp"

#include <gtest/gtest.h>

namespace curfew::core {
namespace {

using namespace std::chrono_literals;

const AddressBook::Addresses here{boost::asio::ip::make_address("10.0.0.1")};
const AddressBook::Addresses there{boost::asio::ip::make_address("10.0.0.2"),
                                   boost::asio::ip::make_address("fe80::1")};

class AddressBookTest : public ::testing::Test {
  protected:
    void know(const std::string& name, const AddressBook::Addresses& addresses) {
        EXPECT_TRUE(book_.ask(name, now_).look_up);
        book_.found(name, addresses, now_);
    }
    AddressBook book_{3};
    SteadyTime now_{1'000s};
};

TEST_F(AddressBookTest, one_look_up_at_a_time_for_a_name) {
    EXPECT_TRUE(book_.ask("fs1", now_).look_up);
    const auto second = book_.ask("fs1", now_);
    EXPECT_FALSE(second.look_up);
    EXPECT_TRUE(second.addresses.empty()) << "it waits for the first";
    EXPECT_TRUE(book_.ask("fs2", now_).look_up);
}

TEST_F(AddressBookTest, a_fresh_answer_is_used_as_it_is) {
    know("fs1", there);
    now_ += AddressBook::fresh_for - 1s;
    const auto answer = book_.ask("fs1", now_);
    EXPECT_EQ(answer.addresses, there);
    EXPECT_FALSE(answer.look_up);
}

TEST_F(AddressBookTest, an_older_one_is_used_and_refreshed_once) {
    know("fs1", here);
    now_ += AddressBook::fresh_for;
    const auto answer = book_.ask("fs1", now_);
    EXPECT_EQ(answer.addresses, here) << "nobody waits";
    EXPECT_TRUE(answer.look_up);
    EXPECT_FALSE(book_.ask("fs1", now_).look_up);
    book_.found("fs1", there, now_);
    EXPECT_EQ(book_.ask("fs1", now_).addresses, there);
    EXPECT_FALSE(book_.ask("fs1", now_).look_up);
}

TEST_F(AddressBookTest, while_the_resolver_fails_the_last_good_answer_is_used_for_an_hour) {
    know("fs1", here);
    const auto found_at = now_;
    now_ += AddressBook::fresh_for;
    EXPECT_TRUE(book_.ask("fs1", now_).look_up);
    EXPECT_EQ(book_.failed("fs1", now_), here);
    EXPECT_FALSE(book_.ask("fs1", now_).look_up) << "the resolver gets a pause";
    now_ += AddressBook::pause_after_failure;
    EXPECT_TRUE(book_.ask("fs1", now_).look_up);
    EXPECT_EQ(book_.failed("fs1", now_), here);

    now_ = found_at + AddressBook::good_for;
    const auto late = book_.ask("fs1", now_);
    EXPECT_TRUE(late.addresses.empty()) << "an hour is long enough";
    EXPECT_TRUE(late.look_up);
    EXPECT_TRUE(book_.failed("fs1", now_).empty());
    EXPECT_EQ(book_.size(), 0u);
}

TEST_F(AddressBookTest, a_name_where_nobody_answered_is_looked_up_before_it_is_used) {
    know("fs1", here);
    book_.doubt("fs1");
    const auto answer = book_.ask("fs1", now_);
    EXPECT_TRUE(answer.addresses.empty());
    EXPECT_TRUE(answer.look_up);
    book_.found("fs1", there, now_);
    EXPECT_EQ(book_.ask("fs1", now_).addresses, there) << "it moved";
}

TEST_F(AddressBookTest, a_doubted_answer_is_better_than_none) {
    know("fs1", here);
    book_.doubt("fs1");
    EXPECT_TRUE(book_.ask("fs1", now_).look_up);
    EXPECT_EQ(book_.failed("fs1", now_), here);
    EXPECT_TRUE(book_.ask("fs1", now_).look_up) << "and is still doubted";
}

TEST_F(AddressBookTest, what_nobody_asks_for_makes_room_and_nothing_grows_beyond_its_bound) {
    for (const auto* name : {"fs1", "fs2", "fs3", "fs4"}) know(name, here);
    EXPECT_EQ(book_.size(), 3u);
    EXPECT_TRUE(book_.ask("fs4", now_).look_up) << "not kept, and looked up each time";
    book_.found("fs4", here, now_);

    now_ += AddressBook::good_for;
    know("fs5", here);
    EXPECT_EQ(book_.size(), 1u);
    EXPECT_EQ(book_.ask("fs5", now_).addresses, here);
}

TEST_F(AddressBookTest, doubt_about_a_stranger_is_nothing) {
    book_.doubt("fs9");
    EXPECT_TRUE(book_.failed("fs9", now_).empty());
    EXPECT_EQ(book_.size(), 0u);
}

}  // namespace
}  // namespace curfew::core
