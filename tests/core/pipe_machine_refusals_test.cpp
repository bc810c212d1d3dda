// What the machine must not go along with: downgrades, guests, missing signatures and ciphers, and whatever
// status a server gives at whatever step.
#include <gtest/gtest.h>

#include "core/errors/net_api_status.hpp"
#include "core/errors/nt_status.hpp"
#include "tests/core/bytes_of.hpp"
#include "tests/core/conversation.hpp"

namespace curfew::testing {
namespace {

using core::Dialect;
using core::Encryption;
using core::NtStatus;
using core::SmbError;
using core::smb::Cipher;
using Recovery = core::smb::PipeMachine::Recovery;

ServerSetup speaking(std::uint16_t dialect, Cipher cipher = Cipher::none) {
    ServerSetup setup;
    setup.dialect = dialect;
    setup.cipher = cipher;
    return setup;
}

void expect_refused(Conversation& talk, SmbError why) {
    EXPECT_FALSE(talk.connect());
    EXPECT_EQ(talk.machine.error().code, make_error_code(why)) << describe(talk.machine.error());
    EXPECT_FALSE(talk.machine.ready());
}

constexpr std::size_t final_setup = 2;  // the number of the reply that ends the logon

TEST(PipeMachineRefuses, DialectsThatWereNotOffered) {
    for (const std::uint16_t dialect : {0x0202, 0x02FF, 0x0310, 0x0312, 0x0000}) {
        Conversation talk{speaking(dialect)};
        expect_refused(talk, SmbError::downgrade);
    }
}

TEST(PipeMachineRefuses, DialectsBelowTheLowestAllowed) {
    const std::pair<Dialect, std::uint16_t> cases[] = {
        {Dialect::smb300, 0x0210}, {Dialect::smb302, 0x0300}, {Dialect::smb311, 0x0302}};
    for (const auto& [lowest, chosen] : cases) {
        Conversation talk{speaking(chosen), {lowest, Encryption::offered}};
        expect_refused(talk, SmbError::downgrade);
    }
}

TEST(PipeMachineRefuses, AServerThatKnowsNoDialectOfOurs) {
    Conversation talk{ServerSetup{}, {Dialect::smb311, Encryption::offered}};
    talk.server.change = [](std::size_t, ReplyDraft& reply) {
        reply.header.status = static_cast<std::uint32_t>(NtStatus::not_supported);
    };
    expect_refused(talk, SmbError::downgrade);
    EXPECT_NE(talk.machine.error().context.find("3.1.1"), std::string::npos);
}

TEST(PipeMachineRefuses, AServerThatDoesNotSign) {
    auto setup = speaking(0x0300);
    setup.security_mode = 0;
    Conversation talk{setup};
    expect_refused(talk, SmbError::unsigned_reply);
}

TEST(PipeMachineRefuses, V311WithoutPreAuthenticationIntegrity) {
    ServerSetup setup;
    setup.preauth = false;
    Conversation talk{setup};
    expect_refused(talk, SmbError::downgrade);
}

// Whoever changes the unsigned negotiation below 3.1.1 is met again in the signed repetition.
TEST(PipeMachineRefuses, ANegotiationThatTheServerDoesNotConfirm) {
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0302}) {
        for (std::size_t byte = 0; byte < 24; ++byte) {
            Conversation talk{speaking(dialect)};
            talk.server.change = [&](std::size_t number, ReplyDraft& reply) {
                if (number == 4) reply.body.at(48 + byte) ^= 1;
            };
            expect_refused(talk, SmbError::downgrade);
        }
    }
}

TEST(PipeMachineRefuses, AnAnswerToTheRepeatedNegotiationThatIsCutShort) {
    for (std::size_t length = 0; length < 48 + 24; ++length) {
        Conversation talk{speaking(0x0300)};
        talk.server.change = [&](std::size_t number, ReplyDraft& reply) {
            if (number == 4) reply.body.resize(length);
        };
        expect_refused(talk, SmbError::downgrade);
    }
}

