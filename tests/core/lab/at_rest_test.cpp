// What a connection costs while nobody uses it: its session, its open pipe and its keys, OpenSSL's part
// included.
#include <gtest/gtest.h>
#include <malloc.h>

#include "core/rpc/pdu.hpp"
#include "tests/core/lab/raw_client.hpp"

namespace curfew::testing {
namespace {

std::size_t allocated() {
    return mallinfo2().uordblks;
}

// One that has answered with a hundred kilobytes, to a request in two pieces.
lab::ServerConnection used_and_resting(const Offer& offer, bool seal) {
    RawClient client;
    client.get_ready(offer);
    client.seal = seal;
    client.server.answer = [](const lab::Action&) { return Bytes(100'000); };
    const auto request = core::rpc::encode_request(12, Bytes(4000), 2, 4280)[0];
    client.write(std::span{request}.first(1000));
    if (client.transceive(std::span{request}.subspan(1000)).nt() != core::NtStatus::success)
        throw std::runtime_error{"the call failed"};
    while (client.read().nt() == core::NtStatus::success) {
    }
    client.server.connection.rest();
    return std::move(client.server.connection);
}

TEST(LabAtRest, AConnectionIsSmall) {
    if (allocated() == 0) GTEST_SKIP() << "a sanitizer counts elsewhere";
    // Many, so that what the allocator keeps for itself does not matter.
    constexpr std::size_t count = 300;
    for (const std::uint16_t dialect : {0x0210, 0x0300, 0x0311}) {
        for (const std::uint16_t signing : {0, 1, 2}) {
            if (dialect != 0x0311 && signing != 0) continue;
            const bool seal = dialect != 0x0210;
            Offer offer;
            offer.dialects = {dialect};
            offer.signings = {{signing}};
            std::vector<lab::ServerConnection> kept;
            kept.reserve(count);
            kept.push_back(used_and_resting(offer, seal));
            const auto before = allocated();
            while (kept.size() < count) kept.push_back(used_and_resting(offer, seal));
            const auto each = (allocated() - before) / (count - 1);
            EXPECT_LT(each, 10'000u) << dialect << ' ' << signing;
            EXPECT_GT(each, 500u) << "something was measured";
            RecordProperty("bytes_" + std::to_string(dialect) + "_" + std::to_string(signing),
                           static_cast<int>(each));
        }
    }
}

}  // namespace
}  // namespace curfew::testing
