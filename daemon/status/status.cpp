#include "daemon/status/status.hpp"

namespace curfew::daemon {

std::string_view to_string(ServerStatus::State state) {
    switch (state) {
        case ServerStatus::State::untried: return "untried";
        case ServerStatus::State::ok: return "ok";
        case ServerStatus::State::failing: return "failing";
        case ServerStatus::State::twin: return "twin";
    }
    return "untried";
}

}  // namespace curfew::daemon