TEST(PipeMachineRefuses, AServerFrom300OnThatDoesNotKnowTheRepeatedNegotiation) {
    for (const auto status :
         {NtStatus::not_supported, NtStatus::invalid_device_request, NtStatus::file_closed}) {
        for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0302}) {
            Conversation talk{speaking(dialect)};
            talk.server.change = [&](std::size_t number, ReplyDraft& reply) {
                if (number != 4) return;
                reply.header.status = static_cast<std::uint32_t>(status);
                reply.body = from_hex("090000000000000000");
            };
            if (dialect == 0x0210) {
                EXPECT_TRUE(talk.connect());  // a server of 2.1 cannot know it
            } else {
                expect_refused(talk, SmbError::downgrade);
            }
        }
    }
}

TEST(PipeMachineRefuses, ALogonWhoseLastReplyIsNotSigned) {
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0311}) {
        Conversation talk{speaking(dialect)};
        talk.server.change = [](std::size_t number, ReplyDraft& reply) {
            if (number == final_setup) reply.sign = false;
        };
        expect_refused(talk, SmbError::unsigned_reply);
    }
}

TEST(PipeMachineRefuses, ALogonWhoseLastReplyIsSignedWithAnotherKey) {
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0311}) {
        Conversation talk{speaking(dialect)};
        talk.gss = [legs = 0](std::span<const std::uint8_t>) mutable -> core::smb::TokenStep {
            auto key = FakeServer::session_key();
            key[0] ^= 1;
            if (++legs == 3) return {{}, true, key};
            return {from_text("client " + std::to_string(legs)), false, std::nullopt};
        };
        expect_refused(talk, SmbError::bad_signature);
    }
}

TEST(PipeMachineRefuses, Guests) {
    for (const bool is_signed : {true, false}) {
        auto setup = speaking(0x0311);
        setup.session_flags = core::smb::session_is_guest;
        Conversation talk{setup};
        talk.server.change = [&](std::size_t, ReplyDraft& reply) { reply.sign = is_signed; };
        expect_refused(talk, SmbError::guest_logon);
    }
}

TEST(PipeMachineRefuses, AnonymousLogons) {
    auto setup = speaking(0x0300);
    setup.session_flags = core::smb::session_is_null;
    Conversation talk{setup};
    expect_refused(talk, SmbError::anonymous_logon);
}

TEST(PipeMachineRefuses, AServerWithoutACipherWhereEncryptionIsRequired) {
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0302, 0x0311}) {
        Conversation talk{speaking(dialect), {Dialect::smb210, Encryption::required}};
        expect_refused(talk, SmbError::encryption_missing);
        EXPECT_EQ(talk.server.replies(), 1u) << "no credentials are shown to such a server";
    }
}

TEST(PipeMachineRefuses, ASessionThatMustBeEncryptedAndCannot) {
    auto setup = speaking(0x0300);
    setup.session_flags = core::smb::session_encrypt;
    Conversation talk{setup};
    expect_refused(talk, SmbError::encryption_missing);
}

TEST(PipeMachineRefuses, AShareThatMustBeEncryptedInASessionThatIsNot) {
    auto setup = speaking(0x0300);
    setup.share_flags = core::smb::share_encrypt;
    Conversation talk{setup};
    expect_refused(talk, SmbError::encryption_missing);
}

TEST(PipeMachineRefuses, IpcThatIsClosed) {
    for (const auto status : {NtStatus::access_denied, NtStatus::bad_network_name}) {
        Conversation talk{ServerSetup{}};
        talk.server.change = [&](std::size_t, ReplyDraft& reply) {
            if (reply.header.command == Command::tree_connect)
                reply.header.status = static_cast<std::uint32_t>(status);
        };
        EXPECT_FALSE(talk.connect());
        EXPECT_EQ(talk.machine.error().code, make_error_code(status));
        EXPECT_NE(talk.machine.error().context.find("IPC$"), std::string::npos);
        EXPECT_EQ(talk.machine.recovery(), Recovery::none);
    }
}

TEST(PipeMachineRefuses, AServerWithoutSrvsvc) {
    Conversation talk{ServerSetup{}};
    talk.server.change = [](std::size_t, ReplyDraft& reply) {
        if (reply.header.command == Command::create)
            reply.header.status = static_cast<std::uint32_t>(NtStatus::object_name_not_found);
    };
    expect_refused(talk, SmbError::no_session_support);
}

