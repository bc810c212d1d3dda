// What goes wrong on command, and what the product's client makes of it.
#include <gtest/gtest.h>

#include "core/errors/nt_status.hpp"
#include "core/errors/smb_error.hpp"
#include "core/smb/header.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

using core::Dialect;
using core::NtStatus;
using core::SmbError;
using lab::Action;
using lab::Call;
using lab::Fault;
using lab::FaultKind;
using lab::ServerIdentity;
using Recovery = core::smb::PipeMachine::Recovery;

Fault fault(FaultKind kind, std::optional<Call> call = std::nullopt, std::uint32_t size = 0) {
    Fault it;
    it.kind = kind;
    it.call = call;
    it.size = size;
    return it;
}

ServerIdentity up_to(Dialect dialect) {
    ServerIdentity identity;
    identity.max_dialect = dialect;
    return identity;
}

constexpr Call logon_calls[] = {Call::negotiate, Call::session_setup, Call::tree_connect, Call::create,
                                Call::bind};

// --- which call a fault meets -----------------------------------------------------------------------------

TEST(LabFaults, HaveNamesBothWays) {
    for (int i = 0; i <= static_cast<int>(FaultKind::wake_up); ++i) {
        const auto kind = static_cast<FaultKind>(i);
        EXPECT_EQ(lab::fault_kind_from(to_string(kind)), kind);
    }
    for (int i = 0; i <= static_cast<int>(Call::other); ++i) {
        const auto call = static_cast<Call>(i);
        EXPECT_EQ(lab::call_from(to_string(call)), call);
    }
    EXPECT_EQ(to_string(FaultKind::wrong_signature), "wrong_signature");
    EXPECT_EQ(to_string(Call::session_enum), "session_enum");
    EXPECT_FALSE(lab::fault_kind_from("Delay"));
    EXPECT_FALSE(lab::call_from(""));
}

TEST(LabFaults, SkipSomeCallsAndSpoilSome) {
    lab::Faults faults;
    auto some = fault(FaultKind::silence);
    some.skip = 2;
    some.times = 2;
    faults.set(some);
    faults.set(fault(FaultKind::reset, Call::bind));
    std::string seen;
    for (int i = 0; i < 6; ++i)
        seen += faults.take(i % 2 ? Call::session_del : Call::session_enum) ? 'x' : '.';
    EXPECT_EQ(seen, "..xx..");
    EXPECT_FALSE(faults.take(Call::other));
    EXPECT_EQ(faults.take(Call::bind)->kind, FaultKind::reset);
    faults.clear();
    EXPECT_FALSE(faults.take(Call::bind));
}

TEST(LabFaults, TheFirstThatFitsIsTaken) {
    lab::Faults faults;
    auto once = fault(FaultKind::silence, Call::session_enum);
    once.times = 1;
    faults.set(once);
    faults.set(fault(FaultKind::delay));
    EXPECT_EQ(faults.take(Call::session_enum)->kind, FaultKind::silence);
    EXPECT_EQ(faults.take(Call::session_enum)->kind, FaultKind::delay);
    EXPECT_EQ(faults.take(Call::session_del)->kind, FaultKind::delay);
}

// A fault that may happen once, at the nth request of its kind: so requests are counted once and as what they
// are.
TEST(LabFaults, EveryRequestIsCountedOnceAndAsWhatItIs) {
    const std::pair<Call, int> counts[] = {
        {Call::negotiate, 1}, {Call::session_setup, 2}, {Call::tree_connect, 1}, {Call::create, 1},
        {Call::bind, 1},      {Call::session_enum, 2},  {Call::session_del, 1},  {Call::other, 4}};
    for (const auto& [call, count] : counts) {
        for (int skip = 0; skip < count + 2; ++skip) {
            Talk talk{up_to(Dialect::smb300)};
            auto late = fault(FaultKind::delay, call);
            late.skip = static_cast<std::uint32_t>(skip);
            talk.server.faults.set(late);
            int delayed = 0;
            talk.on_reply = [&](Action& action) {
                if (!action.fault) return;
                ++delayed;
                EXPECT_EQ(action.what, call);
                EXPECT_EQ(action.fault->kind, FaultKind::delay);
            };
            ASSERT_TRUE(talk.connect());  // with VALIDATE_NEGOTIATE: the first of `other`
            ASSERT_TRUE(talk.call(12, words("q")));
            ASSERT_TRUE(talk.call(13, words("q")));
            // Two fragments: the first is written (`other`), the second makes it a call.
            ASSERT_TRUE(talk.call(12, Bytes(6000)));
            ASSERT_TRUE(talk.call(15, words("q")));
            ASSERT_TRUE(talk.run(talk.machine.logoff()));
            EXPECT_EQ(delayed, std::max(count - skip, 0)) << to_string(call) << ' ' << skip;
        }
    }
}

