// Threads for calls that hang. No clocks here: everything that is waited for is a promise.
#include "core/auth/blocking_pool.hpp"

#include <future>
#include <latch>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include "core/errors/smb_error.hpp"

namespace curfew::testing {
namespace {

namespace asio = boost::asio;
using core::BlockingPool;
using core::Result;
using core::SmbError;
using core::Waiting;

using Call = std::function<Result<int>()>;

// Somebody who waits for one call, on a context that is run by hand.
struct Caller {
    asio::io_context context;
    asio::any_io_executor strand = asio::make_strand(context);
    std::shared_ptr<Waiting> waiting = std::make_shared<Waiting>(strand);
    std::optional<Result<int>> result;

    void begin(BlockingPool& pool, Call call) {
        auto running = pool.run<int>(waiting, strand, std::move(call));
        asio::co_spawn(strand, std::move(running), [this](std::exception_ptr failed, Result<int> got) {
            if (!failed) result = std::move(got);
        });
        context.poll();
    }
    void give_up() {
        waiting->wake();
        context.restart();
        context.poll();
    }
    void finish() {
        context.restart();
        context.run();
    }
};

// A call that hangs until it is let go. The thread shares what it needs: it may be the last one here.
struct Hanging {
    std::shared_ptr<std::promise<void>> begun = std::make_shared<std::promise<void>>();
    std::promise<void> release;
    std::future<void> has_begun = begun->get_future();
    std::shared_future<void> let_go = release.get_future().share();