TEST(PipeMachineRefuses, ALogonThatTheServerEndsBeforeGssIsSatisfied) {
    // With or without a key: only GSSAPI says when the server has proved who it is.
    for (const bool with_key : {false, true}) {
        Conversation talk{ServerSetup{}};
        talk.gss = [&, legs = 0](std::span<const std::uint8_t>) mutable -> core::smb::TokenStep {
            const auto key = with_key ? std::optional{FakeServer::session_key()} : std::nullopt;
            return {from_text("client " + std::to_string(++legs)), false, key};
        };
        expect_refused(talk, SmbError::authentication);
    }
}

TEST(PipeMachineRefuses, TokensThatCannotBeSent) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{0x10000}}) {
        Conversation talk{ServerSetup{}};
        talk.gss = [&](std::span<const std::uint8_t>) -> core::smb::TokenStep {
            return {Bytes(size, 1), false, std::nullopt};
        };
        expect_refused(talk, SmbError::authentication);
    }
}

TEST(PipeMachineRefuses, ASessionIdOfZeroOrAnotherOneHalfway) {
    for (const std::size_t number : {std::size_t{1}, final_setup}) {
        for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{77}}) {
            if (number == 1 && id != 0) continue;
            Conversation talk{ServerSetup{}};
            talk.server.change = [&](std::size_t reply_number, ReplyDraft& reply) {
                if (reply_number == number) reply.header.session_id = id;
            };
            expect_refused(talk, SmbError::malformed);
        }
    }
}

TEST(PipeMachineRefuses, ToGoOnWithoutCredits) {
    for (const std::uint16_t dialect : {0x0210, 0x0311}) {
        auto setup = speaking(dialect);
        setup.granted_credits = 0;
        Conversation talk{setup};
        expect_refused(talk, SmbError::no_credits);
        EXPECT_EQ(talk.machine.recovery(), Recovery::reconnect);
    }
}

TEST(PipeMachineRefuses, BytesBehindARpcReply) {
    for (const bool at_bind : {true, false}) {
        Conversation talk{ServerSetup{}};
        if (!at_bind) {
            ASSERT_TRUE(talk.connect());
        }
        talk.server.change = [](std::size_t, ReplyDraft& reply) {
            if (reply.header.command != Command::ioctl) return;
            reply.body.push_back(0);
            ++reply.body[36];  // the count of the output
        };
        const bool done = at_bind ? talk.connect() : talk.call(12, from_text("x"));
        EXPECT_FALSE(done) << (at_bind ? "bind" : "call");
        EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::malformed));
    }
}

