#include <set>

#include <gtest/gtest.h>

#include "core/errors/error.hpp"
#include "core/errors/named_category.hpp"
#include "core/errors/net_api_status.hpp"
#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"

namespace curfew::testing {
namespace {

using core::describe;
using core::Error;
using core::name_of;
using core::NetApiStatus;
using core::NtStatus;
using core::SmbError;

TEST(Errors, HaveTheirDocumentedNames) {
    EXPECT_EQ(name_of(NetApiStatus::access_denied), "ERROR_ACCESS_DENIED");
    EXPECT_EQ(name_of(NetApiStatus::invalid_level), "ERROR_INVALID_LEVEL");
    EXPECT_EQ(name_of(NetApiStatus::client_name_not_found), "NERR_ClientNameNotFound");
    EXPECT_EQ(name_of(NetApiStatus::user_not_found), "NERR_UserNotFound");
    EXPECT_EQ(name_of(NtStatus::logon_failure), "STATUS_LOGON_FAILURE");
    EXPECT_EQ(name_of(NtStatus::network_session_expired), "STATUS_NETWORK_SESSION_EXPIRED");
    EXPECT_EQ(name_of(SmbError::downgrade), "SMB_DOWNGRADE");
    EXPECT_EQ(name_of(SmbError::timed_out), "TIMED_OUT");
    EXPECT_EQ(name_of({ECONNREFUSED, boost::system::system_category()}), "ECONNREFUSED");
    EXPECT_EQ(name_of({EACCES, boost::system::generic_category()}), "EACCES");
    EXPECT_EQ(name_of({123456, boost::system::system_category()}), "system:123456");
}

TEST(Errors, AreDescribedByNameNumberSentenceAndContext) {
    EXPECT_EQ(describe({NetApiStatus::access_denied, "NetSessionEnum"}),
              "ERROR_ACCESS_DENIED (5): Access is denied. NetSessionEnum");
    EXPECT_EQ(describe({NtStatus::logon_failure, {}}),
              "STATUS_LOGON_FAILURE (0xC000006D): The user name or the password is wrong.");
    EXPECT_EQ(describe({SmbError::guest_logon, {}}),
              "SMB_GUEST (6): The server logged the account on as guest.");
    const auto refused = describe({{ECONNREFUSED, boost::system::system_category()}, "connecting to fs1"});
    EXPECT_NE(refused.find("connecting to fs1"), std::string::npos);
}

// A status that nobody has met still has its number, in the way in which people look it up.
TEST(Errors, UnknownNumbersKeepTheirNumber) {
    EXPECT_EQ(name_of(static_cast<NtStatus>(0xC0DEC0DE)), "NTSTATUS");
    EXPECT_NE(describe({static_cast<NtStatus>(0xC0DEC0DE), {}}).find("0xC0DEC0DE"), std::string::npos);
    EXPECT_EQ(name_of(static_cast<NetApiStatus>(4'000'000'000)), "NET_API_STATUS");
    EXPECT_NE(describe({static_cast<NetApiStatus>(4'000'000'000), {}}).find("4000000000"), std::string::npos);
}

TEST(Errors, EveryNamedValueIsInItsTable) {
    for (int value = 1; value <= static_cast<int>(SmbError::no_session_support); ++value) {
        EXPECT_NE(name_of(static_cast<SmbError>(value)), "CURFEW") << value;
    }
    std::set<std::string> names;
    for (const auto status :
         {NtStatus::pending, NtStatus::buffer_overflow, NtStatus::invalid_parameter,
          NtStatus::invalid_device_request, NtStatus::more_processing_required, NtStatus::access_denied,
          NtStatus::object_name_not_found, NtStatus::logon_failure, NtStatus::pipe_not_available,
          NtStatus::pipe_disconnected, NtStatus::not_supported, NtStatus::bad_network_name,
          NtStatus::request_not_accepted, NtStatus::file_closed, NtStatus::pipe_broken,
          NtStatus::user_session_deleted, NtStatus::connection_disconnected,
          NtStatus::network_session_expired}) {
        EXPECT_EQ(name_of(status).substr(0, 7), "STATUS_");
        EXPECT_TRUE(names.insert(name_of(status)).second) << name_of(status);
    }
    for (const auto status :
         {NetApiStatus::access_denied, NetApiStatus::not_enough_memory, NetApiStatus::not_supported,
          NetApiStatus::bad_net_path, NetApiStatus::invalid_parameter, NetApiStatus::invalid_level,
          NetApiStatus::more_data, NetApiStatus::client_name_not_found, NetApiStatus::user_not_found,
          NetApiStatus::invalid_computer}) {
        EXPECT_NE(name_of(status), "NET_API_STATUS") << static_cast<std::uint32_t>(status);
        EXPECT_TRUE(make_error_code(status).failed());
    }
    EXPECT_FALSE(make_error_code(NetApiStatus::success).failed());
    EXPECT_FALSE(make_error_code(NtStatus::success).failed());
}

TEST(Errors, FamiliesDoNotMix) {
    EXPECT_NE(make_error_code(NetApiStatus::access_denied),
              make_error_code(SmbError::bad_signature));  // both 5
    EXPECT_NE(make_error_code(NetApiStatus::access_denied),
              boost::system::error_code(5, boost::system::system_category()));
}

TEST(Errors, AValueOfAnErrorThrows) {
    const core::Result<int> result = Error{make_error_code(SmbError::timed_out), "here"};
    EXPECT_THROW((void)result.value(), boost::system::system_error);
}

}  // namespace
}  // namespace curfew::testing
