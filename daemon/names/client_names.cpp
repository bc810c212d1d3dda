#include "daemon/names/client_names.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/auth/blocking_pool.hpp"
#include "core/net/client_lookup.hpp"
#include "core/text/utf.hpp"

namespace curfew::daemon {
namespace asio = boost::asio;
namespace {

constexpr core::Milliseconds first_pause{5};
constexpr core::Milliseconds longest_pause{100};
constexpr std::chrono::minutes refresh_pause{1};
constexpr std::chrono::minutes silent_for{5};  // before it is worth a warning

std::string text_of(const ClientQuestion& question) {
    if (const auto* address = std::get_if<core::IpAddress>(&question)) return address->to_string();
    return std::get<std::string>(question);
}

std::optional<ClientQuestion> question_about(const policy::ClientFacts& client) {
    if (client.address) return ClientQuestion{*client.address};
    if (client.name && core::is_host_name(*client.name)) return ClientQuestion{core::fold_case(*client.name)};
    return std::nullopt;
}

// Whether DNS says anything at all: told once when it has not for a while, and once when it does again.
class Silence {
  public:
    void answered(Log& log) {
        if (told_) log.info("dns_found_again", {{"failures", std::uint64_t{failures_}}});
        *this = {};
    }
    void failed(Log& log, const std::string& message, core::SteadyTime now) {
        ++failures_;
        if (!since_) since_ = now;
        if (told_ || now - *since_ < silent_for) return;
        told_ = true;
        log.warning("dns_silent", {{"failures", std::uint64_t{failures_}},
                                   {"message", "no question about a client is answered: " + message}});
    }

  private:
    std::optional<core::SteadyTime> since_;
    std::size_t failures_ = 0;
    bool told_ = false;
};

ClientAnswer answer_of(core::LookupFailure failure) {
    return {failure.final ? ClientAnswer::Kind::nothing : ClientAnswer::Kind::no_answer,
            {},
            std::move(failure.message)};
}

ClientAnswer ask_the_system(const ClientQuestion& question) {
    ClientAnswer answer{ClientAnswer::Kind::found, {}, {}};
    if (const auto* address = std::get_if<core::IpAddress>(&question)) {
        auto said = core::names_of(*address);
        if (auto* failure = std::get_if<core::LookupFailure>(&said)) return answer_of(std::move(*failure));
        answer.found.names = std::get<std::vector<std::string>>(std::move(said));
        return answer;
    }
    auto said = core::addresses_of(std::get<std::string>(question));
    if (auto* failure = std::get_if<core::LookupFailure>(&said)) return answer_of(std::move(*failure));
    auto& host = std::get<core::HostAddresses>(said);
    answer.found.addresses = std::move(host.all);
    answer.found.full_name = std::move(host.full_name);
    return answer;
}

}  // namespace

struct ClientNames::Shared {
    Shared(Ask how, Clock& its_clock, Log& its_log, NameCacheBounds bounds)
        : ask(std::move(how)), clock(&its_clock), log(&its_log), cache(bounds) {}

    void answered(const ClientQuestion& question, ClientAnswer answer) {
        const auto now = clock->now().steady;
        if (answer.kind != ClientAnswer::Kind::found) {
            log->debug("client_not_found", {{"client", text_of(question)}, {"message", answer.message}});
        }
        if (answer.kind == ClientAnswer::Kind::no_answer)
            silence.failed(*log, answer.message, now);
        else
            silence.answered(*log);
        cache.answered(question, std::move(answer), now);
    }

    const Ask ask;
    std::mutex mutex;
    bool left = false;  // by its owner: clock and log are gone
    Clock* clock;
    Log* log;
    NameCache cache;
    Silence silence;
};

ClientNames::ClientNames(Clock& clock, Log& log, Ask ask, Run run, NameCacheBounds bounds)
    : clock_(clock),
      run_(std::move(run)),
      shared_(std::make_shared<Shared>(std::move(ask), clock, log, bounds)) {}

ClientNames::~ClientNames() {
    const std::lock_guard lock{shared_->mutex};
    shared_->left = true;
}

void ClientNames::tell(policy::ServerLook& look) {
    {
        const auto now = clock_.now().steady;
        const std::lock_guard lock{shared_->mutex};
        for (auto& session : look.sessions) {
            const auto question = question_about(session.client);
            session.client.found = question ? shared_->cache.known(*question, now) : policy::FoundClient{};
        }
    }
    ask_what_waits();
}

void ClientNames::ask_what_waits() {
    while (true) {
        std::optional<ClientQuestion> question;
        {
            const std::lock_guard lock{shared_->mutex};
            question = shared_->cache.next();
        }
        if (!question) return;
        if (run_([shared = shared_, question = *question] { work(shared, question); })) continue;
        const std::lock_guard lock{shared_->mutex};
        shared_->answered(*question, {ClientAnswer::Kind::no_answer, {}, "no thread is free to ask"});
    }
}

// One thread asks one question after the other, for as long as some wait.
void ClientNames::work(const std::shared_ptr<Shared>& shared, ClientQuestion question) {
    while (true) {
        ClientAnswer answer = shared->ask(question);
        const std::lock_guard lock{shared->mutex};
        if (shared->left) return;
        shared->answered(question, std::move(answer));
        auto next = shared->cache.next();
        if (!next) return;
        question = *std::move(next);
    }
}

asio::awaitable<void> ClientNames::wait_for_answers(core::SteadyTime deadline) {
    const auto settled = [this] {
        const std::lock_guard lock{shared_->mutex};
        return shared_->cache.is_settled();
    };
    core::Milliseconds pause = first_pause;
    while (!settled()) {
        const auto now = clock_.now().steady;
        if (now >= deadline) co_return;
        co_await clock_.wait_until(std::min(deadline, now + pause));
        pause = std::min(pause * 2, longest_pause);
    }
}

void ClientNames::refresh(core::Seconds used_within) {
    {
        const auto now = clock_.now().steady;
        const std::lock_guard lock{shared_->mutex};
        shared_->cache.refresh(now - used_within, now);
    }
    ask_what_waits();
}

void ClientNames::keep_fresh(const asio::any_io_executor& executor, core::Seconds used_within) {
    timer_.emplace(executor);
    asio::co_spawn(executor, refresh_every_minute(used_within), asio::detached);
}

asio::awaitable<void> ClientNames::refresh_every_minute(core::Seconds used_within) {
    while (!stopping_) {
        timer_->expires_at(clock_.timer_at(clock_.now().steady + refresh_pause));
        co_await timer_->async_wait(asio::as_tuple(asio::use_awaitable));
        if (!stopping_) refresh(used_within);
    }
}

void ClientNames::stop() {
    if (!timer_) return;
    asio::post(timer_->get_executor(), [this] {
        stopping_ = true;
        timer_->cancel();
    });
}

std::size_t ClientNames::under_way() const {
    const std::lock_guard lock{shared_->mutex};
    return shared_->cache.under_way();
}

std::shared_ptr<ClientNames> client_names_for(const config::Config& config, Clock& clock, Log& log) {
    if (config.client_names == policy::ClientNames::as_reported) return nullptr;
    const NameCacheBounds bounds;
    auto pool = std::make_shared<core::BlockingPool>(bounds.under_way, bounds.under_way);
    auto run = [pool = std::move(pool)](std::function<void()> job) { return pool->submit(std::move(job)); };
    return std::make_shared<ClientNames>(clock, log, ask_the_system, std::move(run), bounds);
}

}  // namespace curfew::daemon
