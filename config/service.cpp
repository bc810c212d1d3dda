#include "config/service.hpp"

namespace curfew::config {

std::string_view to_string(News news) {
    switch (news) {
        case News::disconnect: return "disconnect";
        case News::tripped: return "tripped";
        case News::limit: return "limit";
        case News::server_lost: return "server_lost";
        case News::server_found: return "server_found";
        case News::config_refused: return "config_refused";
        case News::config_waits: return "config_waits";
        case News::config_applied: return "config_applied";
        case News::audit_failed: return "audit_failed";
        case News::audit_recovered: return "audit_recovered";
    }
    return "disconnect";
}

}  // namespace curfew::config
