// The two calls over the wire, against a real smbd.
#include "core/net/smb_session_api.hpp"

#include <gtest/gtest.h>

#include "tests/integration/asking.hpp"
#include "tests/integration/smb_client.hpp"

namespace curfew::testing {
namespace {

struct Wire {
    std::string name, min_protocol, max_protocol, encrypt;
    core::Security security;
    std::uint16_t dialect = 0;
    bool encrypted = false;
    core::smb::Signing signing = core::smb::Signing::hmac_sha256;
};
void PrintTo(const Wire& wire, std::ostream* out) {
    *out << wire.name;
}

class EveryWire : public ::testing::TestWithParam<Wire> {};

TEST_P(EveryWire, ListsAndEndsExactlyOne) {
    const auto& wire = GetParam();
    SambaOptions options;
    options.min_protocol = wire.min_protocol;
    options.max_protocol = wire.max_protocol;
    options.encrypt = wire.encrypt;
    const SambaServer server{options};
    HeldSession anna{server, {.user = "anna", .client_address = "127.0.0.11"}};
    HeldSession bob{server, {.user = "bob", .client_address = "127.0.0.12"}};

    Asking asking{server, wire.security};
    const auto before = asking.enumerate();
    ASSERT_TRUE(before) << describe(before.error()) << server.log();
    EXPECT_EQ(users_of(*before),
              (std::vector<std::string>{"anna@127.0.0.11", "bob@127.0.0.12", "svc-curfew@127.0.0.1"}));
    EXPECT_EQ(before->level, core::Level::administrative);
    ASSERT_TRUE(asking.connection());
    EXPECT_EQ(asking.connection()->machine().dialect(), wire.dialect);
    EXPECT_EQ(asking.connection()->machine().encrypted(), wire.encrypted);
    if (!wire.encrypted) {
        EXPECT_EQ(asking.connection()->machine().signing(), wire.signing);
    }

    const auto ended = asking.disconnect("127.0.0.11", "anna");
    EXPECT_TRUE(ended) << describe(ended.error().error);
    EXPECT_TRUE(server.wait_for_sessions(2));
    EXPECT_FALSE(anna.alive());
    EXPECT_TRUE(bob.alive());
    const auto after = asking.enumerate();
    ASSERT_TRUE(after) << describe(after.error());
    EXPECT_EQ(users_of(*after), (std::vector<std::string>{"bob@127.0.0.12", "svc-curfew@127.0.0.1"}));
    asking.close();
    EXPECT_TRUE(server.wait_for_sessions(1)) << "a closed connection leaves no session behind";
}

using core::Dialect;
using core::Encryption;
using core::smb::Signing;
INSTANTIATE_TEST_SUITE_P(
    Samba, EveryWire,
    ::testing::Values(
        Wire{"smb311_gmac", "SMB2_02", "SMB3_11", "default", {}, 0x0311, false, Signing::aes_gmac},
        Wire{"smb311_encryption_required_by_server", "SMB2_02", "SMB3_11", "required", {}, 0x0311, true},
        Wire{"smb311_encryption_required_by_us",
             "SMB2_02",
             "SMB3_11",
             "default",
             {Dialect::smb311, Encryption::required},
             0x0311,
             true},
        Wire{"smb302", "SMB2_02", "SMB3_02", "default", {}, 0x0302, false, Signing::aes_cmac},
        Wire{"smb300", "SMB2_02", "SMB3_00", "default", {}, 0x0300, false, Signing::aes_cmac},
        Wire{"smb300_encryption_required_by_server", "SMB2_02", "SMB3_00", "required", {}, 0x0300, true},
        Wire{"smb300_encryption_required_by_us",
             "SMB2_02",
             "SMB3_00",
             "default",
             {Dialect::smb210, Encryption::required},
             0x0300,
             true},
        Wire{"smb210", "SMB2_02", "SMB2_10", "default", {}, 0x0210, false, Signing::hmac_sha256}),
    [](const auto& wire) { return wire.param.name; });

}  // namespace
}  // namespace curfew::testing
