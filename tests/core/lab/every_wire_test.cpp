// The product's client against the lab's server, at every dialect, signing algorithm and cipher.
#include <gtest/gtest.h>

#include "core/errors/smb_error.hpp"
#include "core/smb/header.hpp"
#include "tests/core/lab/talk.hpp"

namespace curfew::testing {
namespace {

using core::Dialect;
using core::Encryption;
using core::SmbError;
using lab::LabEncryption;
using lab::ServerIdentity;

struct Wire {
    const char* name;
    Dialect dialect;
    LabEncryption encryption;
    Encryption client;
    bool encrypted;
};
void PrintTo(const Wire& wire, std::ostream* out) {
    *out << wire.name;
}

ServerIdentity identity_of(const Wire& wire) {
    ServerIdentity identity;
    identity.guid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    identity.max_dialect = wire.dialect;
    identity.encryption = wire.encryption;
    return identity;
}

class LabWire : public ::testing::TestWithParam<Wire> {};

constexpr auto off = LabEncryption::off, offered = LabEncryption::offered, required = LabEncryption::required;
constexpr auto clear = Encryption::offered, sealed = Encryption::required;

INSTANTIATE_TEST_SUITE_P(Dialects, LabWire,
                         ::testing::Values(Wire{"v210", Dialect::smb210, offered, clear, false},
                                           Wire{"v300_off", Dialect::smb300, off, clear, false},
                                           Wire{"v300_offered", Dialect::smb300, offered, clear, false},
                                           Wire{"v300_wanted", Dialect::smb300, offered, sealed, true},
                                           Wire{"v300_required", Dialect::smb300, required, clear, true},
                                           Wire{"v302_offered", Dialect::smb302, offered, clear, false},
                                           Wire{"v302_required", Dialect::smb302, required, clear, true},
                                           Wire{"v311_off", Dialect::smb311, off, clear, false},
                                           Wire{"v311_offered", Dialect::smb311, offered, clear, false},
                                           Wire{"v311_wanted", Dialect::smb311, offered, sealed, true},
                                           Wire{"v311_required", Dialect::smb311, required, sealed, true}),
                         [](const auto& wire) { return std::string{wire.param.name}; });

TEST_P(LabWire, LogsOnOpensBindsCallsAndLogsOff) {
    Talk talk{identity_of(GetParam()), {Dialect::smb210, GetParam().client}};
    ASSERT_TRUE(talk.connect()) << describe(talk.machine.error());
    EXPECT_EQ(talk.machine.dialect(), static_cast<std::uint16_t>(GetParam().dialect));
    EXPECT_EQ(talk.server.connection.dialect(), talk.machine.dialect());
    EXPECT_EQ(talk.machine.encrypted(), GetParam().encrypted);
    EXPECT_EQ(talk.server.connection.encrypted(), GetParam().encrypted);
    EXPECT_EQ(talk.machine.server_guid(), identity_of(GetParam()).guid);
    ASSERT_EQ(talk.server.accepts.size(), 2u);
    EXPECT_EQ(talk.server.accepts[0].bytes, words("client 1"));
    EXPECT_NE(talk.server.accepts[0].session, 0u);

    for (const std::size_t size : {0, 1, 200, 4256, 4257, 70'000, 1'000'000}) {
        Bytes question(size % 100'000, 0x51);
        Bytes answer(size + 3);
        for (std::size_t i = 0; i < answer.size(); ++i) answer[i] = static_cast<std::uint8_t>(i * 31 >> 3);
        talk.server.answer = [&](const lab::Action&) { return answer; };
        ASSERT_TRUE(talk.call(12, question)) << describe(talk.machine.error());
        const auto& call = talk.server.calls.back();
        EXPECT_EQ(call.opnum, 12);
        EXPECT_EQ(call.what, lab::Call::session_enum);
        EXPECT_EQ(call.session, talk.server.accepts[0].session);
        EXPECT_EQ(call.bytes, question);
        EXPECT_EQ(talk.machine.take_stub(), answer);
    }
    EXPECT_TRUE(talk.server.connection.take_ended().empty());
    ASSERT_TRUE(talk.run(talk.machine.logoff()));
    EXPECT_EQ(talk.server.connection.take_ended(),
              std::vector<std::uint64_t>{talk.server.accepts[0].session});
    EXPECT_TRUE(talk.server.connection.take_ended().empty()) << "each is told once";
}

}  // namespace
}  // namespace curfew::testing