TEST(LabFaults, WhatTheOwnerDoesComesWithTheReply) {
    for (const auto kind : {FaultKind::delay, FaultKind::silence, FaultKind::reset, FaultKind::half_open}) {
        for (const auto call : logon_calls) {
            Talk talk;
            talk.server.faults.set(fault(kind, call));
            int seen = 0;
            talk.on_reply = [&](Action& action) { seen += action.fault && action.fault->kind == kind; };
            ASSERT_TRUE(talk.connect());
            EXPECT_EQ(seen, call == Call::session_setup ? 2 : 1) << to_string(call);
        }
        Talk talk;
        ASSERT_TRUE(talk.connect());
        talk.server.faults.set(fault(kind));
        ASSERT_TRUE(talk.call(12, words("q")));
        EXPECT_FALSE(talk.server.calls.back().fault) << "not twice";
        EXPECT_EQ(talk.last.fault->kind, kind);
    }
    for (const auto kind :
         {FaultKind::access_denied, FaultKind::truncated_ndr, FaultKind::oversized_ndr, FaultKind::wake_up}) {
        Talk talk;
        talk.server.faults.set(fault(kind));
        ASSERT_TRUE(talk.connect());
        ASSERT_TRUE(talk.call(12, words("q")));
        EXPECT_EQ(talk.server.calls.back().fault->kind, kind);
        EXPECT_FALSE(talk.last.fault);
    }
}

// --- what the client makes of it --------------------------------------------------------------------------

TEST(LabFaults, NoiseIsNoAnswer) {
    for (const auto call : logon_calls) {
        Talk talk;
        talk.server.faults.set(fault(FaultKind::random_bytes, call));
        EXPECT_FALSE(talk.connect()) << to_string(call);
    }
    Talk talk;
    ASSERT_TRUE(talk.connect());
    talk.server.faults.set(fault(FaultKind::random_bytes));
    EXPECT_FALSE(talk.call(12, words("q")));
    EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::malformed));
}

TEST(LabFaults, AChangedBitIsNoticed) {
    for (const auto dialect : {Dialect::smb210, Dialect::smb300, Dialect::smb302, Dialect::smb311}) {
        for (const auto encryption : {core::Encryption::offered, core::Encryption::required}) {
            if (dialect == Dialect::smb210 && encryption == core::Encryption::required) continue;
            for (const auto call : {Call::tree_connect, Call::create, Call::bind}) {
                Talk talk{up_to(dialect), {Dialect::smb210, encryption}};
                talk.server.faults.set(fault(FaultKind::wrong_signature, call));
                EXPECT_FALSE(talk.connect());
                EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::bad_signature));
            }
            Talk talk{up_to(dialect), {Dialect::smb210, encryption}};
            ASSERT_TRUE(talk.connect());
            auto once = fault(FaultKind::wrong_signature);
            talk.server.faults.set(once);
            EXPECT_FALSE(talk.call(12, words("q")));
            EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::bad_signature));
        }
    }
    Talk hashed;
    hashed.server.faults.set(fault(FaultKind::wrong_signature, Call::negotiate));
    EXPECT_FALSE(hashed.connect()) << "3.1.1 signs what it heard";
}

TEST(LabFaults, WithoutCreditsNothingMoreIsAsked) {
    for (const auto call : {Call::negotiate, Call::session_enum}) {
        Talk talk;
        talk.server.faults.set(fault(FaultKind::no_credits, call));
        bool going = talk.connect();
        for (int calls = 0; going && calls < 1000; ++calls) going = talk.call(12, words("q"));
        EXPECT_FALSE(going);
        EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::no_credits));
        EXPECT_EQ(talk.machine.recovery(), Recovery::reconnect);
    }
}

TEST(LabFaults, ADowngradeIsNoticedByWhoeverAsks) {
    for (const auto best : {Dialect::smb300, Dialect::smb302, Dialect::smb311}) {
        Talk talk{up_to(best)};
        talk.server.faults.set(fault(FaultKind::downgrade, Call::negotiate));
        EXPECT_FALSE(talk.connect());
        EXPECT_EQ(talk.server.connection.dialect(), 0x0210);
        EXPECT_EQ(talk.machine.error().code, make_error_code(SmbError::downgrade));
    }
    Talk nothing_lower{up_to(Dialect::smb311), {Dialect::smb311, core::Encryption::offered}};
    nothing_lower.server.faults.set(fault(FaultKind::downgrade, Call::negotiate));
    EXPECT_TRUE(nothing_lower.connect());
    Talk nothing_better{up_to(Dialect::smb210)};
    nothing_better.server.faults.set(fault(FaultKind::downgrade, Call::negotiate));
    EXPECT_TRUE(nothing_better.connect());
}

