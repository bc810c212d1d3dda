#include "core/errors/net_api_status.hpp"

#include "core/errors/named_category.hpp"

namespace curfew::core {
namespace {

constexpr NamedStatus table[] = {
    {0, "NERR_Success", "The operation completed successfully."},
    {5, "ERROR_ACCESS_DENIED", "Access is denied."},
    {6, "ERROR_INVALID_HANDLE", "The handle is invalid."},
    {8, "ERROR_NOT_ENOUGH_MEMORY", "Not enough memory resources are available to process this command."},
    {50, "ERROR_NOT_SUPPORTED", "The request is not supported."},
    {53, "ERROR_BAD_NETPATH", "The network path was not found."},
    {64, "ERROR_NETNAME_DELETED", "The specified network name is no longer available."},
    {87, "ERROR_INVALID_PARAMETER", "The parameter is incorrect."},
    {120, "ERROR_CALL_NOT_IMPLEMENTED", "This function is not supported on this system."},
    {123, "ERROR_INVALID_NAME", "The file name, directory name, or volume label syntax is incorrect."},
    {124, "ERROR_INVALID_LEVEL", "The system call level is not correct."},
    {234, "ERROR_MORE_DATA", "More data is available."},
    {1115, "ERROR_SHUTDOWN_IN_PROGRESS", "A system shutdown is in progress."},
    {1312, "ERROR_NO_SUCH_LOGON_SESSION", "A specified logon session does not exist."},
    {1450, "ERROR_NO_SYSTEM_RESOURCES",
     "Insufficient system resources exist to complete the requested service."},
    {1722, "RPC_S_SERVER_UNAVAILABLE", "The RPC server is unavailable."},
    {1726, "RPC_S_CALL_FAILED", "The remote procedure call failed."},
    {2114, "NERR_ServerNotStarted", "The Server service is not started."},
    {2123, "NERR_BufTooSmall", "The API return buffer is too small."},
    {2140, "NERR_InternalError", "An internal Windows error occurred."},
    {2221, "NERR_UserNotFound", "The user name could not be found."},
    {2312, "NERR_ClientNameNotFound", "A session does not exist with that computer name."},
    {2351, "NERR_InvalidComputer", "This computer name is invalid."},
};

const NamedCategory category{"NET_API_STATUS", "NET_API_STATUS", NamedCategory::Number::decimal, table};

}  // namespace

const boost::system::error_category& net_api_category() {
    return category;
}

}  // namespace curfew::core
