#include "daemon/notify/notify.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/auth/blocking_pool.hpp"
#include "daemon/notify/address.hpp"
#include "daemon/notify/courier.hpp"
#include "daemon/notify/notifier.hpp"
#include "daemon/notify/webhook_sayings.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t threads = 4;  // that may hang in DNS or a file, over all webhooks
constexpr std::size_t longest_queue = 256;
constexpr core::Seconds last_moments{5};

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "(unknown)";
    return name.data();
}

// Told apart from those of every other run.
std::string name_of_run() {
    std::random_device dice;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name;
    for (int i = 0; i < 16; ++i) name += digits[dice() % digits.size()];
    return name;
}

bool same_address(const config::Webhook& a, const config::Webhook& b) {
    return a.url == b.url && a.url_file == b.url_file;
}

// One webhook: its queue, and who delivers from it.
struct Post {
    Post(config::Webhook its_webhook, std::size_t its_index, std::string name, std::uint64_t seed,
         const asio::any_io_executor& strand, std::shared_ptr<core::BlockingPool> pool, const Clock& clock)
        : webhook(std::move(its_webhook)),
          index(its_index),
          outbox(std::move(name), webhook.batch, seed),
          sayings(webhook.url_file ? *webhook.url_file : called(webhook.url)),
          courier(strand, std::move(pool), clock),
          timer(strand) {}

    // Under the lock.
    config::Webhook webhook;
    std::size_t index;
    Outbox outbox;
    bool gone = false;  // a reload took it away: it ends with what is under way
    std::uint64_t removed_counted = 0;

    // On the strand.
    WebhookSayings sayings;
    Courier courier;
    asio::steady_timer timer;
};
using PostPtr = std::shared_ptr<Post>;

}  // namespace

class Notify::Office : public std::enable_shared_from_this<Office> {
  public:
    Office(const asio::any_io_executor& executor, Clock& clock, Log& log)
        : strand_(asio::make_strand(executor)),
          clock_(clock),
          log_(log),
          run_(name_of_run()),
          seed_(std::random_device{}()),
          pool_(std::make_shared<core::BlockingPool>(threads, longest_queue)),
          notifier_(clock, [this](const Story& story) { tell(story); }),
          all_gone_(strand_, asio::steady_timer::time_point::max()),
          deadline_(strand_) {}

    Watcher& watcher() { return notifier_; }

    void tell(const Story& story);
    void start();
    asio::awaitable<void> finish(core::SteadyTime deadline);
    void reconfigure(std::vector<config::Webhook> webhooks);
    NotifyCounters counters() const;
    asio::any_io_executor strand() const { return strand_; }

  private:
    PostPtr make_post(config::Webhook webhook, std::size_t index);
    void wake(const PostPtr& post);
    void serve(const PostPtr& post);
    static asio::awaitable<void> work(std::shared_ptr<Office> self, PostPtr post);
    asio::awaitable<Reply> deliver(PostPtr post, std::shared_ptr<const Courier::Parcel> parcel);
    void answered(const PostPtr& post, const Reply& reply, std::uint64_t news);
    bool is_over(const Post& post) const;
    bool is_anybody_working() const;

    const asio::any_io_executor strand_;
    Clock& clock_;
    Log& log_;
    const std::string run_;
    const std::uint64_t seed_;
    const Sender sender_{CURFEW_VERSION, host_name()};
    const std::shared_ptr<core::BlockingPool> pool_;
    Notifier notifier_;

    mutable std::mutex mutex_;
    std::vector<PostPtr> posts_;
    std::uint64_t news_ = 0;
    std::uint64_t outboxes_ = 0;
    std::uint64_t removed_ = 0;
    std::size_t working_ = 0;  // or about to; those for what is gone too, while something of it is under way
    bool started_ = false;
    bool stopping_ = false;

    // On the strand.
    std::vector<PostPtr> served_;
    asio::steady_timer all_gone_;
    asio::steady_timer deadline_;
};

// Called wherever something happens: writes it down, and leaves all else to the strand.
void Notify::Office::tell(const Story& story) {
    const auto now = clock_.now();
    std::string id;
    {
        const std::lock_guard lock{mutex_};
        const bool wanted = std::any_of(posts_.begin(), posts_.end(), [&](const auto& post) {
            return post->webhook.events.contains(story.event);
        });
        if (!wanted || stopping_) return;
        id = run_ + "-" + std::to_string(++news_);
    }
    const auto item = write_down(std::move(id), now.wall, story);
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    for (const auto& post : posts_) {
        if (!post->webhook.events.contains(story.event)) continue;
        if (post->outbox.add(item, now.steady) && started_) wake(post);
    }
}

void Notify::Office::wake(const PostPtr& post) {
    asio::post(strand_, [post] { post->timer.cancel(); });
}

PostPtr Notify::Office::make_post(config::Webhook webhook, std::size_t index) {
    const auto number = ++outboxes_;
    return std::make_shared<Post>(std::move(webhook), index, run_ + "-" + std::to_string(number) + "d",
                                  seed_ + number, strand_, pool_, clock_);
}

// Under the lock.
void Notify::Office::serve(const PostPtr& post) {
    ++working_;
    asio::post(strand_, [self = shared_from_this(), post] {
        self->served_.push_back(post);
        asio::co_spawn(self->strand_, work(self, post), asio::detached);
    });
}

void Notify::Office::start() {
    const std::lock_guard lock{mutex_};
    started_ = true;
    for (const auto& post : posts_) serve(post);
}

