#pragma once
// The other end of the control socket, for commands: blocks, and waits for nobody longer than told.

#include <functional>
#include <string>

#include "config/service.hpp"
#include "core/errors/error.hpp"
#include "core/time.hpp"

namespace curfew::daemon {

struct ControlAnswer {
    int exit = 0;
    std::string error;       // for people, as it came; empty: done
    std::string error_name;  // EINVAL
};

class ControlClient {
  public:
    struct Patience {
        core::Seconds connect{5};
        core::Seconds silence{120};  // the longest time between two pieces of an answer
    };
    // Errors say what to do about it: nobody listens, no rights (whose the socket is), not there.
    static core::Result<ControlClient> connect(const config::Control& control, Patience patience);

    ~ControlClient();
    ControlClient(ControlClient&& other) noexcept;
    ControlClient& operator=(ControlClient&&) = delete;

    // Sends the request, calls `each` with every line of the answer but the last, and says what that one
    // says. Once.
    core::Result<ControlAnswer> ask(const std::string& request,
                                    const std::function<void(const std::string& line)>& each);
    // From any thread: an answer that is awaited comes no more.
    void leave();

  private:
    ControlClient(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
    core::Result<std::string> next_line();

    int descriptor_ = -1;
    std::string path_;
    std::string received_;
};

}  // namespace curfew::daemon
