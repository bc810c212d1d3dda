// A fleet lives at high speed, and things go wrong on it by dice: nobody is ended who had to stay, by the
// servers' own journal; every call is in the audit; and the daemon takes no more memory, descriptors and
// threads than before. Half a minute with the other tests; `./dev soak life` is an hour with 1,000 servers.
//
// CURFEW_LIFE_MINUTES, CURFEW_LIFE_SERVERS and CURFEW_LIFE_SEED say otherwise. High speed means lives and a
// policy of seconds where an office has hours: the daemon is the product itself and lives in real time.
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <thread>

#include "tests/integration/life/books_check.hpp"
#include "tests/integration/life/oracle.hpp"
#include "tests/integration/life/scene.hpp"
#include "tests/integration/life/watched_process.hpp"
#include "tests/integration/operated_site.hpp"

namespace curfew::testing {
namespace {

using namespace std::chrono_literals;
using core::SteadyTime;
using core::lab::Call;

double given(const char* name, double otherwise) {
    const char* const text = std::getenv(name);
    return text ? std::stod(text) : otherwise;
}

core::lab::LabOptions witnessing() {
    core::lab::LabOptions options;
    options.keep_present = true;
    return options;
}

class LifeSoak {
  public:
    LifeSoak(std::size_t servers, std::uint32_t seed)
        : servers_(servers),
          site_(life_servers(servers), witnessing(), seed),
          begin_(std::chrono::steady_clock::now()),
          oracle_(begin_, std::chrono::system_clock::now()),
          books_(begin_, std::chrono::system_clock::now()),
          dice_(seed, servers) {
        for (const auto& server : site_.fleet().servers())
            if (server.personality() == core::lab::Personality::samba) oracle_.samba(server.name());
    }

    OperatedSite& site() { return site_; }
    BooksCheck& books() { return books_; }
    const std::vector<std::string>& wrongs() const { return wrongs_; }
    const std::map<std::string, std::size_t>& ended_by() const { return ended_by_; }
    std::size_t ended() const { return ended_; }
    std::size_t moved() const { return moved_; }
    std::size_t mishaps() const { return mishaps_; }
    SteadyTime::duration longest_since_look() const { return longest_since_look_; }
    Use use() { return use_of(site_.daemon().pid(), site_.fleet().port()); }

    void listen() {
        for (const auto& entry : site_.fleet().journal().take()) {
            if (entry.call == Call::session_enum && !entry.client && entry.status == 0)
                good_since_.insert(entry.server);
            if (entry.call == Call::session_del) books_.called(entry);
            const auto verdict = oracle_.saw(entry);
            if (!verdict) continue;
            ended_ += verdict->ended;
            moved_ += verdict->moved;
            longest_since_look_ = std::max(longest_since_look_, verdict->since_look);
            for (const auto& rule : verdict->rules) ++ended_by_[rule];
            books_.judged(*verdict);
            for (const auto& wrong : verdict->wrongs) {
                wrongs_.push_back(told(*verdict) + wrong);
                std::printf("WRONGFUL %s\n", wrongs_.back().c_str());
            }
        }
    }

    // About one in twenty has something at any moment.
    void throw_mishaps() {
        const auto now = std::chrono::steady_clock::now();
        std::erase_if(under_way_, [&](const UnderWay& one) {
            if (one.until > now) return false;
            for (const auto id : one.faults) site_.fleet().servers()[one.server].faults().remove(id);
            return true;
        });
        while (under_way_.size() < std::max<std::size_t>(servers_ / 20, 3)) {
            const auto mishap = dice_.throw_one();
            UnderWay one{mishap.server, now + mishap.lasts, {}};
            for (const auto& fault : mishap.faults)
                one.faults.push_back(site_.fleet().servers()[mishap.server].faults().set(fault));
            under_way_.push_back(std::move(one));
            ++mishaps_;
        }
    }

    // Nothing goes wrong any more, and everybody is looked at again.
    bool calm_down(core::Milliseconds limit) {
        for (const auto& one : under_way_) site_.fleet().servers()[one.server].faults().clear();
        under_way_.clear();
        listen();
        good_since_.clear();
        return eventually(
            [&] {
                listen();
                return good_since_.size() == servers_ && use().connections == servers_;
            },
            limit);
    }

  private:
    struct UnderWay {
        std::size_t server = 0;
        SteadyTime until{};
        std::vector<core::lab::Faults::Id> faults;
    };
    std::string told(const Verdict& verdict) const {
        const auto at = std::chrono::duration<double>(verdict.at - begin_).count();
        return std::to_string(at) + " " + verdict.server + " " + verdict.user + "@" + verdict.client + ": ";
    }

