// What cannot be written down at all. Nothing here runs; it compiles, or the gate has a hole.

#include "daemon/gate/licence.hpp"

#include <type_traits>

#include <gtest/gtest.h>

#include "daemon/gate/gate.hpp"
#include "tests/daemon/fakes.hpp"

namespace curfew::daemon {
namespace {

// NetSessionDel takes two names, and a name cannot be made of text but where the empty one is refused.
template <class Api, class... Arguments>
concept can_disconnect = requires(Api& api, Arguments... arguments) {
    api.disconnect(std::move(arguments)..., core::SteadyTime{});
};

static_assert(can_disconnect<core::SessionDelApi, core::ClientName, core::UserName>);
static_assert(!can_disconnect<core::SessionDelApi>);
static_assert(!can_disconnect<core::SessionDelApi, core::ClientName>);
static_assert(!can_disconnect<core::SessionDelApi, core::UserName>);
static_assert(!can_disconnect<core::SessionDelApi, core::UserName, core::ClientName>, "in this order only");
static_assert(!can_disconnect<core::SessionDelApi, std::string, std::string>);
static_assert(!can_disconnect<core::SessionDelApi, const char*, const char*>);
static_assert(!can_disconnect<core::SessionDelApi, std::nullptr_t, std::nullptr_t>);
static_assert(!can_disconnect<core::SessionDelApi, core::ClientName, std::string>);
static_assert(!can_disconnect<core::SessionDelApi, core::ClientName, std::optional<core::UserName>>);
static_assert(!can_disconnect<core::SessionDelApi, std::optional<core::ClientName>, core::UserName>);
static_assert(!std::is_default_constructible_v<core::ClientName>);
static_assert(!std::is_default_constructible_v<core::UserName>);
static_assert(!std::is_constructible_v<core::ClientName, std::string>);
static_assert(!std::is_constructible_v<core::UserName, std::string>);
static_assert(!std::is_convertible_v<core::UserName, core::ClientName>);

// Who may only look has no way to end anything.
static_assert(!can_disconnect<core::SessionEnumApi, core::ClientName, core::UserName>);
static_assert(!std::is_convertible_v<core::SessionEnumApi*, core::SessionDelApi*>);

// A licence comes from to_enforce() or by_hand(), and from nothing that plan or observe mode hold.
static_assert(!std::is_default_constructible_v<Licence>);
static_assert(!std::is_constructible_v<Licence, PlanOnly>);
static_assert(!std::is_constructible_v<Licence, ObserveOnly>);
static_assert(!std::is_constructible_v<Licence, core::SessionDelApi&>);
static_assert(!std::is_constructible_v<Licence, core::SessionDelApi*>);
static_assert(!std::is_aggregate_v<Licence>);
static_assert(!std::is_convertible_v<PlanOnly, Licence> && !std::is_convertible_v<ObserveOnly, Licence>);
// An access that nobody chose is one that calls nothing.
static_assert(std::is_same_v<std::variant_alternative_t<0, Access>, PlanOnly>);

// A proposal has both names from its birth.
static_assert(!std::is_default_constructible_v<Proposal>);

TEST(Licence, any_observe_means_observe) {
    using policy::Mode;
    fake::ManualClock clock;
    fake::Journal journal;
    fake::FakeServer server{"fs1", fake::FakeServer::Is::windows, clock, journal};
    for (const Mode file : {Mode::observe, Mode::enforce}) {
        for (const Mode entry : {Mode::observe, Mode::enforce}) {
            for (const bool asked : {false, true}) {
                const bool all_enforce = file == Mode::enforce && entry == Mode::enforce && !asked;
                EXPECT_EQ(Licence::to_enforce(file, entry, asked, server).has_value(), all_enforce);
            }
        }
    }
}

TEST(Names, hold_nothing_that_a_server_could_take_for_absent) {
    using namespace std::string_literals;
    for (const auto& text : {""s, " "s, "\t "s, "\0"s, "a\0b"s, "\xff"s, "\xed\xa0\x80"s}) {
        EXPECT_FALSE(core::UserName::from(text));
        EXPECT_FALSE(core::ClientName::from(text));
        EXPECT_FALSE(core::ClientName::from("\\\\" + text));
    }
    EXPECT_FALSE(core::ClientName::from("\\\\"));
}

}  // namespace
}  // namespace curfew::daemon
