#include "core/lab/life.hpp"

#include <algorithm>

namespace curfew::core::lab {
namespace {

// Whoever works touches a file every few seconds.
constexpr Seconds between_touches{7};
// A client that is cut off in the middle of its work comes back with its next request.
constexpr Span reconnects{Seconds{2}, Seconds{20}};
constexpr SteadyTime never = SteadyTime::max();

double chance(std::minstd_rand& dice) {
    return std::uniform_real_distribution<double>{0, 1}(dice);
}

Seconds drawn(const Span& span, std::minstd_rand& dice) {
    return Seconds{std::uniform_int_distribution<Seconds::rep>{span.least.count(), span.most.count()}(dice)};
}

// Spreads neighbouring numbers far apart: minstd's first draws follow its seed closely.
std::uint32_t scattered(std::uint64_t seed, std::uint64_t who) {
    std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                           static_cast<std::uint32_t>(who)};
    std::uint32_t out = 0;
    sequence.generate(&out, &out + 1);
    return out;
}

Seconds whole_seconds(SteadyTime::duration duration) {
    return std::chrono::duration_cast<Seconds>(duration);
}

}  // namespace

ServerLife::ServerLife(std::vector<LabSession> sessions, std::uint64_t seed, SteadyTime begin) {
    people_.reserve(sessions.size());
    for (auto& session : sessions) {
        Person person;
        person.started = begin - session.connected;
        person.last_active = begin - session.idle;
        person.files = session.open_files;
        person.id = ++last_id_;
        person.dice.seed(scattered(seed, person.id));
        if (session.habit) {
            const bool at_work = session.idle < between_touches;
            if (at_work && person.files == 0) person.files = session.habit->files;
            person.phase = at_work ? Phase::working : Phase::pausing;
            const auto length = drawn(at_work ? session.habit->works : session.habit->pauses, person.dice);
            // Somewhere in the middle of it; never over before it began.
            person.phase_ends =
                begin + std::max(Seconds{1}, Seconds{static_cast<Seconds::rep>(
                                                 static_cast<double>(length.count()) * chance(person.dice))});
        }
        person.is = std::move(session);
        people_.push_back(std::move(person));
    }
}

void ServerLife::begin_work(Person& person, SteadyTime at) {
    if (person.id == 0) {
        person.id = ++last_id_;
        person.started = at;
    }
    person.last_active = at;
    person.files = person.is.habit->files;
}

void ServerLife::next_phase(Person& person) {
    const auto at = person.phase_ends;
    const Habit& habit = *person.is.habit;
    if (person.phase == Phase::working) {
        const bool leaves = chance(person.dice) < habit.leaves;
        person.phase = leaves ? Phase::away : Phase::pausing;
        person.last_active = at;
        person.comes_at = never;
        if (leaves) person.id = 0;
        if (leaves || habit.closes_files) person.files = 0;
        person.phase_ends = at + std::max(drawn(habit.pauses, person.dice), Seconds{1});
    } else {
        person.phase = Phase::working;
        begin_work(person, at);
        person.phase_ends = at + std::max(drawn(habit.works, person.dice), Seconds{1});
    }
}

// Three things can be next: being cut off takes effect, somebody at work reconnects, a phase ends.
void ServerLife::live_until(Person& person, SteadyTime now) {
    while (true) {
        const auto next = std::min({person.gone_at, person.comes_at, person.phase_ends});
        if (next > now) return;
        if (next == person.gone_at) {
            person.gone_at = never;
            person.id = 0;
            person.files = 0;
            if (person.is.habit && person.phase == Phase::working)
                person.comes_at = next + drawn(reconnects, person.dice);
        } else if (next == person.comes_at) {
            person.comes_at = never;
            begin_work(person, next);
        } else {
            next_phase(person);
        }
    }
}

std::vector<Present> ServerLife::present(SteadyTime now) {
    std::vector<Present> all;
    all.reserve(people_.size() + callers_.size());
    for (auto& person : people_) {
        live_until(person, now);
        if (person.id == 0) continue;
        auto idle = whole_seconds(now - person.last_active);
        if (person.is.habit && person.phase == Phase::working) idle = idle % between_touches;
        Present one;
        one.id = person.id;
        one.connection = person.is.connection;
        one.session = {.client = person.is.client,
                       .user = person.is.user,
                       .open_files = person.files,
                       .connected = whole_seconds(now - person.started),
                       .idle = idle,
                       .flags = person.is.flags,
                       .client_type = person.is.client_type,
                       .transport = person.is.transport};
        all.push_back(std::move(one));
    }
    std::erase_if(callers_, [&](const Caller& caller) { return caller.gone_at <= now; });
    for (const auto& caller : callers_) {
        Present one;
        one.id = caller.id;
        // A connection of its own: nobody else's goes with it.
        one.connection = static_cast<std::uint32_t>(caller.id) | 0x8000'0000;
        one.caller = true;
        one.session = {.client = caller.client,
                       .user = caller.user,
                       .open_files = 1,  // the pipe
                       .connected = whole_seconds(now - caller.started),
                       .idle = whole_seconds(now - caller.last_active),
                       .flags = 0,
                       .client_type = std::string{},
                       .transport = std::string{}};
        all.push_back(std::move(one));
    }
    std::sort(all.begin(), all.end(), [](const Present& a, const Present& b) { return a.id < b.id; });
    return all;
}

void ServerLife::end(SessionId id, SteadyTime when) {
    for (auto& person : people_) {
        if (person.id == id) person.gone_at = std::min(person.gone_at, when);
    }
    for (auto& caller : callers_) {
        if (caller.id == id) caller.gone_at = std::min(caller.gone_at, when);
    }
}

void ServerLife::wake_all(SteadyTime now) {
    for (auto& person : people_) {
        live_until(person, now);
        if (person.id == 0) continue;
        person.last_active = now;
        if (!person.is.habit) continue;
        person.phase = Phase::working;
        begin_work(person, now);
        person.phase_ends = now + std::max(drawn(person.is.habit->works, person.dice), Seconds{1});
    }
}

SessionId ServerLife::caller_arrived(std::string client, std::string user, SteadyTime now) {
    Caller caller;
    caller.id = ++last_id_;
    caller.client = std::move(client);
    caller.user = std::move(user);
    caller.started = caller.last_active = now;
    callers_.push_back(std::move(caller));
    return callers_.back().id;
}

void ServerLife::caller_active(SessionId id, SteadyTime now) {
    for (auto& caller : callers_) {
        if (caller.id == id) caller.last_active = now;
    }
}

void ServerLife::caller_left(SessionId id) {
    std::erase_if(callers_, [&](const Caller& caller) { return caller.id == id; });
}

}  // namespace curfew::core::lab