void Notify::Office::reconfigure(std::vector<config::Webhook> webhooks) {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    auto before = std::exchange(posts_, {});
    for (std::size_t index = 0; index < webhooks.size(); ++index) {
        auto& wanted = webhooks[index];
        auto kept = std::find_if(before.begin(), before.end(),
                                 [&](const auto& post) { return post->webhook == wanted; });
        if (kept == before.end())
            kept = std::find_if(before.begin(), before.end(),
                                [&](const auto& post) { return same_address(post->webhook, wanted); });
        if (kept == before.end()) {
            posts_.push_back(make_post(std::move(wanted), index));
            if (started_) serve(posts_.back());
            continue;
        }
        auto post = *kept;
        before.erase(kept);
        post->index = index;
        post->outbox.gather_for(wanted.batch);
        post->webhook = std::move(wanted);
        posts_.push_back(post);
        if (started_) wake(post);
    }
    for (const auto& post : before) {
        post->gone = true;
        post->outbox.last_call(Lost::removed);
        removed_ += post->outbox.give_up(Lost::removed);
        post->removed_counted = post->outbox.counters().lost_for(Lost::removed);
        if (started_) wake(post);
    }
}

NotifyCounters Notify::Office::counters() const {
    const std::lock_guard lock{mutex_};
    NotifyCounters counters;
    for (const auto& post : posts_) counters.webhooks.push_back(post->outbox.counters());
    counters.removed = removed_;
    return counters;
}

// Under the lock.
bool Notify::Office::is_over(const Post& post) const {
    return (stopping_ || post.gone) && post.outbox.counters().queued == 0;
}

bool Notify::Office::is_anybody_working() const {
    const std::lock_guard lock{mutex_};
    return working_ > 0;
}

asio::awaitable<Reply> Notify::Office::deliver(PostPtr post, std::shared_ptr<const Courier::Parcel> parcel) {
    try {
        co_return co_await post->courier.deliver(std::move(parcel));
    } catch (const std::exception&) {
        // Memory, most likely. What it says may hold anything.
    }
    co_return Reply{Outbox::Answer::later, "the delivery was broken off by an exception"};
}

void Notify::Office::answered(const PostPtr& post, const Reply& reply, std::uint64_t news) {
    OutboxCounters counters;
    std::size_t index = 0;
    {
        const std::lock_guard lock{mutex_};
        post->outbox.answered(reply.answer, clock_.now().steady, reply.wished);
        counters = post->outbox.counters();
        index = post->index;
        if (post->gone) {
            removed_ += counters.lost_for(Lost::removed) - post->removed_counted;
            post->removed_counted = counters.lost_for(Lost::removed);
        }
    }
    post->sayings.answered(log_, index, reply, news);
    post->sayings.counted(log_, index, counters);
}

asio::awaitable<void> Notify::Office::work(std::shared_ptr<Office> self, PostPtr post) {
    while (true) {
        std::optional<Outbox::Delivery> delivery;
        std::optional<core::SteadyTime> due;
        config::Webhook webhook;
        OutboxCounters counters;
        std::size_t index = 0;
        bool over = false;
        {
            const std::lock_guard lock{self->mutex_};
            delivery = post->outbox.take(self->clock_.now().steady);
            due = post->outbox.due();
            over = !delivery && self->is_over(*post);
            counters = post->outbox.counters();
            index = post->index;
            if (over) --self->working_;
            if (delivery) webhook = post->webhook;
        }
        if (over) {
            post->sayings.counted(self->log_, index, counters);
            break;
        }
        if (!delivery) {
            post->timer.expires_at(due ? self->clock_.timer_at(*due) : asio::steady_timer::time_point::max());
            co_await post->timer.async_wait(as_values);
            continue;
        }
        auto parcel = std::make_shared<Courier::Parcel>();
        parcel->webhook = std::move(webhook);
        parcel->body = body_of(self->sender_, delivery->id, delivery->news);
        parcel->agent = "curfew/" + self->sender_.version;
        parcel->delivery = delivery->id;
        const auto reply = co_await self->deliver(post, parcel);
        self->answered(post, reply, delivery->news.size());
    }
    std::erase(self->served_, post);
    self->all_gone_.cancel();
}

// On the strand.
asio::awaitable<void> Notify::Office::finish(core::SteadyTime deadline) {
    const auto last = std::min(deadline, clock_.now().steady + last_moments);
    bool started = false;
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        started = started_;
        for (const auto& post : posts_) {
            post->outbox.last_call(Lost::stopping);
            if (!started) post->outbox.give_up(Lost::stopping);
        }
    }
    if (!started) {
        for (const auto& post : posts_) post->sayings.counted(log_, post->index, post->outbox.counters());
        co_return;
    }
    for (const auto& post : served_) post->timer.cancel();
    deadline_.expires_at(clock_.timer_at(last));
    deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (error) return;
        for (const auto& post : self->served_) post->courier.cancel();
    });
    while (is_anybody_working()) co_await all_gone_.async_wait(as_values);
    deadline_.cancel();
}

Notify::Notify(const asio::any_io_executor& executor, std::vector<config::Webhook> webhooks, Clock& clock,
               Log& log)
    : office_(std::make_shared<Office>(executor, clock, log)) {
    office_->reconfigure(std::move(webhooks));
}

Notify::~Notify() = default;

Watcher& Notify::watcher() {
    return office_->watcher();
}

void Notify::start() {
    office_->start();
}

asio::awaitable<void> Notify::stop(core::SteadyTime deadline) {
    const auto office = office_;
    co_await asio::co_spawn(office->strand(), office->finish(deadline), asio::use_awaitable);
}

void Notify::reconfigure(std::vector<config::Webhook> webhooks) {
    office_->reconfigure(std::move(webhooks));
}

NotifyCounters Notify::counters() const {
    return office_->counters();
}

}  // namespace curfew::daemon
