#pragma once
// NTSTATUS: what an SMB server answers (MS-ERREF 2.3). The values that curfew acts on have names here; the
// table in nt_status.cpp knows the ones that people meet.

#include <cstdint>

#include <boost/system/error_code.hpp>

namespace curfew::core {

enum class NtStatus : std::uint32_t {
    success = 0x00000000,
    pending = 0x00000103,
    buffer_overflow = 0x80000005,
    invalid_parameter = 0xC000000D,
    invalid_device_request = 0xC0000010,
    more_processing_required = 0xC0000016,
    access_denied = 0xC0000022,
    object_name_not_found = 0xC0000034,
    logon_failure = 0xC000006D,
    insufficient_resources = 0xC000009A,
    pipe_not_available = 0xC00000AC,
    pipe_busy = 0xC00000AE,
    pipe_disconnected = 0xC00000B0,
    not_supported = 0xC00000BB,
    network_name_deleted = 0xC00000C9,
    bad_network_name = 0xC00000CC,
    request_not_accepted = 0xC00000D0,
    pipe_empty = 0xC00000D9,
    file_closed = 0xC0000128,
    pipe_broken = 0xC000014B,
    fs_driver_required = 0xC000019C,
    user_session_deleted = 0xC0000203,
    connection_disconnected = 0xC000020C,
    network_session_expired = 0xC000035C,
    no_preauth_hash_overlap = 0xC05D0000,
};

const boost::system::error_category& nt_status_category();

inline boost::system::error_code make_error_code(NtStatus status) {
    return {static_cast<int>(status), nt_status_category()};
}

}  // namespace curfew::core

template <> struct boost::system::is_error_code_enum<curfew::core::NtStatus> : std::true_type {};
