#include "core/errors/nt_status.hpp"

#include "core/errors/named_category.hpp"

namespace curfew::core {
namespace {

constexpr NamedStatus table[] = {
    {0x00000000, "STATUS_SUCCESS", "The operation completed successfully."},
    {0x00000103, "STATUS_PENDING", "The operation that was requested is pending completion."},
    {0x80000005, "STATUS_BUFFER_OVERFLOW", "The data was too large to fit into the specified buffer."},
    {0xC0000001, "STATUS_UNSUCCESSFUL", "The requested operation was unsuccessful."},
    {0xC0000002, "STATUS_NOT_IMPLEMENTED", "The requested operation is not implemented."},
    {0xC0000008, "STATUS_INVALID_HANDLE", "An invalid handle was specified."},
    {0xC000000D, "STATUS_INVALID_PARAMETER", "An invalid parameter was passed to a service or function."},
    {0xC0000010, "STATUS_INVALID_DEVICE_REQUEST",
     "The specified request is not a valid operation for the target device."},
    {0xC0000016, "STATUS_MORE_PROCESSING_REQUIRED", "The operation needs another round."},
    {0xC000001C, "STATUS_INVALID_SYSTEM_SERVICE", "An invalid system service was requested."},
    {0xC0000022, "STATUS_ACCESS_DENIED", "The account does not have the requested access."},
    {0xC0000033, "STATUS_OBJECT_NAME_INVALID", "The object name is invalid."},
    {0xC0000034, "STATUS_OBJECT_NAME_NOT_FOUND", "The object name is not found."},
    {0xC0000043, "STATUS_SHARING_VIOLATION",
     "A file cannot be opened because the share access flags are incompatible."},
    {0xC000005E, "STATUS_NO_LOGON_SERVERS", "No logon servers are available to service the logon request."},
    {0xC0000064, "STATUS_NO_SUCH_USER", "The specified account does not exist."},
    {0xC000006A, "STATUS_WRONG_PASSWORD", "The value provided as the password is not correct."},
    {0xC000006D, "STATUS_LOGON_FAILURE", "The user name or the password is wrong."},
    {0xC000006E, "STATUS_ACCOUNT_RESTRICTION", "A restriction of the account has prevented the logon."},
    {0xC000006F, "STATUS_INVALID_LOGON_HOURS", "The account may not log on at this time."},
    {0xC0000070, "STATUS_INVALID_WORKSTATION", "The account may not log on from this computer."},
    {0xC0000071, "STATUS_PASSWORD_EXPIRED", "The password of the account has expired."},
    {0xC0000072, "STATUS_ACCOUNT_DISABLED", "The account is disabled."},
    {0xC000009A, "STATUS_INSUFFICIENT_RESOURCES",
     "The server has insufficient resources to complete the request."},
    {0xC00000AC, "STATUS_PIPE_NOT_AVAILABLE", "No instance of the named pipe is available."},
    {0xC00000AE, "STATUS_PIPE_BUSY", "The named pipe is busy."},
    {0xC00000B0, "STATUS_PIPE_DISCONNECTED", "The named pipe is in the disconnected state."},
    {0xC00000B5, "STATUS_IO_TIMEOUT", "The server gave up waiting for its own operation."},
    {0xC00000BB, "STATUS_NOT_SUPPORTED", "The request is not supported."},
    {0xC00000C9, "STATUS_NETWORK_NAME_DELETED", "The network name was deleted."},
    {0xC00000CA, "STATUS_NETWORK_ACCESS_DENIED", "Network access is denied."},
    {0xC00000CC, "STATUS_BAD_NETWORK_NAME", "The share cannot be found on the server."},
    {0xC00000D0, "STATUS_REQUEST_NOT_ACCEPTED", "The server accepts no more connections."},
    {0xC00000D9, "STATUS_PIPE_EMPTY", "There is nothing to read from the named pipe."},
    {0xC0000120, "STATUS_CANCELLED", "The request was cancelled."},
    {0xC0000128, "STATUS_FILE_CLOSED", "The handle has already been closed."},
    {0xC0000133, "STATUS_TIME_DIFFERENCE_AT_DC", "The clocks of client and server differ by too much."},
    {0xC000014B, "STATUS_PIPE_BROKEN", "The other end of the named pipe is gone."},
    {0xC000015B, "STATUS_LOGON_TYPE_NOT_GRANTED", "The account may not log on over the network."},
    {0xC000018D, "STATUS_TRUSTED_RELATIONSHIP_FAILURE",
     "The trust between the server and its domain failed."},
    {0xC0000192, "STATUS_NETLOGON_NOT_STARTED", "The server's Netlogon service is not started."},
    {0xC0000193, "STATUS_ACCOUNT_EXPIRED", "The account has expired."},
    {0xC000019C, "STATUS_FS_DRIVER_REQUIRED", "A file system driver that is not loaded is needed."},
    {0xC0000203, "STATUS_USER_SESSION_DELETED", "The session was ended by the server."},
    {0xC0000205, "STATUS_INSUFF_SERVER_RESOURCES", "The server has insufficient resources."},
    {0xC000020C, "STATUS_CONNECTION_DISCONNECTED", "The transport connection is now disconnected."},
    {0xC0000224, "STATUS_PASSWORD_MUST_CHANGE", "The password of the account must be changed first."},
    {0xC0000234, "STATUS_ACCOUNT_LOCKED_OUT", "The account is locked out."},
    {0xC000035C, "STATUS_NETWORK_SESSION_EXPIRED", "The session's credentials have expired."},
    {0xC0000388, "STATUS_DOWNGRADE_DETECTED", "A downgrade of the security was detected."},
    {0xC0000413, "STATUS_AUTHENTICATION_FIREWALL_FAILED", "The account may not authenticate to this server."},
    {0xC05D0000, "STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP", "No common pre-authentication hash."},
};

const NamedCategory category{"NTSTATUS", "NTSTATUS", NamedCategory::Number::hexadecimal, table};

}  // namespace

const boost::system::error_category& nt_status_category() {
    return category;
}

}  // namespace curfew::core