    std::function<void()> job() {
        return [begun_here = begun, wait_here = let_go] {
            begun_here->set_value();
            wait_here.wait();
        };
    }
    Call call(int value) {
        return [hang = job(), value]() -> Result<int> {
            hang();
            return value;
        };
    }
};

// With one thread: everything that was submitted before has been done when this returns.
void wait_for_all_before(BlockingPool& pool) {
    const auto reached = std::make_shared<std::promise<void>>();
    auto future = reached->get_future();
    ASSERT_TRUE(pool.submit([reached] { reached->set_value(); }));
    future.wait();
}

// As many jobs as there are threads, each of which waits for the others.
void meet(BlockingPool& pool, std::ptrdiff_t threads) {
    const auto all_at_once = std::make_shared<std::latch>(threads);
    const auto gone = std::make_shared<std::latch>(threads);
    for (std::ptrdiff_t i = 0; i < threads; ++i) {
        ASSERT_TRUE(pool.submit([all_at_once, gone] {
            all_at_once->arrive_and_wait();
            gone->count_down();
        }));
    }
    gone->wait();
}

TEST(BlockingPool, GivesResultsAndErrorsBack) {
    BlockingPool pool{2, 10};
    Caller caller;
    const Call call = [] { return Result<int>{42}; };
    caller.begin(pool, call);
    caller.finish();
    ASSERT_TRUE(caller.result && *caller.result);
    EXPECT_EQ(**caller.result, 42);

    Caller unlucky;
    const Call failing = []() -> Result<int> {
        return core::Error{make_error_code(SmbError::authentication), "no"};
    };
    unlucky.begin(pool, failing);
    unlucky.finish();
    ASSERT_TRUE(unlucky.result);
    EXPECT_EQ(unlucky.result->error().context, "no");
    EXPECT_EQ(pool.abandoned(), 0u);
}

TEST(BlockingPool, CallsRunOnOtherThreads) {
    BlockingPool pool{1, 10};
    Caller caller;
    std::thread::id where;
    const Call call = [&]() -> Result<int> {
        where = std::this_thread::get_id();
        return 0;
    };
    caller.begin(pool, call);
    caller.finish();
    EXPECT_NE(where, std::this_thread::get_id());
}

TEST(BlockingPool, WhoeverEndsTheProcessKnowsOfCallsThatNobodyWaitsFor) {
    Hanging hanging;
    {
        BlockingPool pool{1, 10};
        ASSERT_TRUE(pool.submit(hanging.job()));
        hanging.has_begun.wait();
        ASSERT_TRUE(pool.submit([] {}));
        EXPECT_EQ(core::blocking_calls_under_way(), 1u) << "what waits for a thread is not under way";
    }
    EXPECT_EQ(core::blocking_calls_under_way(), 1u);
    hanging.release.set_value();
    while (core::blocking_calls_under_way() > 0) std::this_thread::yield();
}

TEST(BlockingPool, WhoeverWaitsMayStopWaiting) {
    BlockingPool pool{1, 10};
    Hanging hanging;
    Caller caller;
    caller.begin(pool, hanging.call(7));
    hanging.has_begun.wait();
    EXPECT_FALSE(caller.result);
    EXPECT_EQ(pool.abandoned(), 0u);
    caller.give_up();
    ASSERT_TRUE(caller.result);
    ASSERT_FALSE(*caller.result);
    EXPECT_EQ(caller.result->error().code, make_error_code(SmbError::abandoned));
    EXPECT_EQ(pool.abandoned(), 1u) << "until the call returns";
    hanging.release.set_value();
    wait_for_all_before(pool);
    EXPECT_EQ(pool.abandoned(), 0u);
}

TEST(BlockingPool, WhatWasGivenUpInTheQueueIsNeverRun) {
    BlockingPool pool{1, 10};
    Hanging hanging;
    ASSERT_TRUE(pool.submit(hanging.job()));
    hanging.has_begun.wait();
    std::atomic<bool> ran = false;
    Caller caller;
    const Call call = [&]() -> Result<int> {
        ran = true;
        return 0;
    };
    caller.begin(pool, call);
    caller.give_up();
    ASSERT_TRUE(caller.result);
    EXPECT_EQ(caller.result->error().code, make_error_code(SmbError::abandoned));
    EXPECT_EQ(pool.abandoned(), 1u);
    hanging.release.set_value();
    wait_for_all_before(pool);
    EXPECT_FALSE(ran);
    EXPECT_EQ(pool.abandoned(), 0u);
}

TEST(BlockingPool, IsFullAtItsLimit) {
    BlockingPool pool{1, 2};
    Hanging hanging;
    ASSERT_TRUE(pool.submit(hanging.job()));
    hanging.has_begun.wait();
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_FALSE(pool.submit([] {}));
    Caller caller;
    const Call call = [] { return Result<int>{1}; };
    caller.begin(pool, call);
    caller.finish();
    ASSERT_TRUE(caller.result);
    EXPECT_EQ(caller.result->error().code, make_error_code(SmbError::pool_exhausted));
    EXPECT_EQ(pool.abandoned(), 0u);
    hanging.release.set_value();
}

TEST(BlockingPool, OneThatHangsHoldsUpNobodyWhileThereAreThreads) {
    BlockingPool pool{3, 100};
    Hanging first, second;
    ASSERT_TRUE(pool.submit(first.job()));
    ASSERT_TRUE(pool.submit(second.job()));
    first.has_begun.wait();
    second.has_begun.wait();
    const auto done = std::make_shared<std::latch>(50);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.submit([done] { done->count_down(); }));
    done->wait();
    first.release.set_value();
    second.release.set_value();
}

// As many as there are threads run at once, also when they are submitted in one go.
TEST(BlockingPool, UsesAllItsThreads) {
    BlockingPool pool{4, 100};
    for (int round = 0; round < 50; ++round) {
        meet(pool, 4);
    }
}

// A thread that was called for one job and has not come yet is not free for a second one.
TEST(BlockingPool, StartsAnotherThreadBesidesOneThatIsAlreadyCalled) {
    for (int round = 0; round < 50; ++round) {
        BlockingPool pool{2, 100};
        wait_for_all_before(pool);
        meet(pool, 2);
    }
}

TEST(BlockingPool, CountsManyThatAreGivenUpAtTheWorstMoment) {
    BlockingPool pool{2, 1000};
    for (int round = 0; round < 300; ++round) {
        Caller caller;
        const auto begun = std::make_shared<std::promise<void>>();
        auto has_begun = begun->get_future();
        const Call call = [begun]() -> Result<int> {
            begun->set_value();
            return 1;
        };
        caller.begin(pool, call);
        has_begun.wait();
        caller.give_up();  // while the result is on its way
        caller.finish();
        ASSERT_TRUE(caller.result);
    }
    meet(pool, 2);  // both threads are past everything before
    EXPECT_EQ(pool.abandoned(), 0u);
}

// A call may hang longer than the program that asked: what it comes back to may be gone.
TEST(BlockingPool, ACallThatWasGivenUpTouchesNothingOfItsCaller) {
    BlockingPool pool{1, 10};
    Hanging hanging;
    {
        Caller caller;
        caller.begin(pool, hanging.call(1));
        hanging.has_begun.wait();
        caller.give_up();
        ASSERT_TRUE(caller.result);
    }
    hanging.release.set_value();
    wait_for_all_before(pool);
    EXPECT_EQ(pool.abandoned(), 0u);
}

TEST(BlockingPool, ACallerThatIsDestroyedWhileItWaitsIsNotTouchedEither) {
    BlockingPool pool{1, 10};
    Hanging hanging;
    {
        Caller caller;
        caller.begin(pool, hanging.call(1));
        hanging.has_begun.wait();
    }
    EXPECT_EQ(pool.abandoned(), 1u);
    hanging.release.set_value();
    wait_for_all_before(pool);
    EXPECT_EQ(pool.abandoned(), 0u);
}

TEST(BlockingPool, GoesWithoutWaitingForWhatHangs) {
    Hanging hanging;
    const auto ended = std::make_shared<std::promise<void>>();
    auto has_ended = ended->get_future();
    {
        BlockingPool pool{1, 10};
        ASSERT_TRUE(pool.submit([ended, job = hanging.job()] {
            job();
            ended->set_value();
        }));
        hanging.has_begun.wait();
        ASSERT_TRUE(pool.submit([] { ADD_FAILURE() << "run after the pool was gone"; }));
    }
    hanging.release.set_value();
    has_ended.wait();
}

// For calls that cannot hang: what they use may go once finish() is back.
TEST(BlockingPool, FinishWaitsForWhatIsUnderWayAndDropsTheRest) {
    std::promise<void> release;
    std::promise<void> begun;
    auto has_begun = begun.get_future();
    auto has_ended = false;
    BlockingPool pool{1, 10};
    ASSERT_TRUE(pool.submit([&, let_go = release.get_future().share()] {
        begun.set_value();
        let_go.wait();
        has_ended = true;
    }));
    has_begun.wait();
    const auto waits = std::make_shared<int>(1);
    ASSERT_TRUE(pool.submit([waits] { ADD_FAILURE() << "run after finish()"; }));
    std::thread finishing{[&] { pool.finish(); }};
    // It drops what waits before it waits itself.
    while (waits.use_count() > 1) std::this_thread::yield();
    release.set_value();
    finishing.join();
    EXPECT_TRUE(has_ended);
    EXPECT_FALSE(pool.submit([] { ADD_FAILURE() << "run after finish()"; }));
}

}  // namespace
}  // namespace curfew::testing
