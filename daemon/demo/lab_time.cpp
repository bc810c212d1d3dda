#include "daemon/demo/lab_time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curfew::daemon {
namespace asio = boost::asio;

core::Now LabTime::now() const {
    const auto steady = lab_.now();
    const auto since = std::chrono::duration_cast<core::WallTime::duration>(steady - lab_.begin());
    return {steady, begin_ + since};
}

asio::awaitable<void> LabTime::wait_until(core::SteadyTime time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, lab_.real_time(time)};
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<core::Result<core::Enumeration>> LabTimeApi::enumerate(core::SessionFilter filter,
                                                                       core::SteadyTime deadline) {
    auto answer = co_await server_->enumerate(std::move(filter), lab_.real_time(deadline));
    if (answer) answer->own.established = lab_.lab_time(answer->own.established);
    co_return answer;
}

asio::awaitable<LabTimeApi::Outcome> LabTimeApi::disconnect(core::ClientName client, core::UserName user,
                                                            core::SteadyTime deadline) {
    co_return co_await server_->disconnect(client, user, lab_.real_time(deadline));
}

asio::awaitable<void> LabTimeApi::close(core::SteadyTime deadline) {
    co_await server_->close(lab_.real_time(deadline));
}

asio::awaitable<bool> LabTimeApi::let_go(core::SteadyTime deadline) {
    co_return co_await server_->let_go(lab_.real_time(deadline));
}

}  // namespace curfew::daemon