TEST(LabFaults, AnExpiredSessionIsGone) {
    for (const auto dialect : {Dialect::smb210, Dialect::smb300, Dialect::smb311}) {
        for (const auto call : {Call::session_enum, Call::session_del}) {
            Talk talk{up_to(dialect)};
            ASSERT_TRUE(talk.connect());
            talk.server.faults.set(fault(FaultKind::session_expired, call));
            EXPECT_FALSE(talk.call(call == Call::session_enum ? 12 : 13, words("q")));
            EXPECT_EQ(talk.machine.error().code, make_error_code(NtStatus::network_session_expired));
            EXPECT_EQ(talk.machine.recovery(), Recovery::reconnect);
            EXPECT_TRUE(talk.server.calls.empty()) << "the call was not made";
            EXPECT_EQ(talk.server.connection.take_ended().size(), 1u);
        }
    }
    LoggedOn client;
    client.server.faults.set(fault(FaultKind::session_expired, Call::other));
    EXPECT_EQ(client.send(Command::echo, core::smb::encode_logoff).nt(), NtStatus::network_session_expired);
    EXPECT_EQ(client.send(Command::echo, core::smb::encode_logoff).nt(), NtStatus::user_session_deleted);
}

TEST(LabFaults, ADeadPipeIsOpenedAgain) {
    Talk talk;
    ASSERT_TRUE(talk.connect());
    auto once = fault(FaultKind::pipe_death);
    once.times = 1;
    talk.server.faults.set(once);
    EXPECT_FALSE(talk.call(12, words("q")));
    EXPECT_EQ(talk.machine.error().code, make_error_code(NtStatus::connection_disconnected));
    EXPECT_EQ(talk.machine.recovery(), Recovery::repipe);
    EXPECT_TRUE(talk.server.calls.empty());
    ASSERT_TRUE(talk.reopen()) << describe(talk.machine.error());
    ASSERT_TRUE(talk.call(12, words("q")));
    EXPECT_TRUE(talk.server.connection.take_ended().empty());

    Talk dying;
    dying.server.faults.set(fault(FaultKind::pipe_death, Call::bind));
    EXPECT_FALSE(dying.connect());
    EXPECT_EQ(dying.machine.recovery(), Recovery::repipe);
}

TEST(LabFaults, AccessIsDeniedBeforeThereIsACall) {
    for (const auto call : logon_calls) {
        Talk talk;
        talk.server.faults.set(fault(FaultKind::access_denied, call));
        EXPECT_FALSE(talk.connect());
        EXPECT_EQ(talk.machine.error().code, make_error_code(NtStatus::access_denied)) << to_string(call);
    }
}

TEST(LabFaults, FragmentsAndReadsAreAsSmallAsTold) {
    Bytes answer(5000);
    for (std::size_t i = 0; i < answer.size(); ++i) answer[i] = static_cast<std::uint8_t>(i * 7);
    for (const std::uint32_t size : {0u, 1u, 7u, 24u, 32u, 33u, 100u, 1432u, 4280u, 100'000u}) {
        Talk talk;
        ASSERT_TRUE(talk.connect());
        talk.server.answer = [&](const Action&) { return answer; };
        talk.server.faults.set(fault(FaultKind::fragments, std::nullopt, size));
        std::size_t largest = 0;
        talk.on_reply = [&](Action& action) { largest = std::max(largest, action.bytes.size()); };
        ASSERT_TRUE(talk.call(12, words("q"))) << size << ' ' << describe(talk.machine.error());
        EXPECT_EQ(talk.machine.take_stub(), answer);
        EXPECT_LE(largest, 4 + 64 + 48 + std::max<std::size_t>(std::min(size, 4280u), 1));
        talk.server.faults.clear();
        const auto before = talk.messages;
        ASSERT_TRUE(talk.call(12, words("q")));
        EXPECT_EQ(talk.messages - before, 2u) << "and the next is whole again";
    }
    Talk bound;
    bound.server.faults.set(fault(FaultKind::fragments, Call::bind, 10));
    EXPECT_TRUE(bound.connect()) << describe(bound.machine.error());
}

}  // namespace
}  // namespace curfew::testing