TEST(PipeMachineRefuses, APipeThatTakesOnlyAPartOfAFragment) {
    Conversation talk{ServerSetup{}};
    ASSERT_TRUE(talk.connect());
    talk.server.change = [](std::size_t, ReplyDraft& reply) {
        if (reply.header.command == Command::write) --reply.body[4];
    };
    EXPECT_FALSE(talk.call(12, Bytes(10'000)));
    EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::malformed));
}

TEST(PipeMachineRefuses, ReadsThatGiveNothing) {
    ServerSetup setup;
    setup.pipe_piece = 30;
    Conversation talk{setup};
    talk.server.change = [](std::size_t, ReplyDraft& reply) {
        if (reply.header.command != Command::read) return;
        reply.body.resize(16);
        reply.body[4] = 0;
    };
    expect_refused(talk, SmbError::malformed);
}

Bytes rpc_fault(std::uint32_t call_id, std::uint32_t status) {
    auto pdu = from_hex(
        "05000303100000002000000000000000200000000000000000000000"
        "00000000");
    pdu[12] = static_cast<std::uint8_t>(call_id);
    for (int i = 0; i < 4; ++i)
        pdu[24 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(status >> (8 * i));
    return pdu;
}

TEST(PipeMachineRefuses, RpcFaults) {
    const std::pair<std::uint32_t, boost::system::error_code> cases[] = {
        {5, make_error_code(core::NetApiStatus::access_denied)},
        {0x1C010002, make_error_code(SmbError::rpc_fault)},
        {0x000006F7, make_error_code(SmbError::rpc_fault)}};
    for (const auto& [status, expected] : cases) {
        Conversation at_call{ServerSetup{}};
        ASSERT_TRUE(at_call.connect());
        at_call.server.will_send_on_pipe(rpc_fault(2, status));
        EXPECT_FALSE(at_call.call(12, from_text("x")));
        EXPECT_EQ(at_call.machine.error().code, expected);

        Conversation at_bind{ServerSetup{}};
        at_bind.server.will_send_on_pipe(rpc_fault(1, status));
        EXPECT_FALSE(at_bind.connect());
        EXPECT_EQ(at_bind.machine.error().code, expected);
    }
}

TEST(PipeMachineRefuses, ABindThatIsRefused) {
    Conversation talk{ServerSetup{}};
    talk.server.will_send_on_pipe(
        from_hex("05000d03100000001800000001000000"
                 "0000010500000000"));
    expect_refused(talk, SmbError::rpc_fault);
}

// Every status at every step: a clear end, and no loop.
TEST(PipeMachineRefuses, AnyErrorStatusAtAnyStep) {
    constexpr std::uint32_t statuses[] = {0xC0000001, 0xC000000D, 0xC0000016, 0xC0000022, 0xC000006D,
                                          0xC00000AC, 0xC00000B0, 0xC00000BB, 0xC00000CC, 0xC00000D0,
                                          0xC0000128, 0xC000014B, 0xC0000203, 0xC000020C, 0xC000035C,
                                          0x80000005, 0x00000103, 0x12345678, 0xFFFFFFFF};
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0311}) {
        auto setup = speaking(dialect, dialect == 0x0311 ? Cipher::aes128_gcm : Cipher::none);
        setup.pipe_piece = 30;  // so that there are READs
        Conversation whole{setup};
        whole.server.will_answer(Bytes(100));
        ASSERT_TRUE(whole.connect() && whole.call(12, Bytes(9000)));
        for (std::size_t step = 0; step < whole.server.replies(); ++step) {
            for (const auto status : statuses) {
                Conversation talk{setup};
                talk.server.will_answer(Bytes(100));
                talk.server.change = [&](std::size_t number, ReplyDraft& reply) {
                    if (number != step) return;
                    reply.header.status = status;
                    if (status != 0x80000005) reply.body = from_hex("090000000000000000");
                };
                bool done = false;
                try {
                    done = talk.connect() && talk.call(12, Bytes(9000));
                } catch (const ServerGaveUp& error) {
                    // The server half gave up on a client that went on talking: only the logon may go on.
                    EXPECT_EQ(status, 0xC0000016) << error.what();
                    continue;
                }
                if (done) {
                    // The overflow is news of more to come; a server of 2.1 may not know the repeated
                    // negotiation.
                    EXPECT_TRUE(status == 0x80000005 || dialect == 0x0210)
                        << std::hex << status << " at step " << step;
                    continue;
                }
                EXPECT_TRUE(talk.machine.error().code.failed()) << std::hex << status << " at " << step;
                EXPECT_FALSE(describe(talk.machine.error()).empty());
                EXPECT_FALSE(talk.machine.ready());
            }
        }
    }
}

// Any reply cut to any length, still properly signed: an error, never a crash.
TEST(PipeMachineRefuses, AnyReplyCutToAnyLength) {
    for (const std::uint16_t dialect : {0x0300, 0x0311}) {
        auto setup = speaking(dialect);
        setup.pipe_piece = 40;
        Conversation whole{setup};
        whole.server.will_answer(from_text("stub"));
        ASSERT_TRUE(whole.connect() && whole.call(12, from_text("x")));
        for (std::size_t step = 0; step < whole.server.replies(); ++step) {
            std::size_t size = 1;
            for (std::size_t length = 0; length < size; ++length) {
                Conversation talk{setup};
                talk.server.will_answer(from_text("stub"));
                talk.server.change = [&](std::size_t number, ReplyDraft& reply) {
                    if (number != step) return;
                    size = reply.body.size();
                    reply.body.resize(length);
                };
                EXPECT_FALSE(talk.connect() && talk.call(12, from_text("x")))
                    << "step " << step << " cut to " << length;
            }
        }
    }
}

}  // namespace
}  // namespace curfew::testing
