#pragma once
// What is known of the addresses of servers' names, as a state machine: no resolver, no clock, no lock.
//
// getaddrinfo says nothing of how long an answer is good. So it is used as it is for five minutes; then it is
// used and looked up anew behind whoever uses it; after an hour it is not used any more. Where nobody answers
// at an address that came from here the name is doubted: the next to ask waits for a new answer, so that a
// server that moved is found at once, and gets the old one only where the resolver fails.

#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "core/time.hpp"

namespace curfew::core {

class AddressBook {
  public:
    static constexpr Seconds fresh_for{300};
    static constexpr Seconds good_for{3'600};
    static constexpr Seconds pause_after_failure{30};  // between look-ups behind somebody's back

    // What is above `most_names` is looked up each time and not kept.
    explicit AddressBook(std::size_t most_names) : most_names_(most_names) {}

    using Addresses = std::vector<boost::asio::ip::address>;
    struct Answer {
        Addresses addresses;   // empty: wait for the look-up
        bool look_up = false;  // begin one; there is one at a time for each name
    };
    Answer ask(const std::string& name, SteadyTime now);

    // How the look-up ended. After a failure: the last good answer, where it is still of use.
    void found(const std::string& name, Addresses addresses, SteadyTime now);
    Addresses failed(const std::string& name, SteadyTime now);

    // Nobody could be reached at these addresses.
    void doubt(const std::string& name);

    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Addresses addresses;
        SteadyTime found_at{};
        SteadyTime not_before{};  // of the next look-up behind somebody's back
        SteadyTime asked_at{};
        bool looking = false;
        bool doubted = false;
    };
    void make_room(SteadyTime now);

    std::size_t most_names_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace curfew::core
