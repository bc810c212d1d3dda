#pragma once
// The two calls, awaitable, for one server. The interface is in two halves so that who may only look (plan,
// observe) is never handed the half that ends sessions.
//
// Everything an operation needs lives in the object behind the interface: a caller may stop waiting at any
// time (cancel()) and gets SmbError::timed_out or ::abandoned. One operation at a time per server:
// a look waits for another to be over, a disconnect is not sent then.

#include <optional>

#include <boost/asio/awaitable.hpp>

#include "core/errors/error.hpp"
#include "core/names.hpp"
#include "core/session.hpp"

namespace curfew::core {

struct SessionFilter {
    std::optional<ClientName> client;
    std::optional<UserName> user;
};

class SessionEnumApi {
  public:
    virtual ~SessionEnumApi() = default;

    // NetSessionEnum (MS-SRVS 3.1.4.5) at the richest level the server answers. With a filter, only sessions
    // that agree with it, also where the server ignores filters; nobody found is an empty list, not an error.
    // `deadline` covers everything: DNS, connecting, logging on, the reply.
    virtual boost::asio::awaitable<Result<Enumeration>> enumerate(SessionFilter filter,
                                                                  SteadyTime deadline) = 0;

    // Whether, within the last enumerate(), a kept connection broke before its answer was there and the
    // server was asked again. What the lost answer would have said nobody knows.
    virtual bool lost_an_answer() const { return false; }
};

class SessionDelApi {
  public:
    virtual ~SessionDelApi() = default;

    // NetSessionDel (MS-SRVS 3.1.4.6): ends every session of `user` from `client`. Never sent twice. An error
    // of the NET_API_STATUS family is the server's own word that nothing was done; any other means that what
    // happened is unknown, unless `sent` is false.
    struct Failure {
        Error error;
        bool sent = false;  // the request may have reached the server
    };
    using Outcome = boost::system::result<void, Failure>;
    virtual boost::asio::awaitable<Outcome> disconnect(ClientName client, UserName user,
                                                       SteadyTime deadline) = 0;
};

class SessionApi : public SessionEnumApi, public SessionDelApi {
  public:
    // Gives up what is under way (from any thread); the operation returns SmbError::abandoned.
    virtual void cancel() = 0;
    // Closes the connection in good order, or at once where it does not answer before `deadline`.
    virtual boost::asio::awaitable<void> close(SteadyTime deadline) = 0;
    // The same where nobody works with it, now or in line; false: somebody does, and it stays as it is.
    virtual boost::asio::awaitable<bool> let_go(SteadyTime deadline) = 0;
};

[[noreturn]] void throw_exception_from_error(const SessionDelApi::Failure& failure,
                                             const boost::source_location& where);

}  // namespace curfew::core
