#pragma once
// NET_API_STATUS: what NetSessionEnum and NetSessionDel return (MS-ERREF 2.2, lmerr.h).

#include <cstdint>

#include <boost/system/error_code.hpp>

namespace curfew::core {

enum class NetApiStatus : std::uint32_t {
    success = 0,                   // NERR_Success
    access_denied = 5,             // ERROR_ACCESS_DENIED
    not_enough_memory = 8,         // ERROR_NOT_ENOUGH_MEMORY
    not_supported = 50,            // ERROR_NOT_SUPPORTED
    bad_net_path = 53,             // ERROR_BAD_NETPATH
    invalid_parameter = 87,        // ERROR_INVALID_PARAMETER
    invalid_level = 124,           // ERROR_INVALID_LEVEL
    more_data = 234,               // ERROR_MORE_DATA
    client_name_not_found = 2312,  // NERR_ClientNameNotFound
    user_not_found = 2221,         // NERR_UserNotFound
    invalid_computer = 2351,       // NERR_InvalidComputer
};

const boost::system::error_category& net_api_category();

inline boost::system::error_code make_error_code(NetApiStatus status) {
    return {static_cast<int>(status), net_api_category()};
}

}  // namespace curfew::core

template <> struct boost::system::is_error_code_enum<curfew::core::NetApiStatus> : std::true_type {};