    std::size_t servers_;
    OperatedSite site_;
    SteadyTime begin_;
    LifeOracle oracle_;
    BooksCheck books_;
    MishapDice dice_;
    std::vector<UnderWay> under_way_;
    std::set<std::string> good_since_;
    std::vector<std::string> wrongs_;
    std::map<std::string, std::size_t> ended_by_;
    std::size_t ended_ = 0;
    std::size_t moved_ = 0;
    std::size_t mishaps_ = 0;
    SteadyTime::duration longest_since_look_{};
};

void print(double minute, const LifeSoak& soak, const Use& use) {
    std::printf(
        "%6.1f min  %8zu ended  %4zu wrongful  %6zu mishaps  %8.1f MiB  %5ld descriptors  %5zu connections  "
        "%3zu threads\n",
        minute, soak.ended(), soak.wrongs().size(), soak.mishaps(), use.resident_kb / 1024,
        use.descriptors ? static_cast<long>(*use.descriptors) : -1L, use.connections, use.threads);
    std::fflush(stdout);
}

std::size_t own_descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator{}));
}

TEST(Life, nobody_is_ended_who_had_to_stay_and_nothing_is_left_behind) {
    const double minutes = given("CURFEW_LIFE_MINUTES", CURFEW_LIFE_SECONDS / 60.0);
    const auto servers = static_cast<std::size_t>(given("CURFEW_LIFE_SERVERS", CURFEW_LIFE_FEW_SERVERS));
    const auto seed =
        static_cast<std::uint32_t>(given("CURFEW_LIFE_SEED", std::random_device{}() % 1'000'000));
    const bool is_long = minutes >= 10;
    std::printf("%zu servers, %.1f minutes, CURFEW_LIFE_SEED=%u\n", servers, minutes, seed);
    LifeSoak soak{servers, seed};
    auto& site = soak.site();
    site.configure(life_policy(servers));
    const auto own_before = own_descriptors();
    site.start();
    ASSERT_TRUE(soak.calm_down(120s)) << site.log();
    const auto before = soak.use();

    const auto begin = std::chrono::steady_clock::now();
    const auto length = std::chrono::duration<double>{minutes * 60};
    // Until every pool has its threads, every table its size and the limits' windows are full.
    const auto warm = length / 5;
    const auto between_samples = is_long ? 15s : 1s;
    std::vector<double> resident;
    auto sample_at = begin;
    auto print_at = begin;
    while (std::chrono::steady_clock::now() - begin < length) {
        ASSERT_TRUE(site.daemon().running()) << site.log();
        soak.throw_mishaps();
        soak.listen();
        const auto now = std::chrono::steady_clock::now();
        if (now >= sample_at) {
            const auto use = soak.use();
            if (now - begin > warm) resident.push_back(use.resident_kb);
            if (now >= print_at) {
                print(std::chrono::duration<double>(now - begin).count() / 60, soak, use);
                print_at += is_long ? 60s : 10s;
            }
            sample_at += between_samples;
        }
        // The pace of the dice, not a wait for anything.
        std::this_thread::sleep_for(100ms);
    }
    EXPECT_TRUE(soak.calm_down(180s)) << "not everybody was found again";
    // A connection that is being made is a descriptor and none that is there.
    const auto strange = [](const Use& use) { return use.descriptors.value() - use.connections; };
    if (before.descriptors) {
        EXPECT_TRUE(eventually([&] { return strange(soak.use()) <= strange(before); }, 30s))
            << strange(soak.use()) << " descriptors besides connections, " << strange(before) << " before";
    }
    const auto after = soak.use();
    print(minutes, soak, after);
    site.stop();
    soak.listen();

    for (const auto& wrong : soak.wrongs()) ADD_FAILURE() << wrong;
    for (const auto& flaw : soak.books().flaws(site.rows())) ADD_FAILURE() << flaw;
    const auto verified = site.ask({"audit", "--verify"});
    EXPECT_EQ(verified.status, 0) << verified.out << verified.err;
    for (const auto* rule : {scene::rule_idle, scene::rule_desk, scene::rule_roaming})
        EXPECT_GT(soak.ended_by().count(rule), 0u) << rule << " ended nobody";
    if (is_long) {
        EXPECT_GT(soak.ended_by().count(scene::rule_temps), 0u);
        const auto memory = flatness(resident);
        std::printf("memory: %.1f MiB in the first third, %.1f in the last, at most %.1f\n",
                    memory.first_kb / 1024, memory.last_kb / 1024, memory.at_most_kb / 1024);
        EXPECT_TRUE(memory.flat());
    }
    EXPECT_LE(after.threads, before.threads);
    EXPECT_TRUE(eventually([&] { return own_descriptors() <= own_before; })) << "the servers' descriptors";
    std::printf(
        "ended %zu sessions by %zu calls, wrongfully %zu; %zu came or woke up between look and call, which "
        "lay at most %.0f ms apart\n",
        soak.ended(), soak.books().calls(), soak.wrongs().size(), soak.moved(),
        std::chrono::duration<double, std::milli>(soak.longest_since_look()).count());
    for (const auto& [rule, calls] : soak.ended_by()) std::printf("  %-18s %zu calls\n", rule.c_str(), calls);
}

}  // namespace
}  // namespace curfew::testing
