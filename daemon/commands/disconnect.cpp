// `disconnect`: a person ends sessions, through the running daemon where there is one.
#include <algorithm>
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "core/text/utf.hpp"
#include "daemon/by_hand/by_hand.hpp"
#include "daemon/commands/books.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/reach.hpp"
#include "daemon/commands/runtime.hpp"
#include "daemon/output/escape.hpp"
#include "daemon/output/table.hpp"
#include "daemon/running/requests.hpp"

namespace curfew::daemon {
namespace {

std::string without_backslashes(std::string_view name) {
    name.remove_prefix(std::min(name.find_first_not_of('\\'), name.size()));
    return std::string{name};
}

// By the name that it has in the configuration; one that is not there is added with the defaults.
std::optional<std::string> find_server(config::Config& config, const std::string& name) {
    for (const auto& server : config.servers) {
        if (core::fold_case(server.traits.name) == core::fold_case(name)) return server.traits.name;
    }
    if (!config.credentials.contains("default")) {
        std::fprintf(
            stderr, "%s is not in the configuration, and there are no `default` credentials to ask it with\n",
            for_people(name).c_str());
        return std::nullopt;
    }
    std::fprintf(stderr, "%s is not in the configuration; asking it with the default credentials\n",
                 for_people(name).c_str());
    config::Server server;
    server.spec.name = server.spec.host = name;
    server.traits.name = name;
    config.servers.push_back(std::move(server));
    return name;
}

void show(const HandList& list) {
    Table table{{"CLIENT", "USER", "SESSIONS", "IDLE", "ENDS TOO"}};
    for (const auto& pair : list.pairs)
        table.row({pair.client, pair.user, std::to_string(pair.sessions), pair.idle, pair.ends_too});
    if (!table.empty()) std::fputs(table.text().c_str(), stdout);
    Table stays{{"STAYS", "CLIENT", "USER", "DETAIL"}};
    for (const auto& one : list.stays) stays.row({one.why, one.client, one.user, one.detail});
    if (!stays.empty()) std::fputs(("\n" + stays.text()).c_str(), stdout);
}

enum class Answer { agreed, declined, cannot_ask };

Answer ask(const DisconnectOptions& options, std::size_t pairs) {
    if (options.yes) {
        if (*options.yes == pairs) return Answer::agreed;
        std::fprintf(stderr, "--yes %llu, but %zu would be ended: nothing was done\n",
                     static_cast<unsigned long long>(*options.yes), pairs);
        return Answer::declined;
    }
    if (!::isatty(STDIN_FILENO)) {
        std::fprintf(stderr, "no terminal to ask on: say --yes %zu\n", pairs);
        return Answer::cannot_ask;
    }
    std::printf("\nEnd %zu? [y/N] ", pairs);
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" ? Answer::agreed : Answer::declined;
}

void print(const HandOutcome& outcome) {
    const std::string detail = outcome.detail.empty() ? "" : " (" + outcome.detail + ")";
    std::printf("%s %s: %s%s\n", for_people(outcome.client).c_str(), for_people(outcome.user).c_str(),
                outcome.text.c_str(), for_people(detail).c_str());
    std::fflush(stdout);
}

// What is shown, and then ended one by one: by this process, or by the daemon.
class Hand {
  public:
    virtual ~Hand() = default;
    virtual core::Result<HandList> look() = 0;
    // Each outcome as it comes. False where it went no further.
    virtual bool end(const std::function<void(const HandOutcome&)>& each) = 0;
};

class OwnHand final : public Hand {
  public:
    OwnHand(Runtime& runtime, Members::Shared member, policy::HandRequest request, std::string reason)
        : runtime_(runtime),
          member_(std::move(member)),
          request_(std::move(request)),
          reason_(std::move(reason)) {}

    core::Result<HandList> look() override {
        auto looking = look_by_hand(member_, runtime_.fleet, request_, runtime_.clock);
        auto shown =
            boost::asio::co_spawn(member_->strand, std::move(looking), boost::asio::use_future).get();
        if (!shown) return shown.error();
        shown_.emplace(std::move(*shown));
        return list_of(*shown_);
    }
    bool end(const std::function<void(const HandOutcome&)>& each) override {
        for (const auto& wanted : shown_->plan.disconnects) {
            auto ending = end_by_hand(runtime_.gate, runtime_.clock, *shown_, wanted, reason_, who_am_i());
            each(outcome_of(
                wanted,
                boost::asio::co_spawn(member_->strand, std::move(ending), boost::asio::use_future).get()));
        }
        return true;
    }

  private:
    Runtime& runtime_;
    Members::Shared member_;
    policy::HandRequest request_;
    std::string reason_;
    std::optional<HandLook> shown_;
};

class DaemonsHand final : public Hand {
  public:
    DaemonsHand(const config::Config& config, ControlClient client, HandAsked asked)
        : config_(config), client_(std::move(client)), asked_(std::move(asked)) {}

    core::Result<HandList> look() override {
        std::string text;
        const auto answer =
            client_.ask(hand_request_json(asked_), [&](const std::string& line) { text = line; });
        if (!answer) return answer.error();
        if (!answer->error.empty()) return as_error(*answer);
        auto list = read_hand_list(text);
        if (!list) return list.error();
        token_ = list->first;
        return std::move(list->second);
    }
    bool end(const std::function<void(const HandOutcome&)>& each) override {
        auto client = reach(config_);
        if (!client || !*client) {
            std::fprintf(stderr, "curfew: the daemon is gone; nothing was done\n");
            return false;
        }
        const auto answer = (*client)->ask(hand_end_json(token_), [&](const std::string& line) {
            if (const auto outcome = read_hand_outcome(line)) each(*outcome);
        });
        const bool done = answer && answer->error.empty();
        if (!done)
            std::fprintf(stderr, "curfew: %s\n",
                         for_people(answer ? answer->error : core::describe(answer.error())).c_str());
        return done;
    }

  private:
    static core::Error as_error(const ControlAnswer& answer) {
        return {boost::system::errc::make_error_code(boost::system::errc::io_error), answer.error};
    }
    const config::Config& config_;
    ControlClient client_;
    HandAsked asked_;
    std::uint64_t token_ = 0;
};

int disconnect_by(Hand& hand, const DisconnectOptions& options, const std::string& server) {
    const auto list = hand.look();
    if (!list) {
        std::fprintf(stderr, "%s: %s\n", for_people(server).c_str(),
                     for_people(core::describe(list.error())).c_str());
        return exit_failed;
    }
    show(*list);
    if (list->pairs.empty()) {
        std::fprintf(stderr, "nobody matches who could be ended\n");
        return exit_failed;
    }
    switch (ask(options, list->pairs.size())) {
        case Answer::agreed: break;
        case Answer::declined: return exit_failed;
        case Answer::cannot_ask: return exit_usage;
    }
    bool good = true;
    const bool whole = hand.end([&](const HandOutcome& outcome) {
        print(outcome);
        good = good && outcome.good;
    });
    return whole && good ? exit_done : exit_failed;
}

}  // namespace

int disconnect(const DisconnectOptions& options) {
    const auto loaded = load_or_complain(options.config);
    if (!loaded) return exit_usage;
    const auto configuration = std::make_shared<config::Config>(*loaded);
    const auto server = find_server(*configuration, without_backslashes(options.server));
    if (!server) return exit_usage;
    const bool configured = loaded->servers.size() == configuration->servers.size();
    auto daemon = configured ? reach(*configuration) : std::optional<ControlClient>{};
    if (!daemon) {
        std::fprintf(stderr, "curfew: %s\n", for_people(core::describe(daemon.error())).c_str());
        return exit_failed;
    }
    if (*daemon) {
        DaemonsHand hand{*configuration,
                         std::move(**daemon),
                         {*server, options.client, options.user, options.override_protect}};
        return disconnect_by(hand, options, *server);
    }
    const policy::HandRequest request{options.client, options.user, options.override_protect.has_value()};
    const std::string reason = options.override_protect.value_or("by hand");
    const auto store = open_books(*configuration, StoreOptions::As::visitor);
    if (!store) return exit_failed;
    Runtime runtime{configuration, {.store = store->get()}};
    runtime.add(*configuration->server(*server));
    OwnHand hand{runtime, runtime.members.find(*server), request, reason};
    const int status = disconnect_by(hand, options, *server);
    runtime.close();
    return status;
}

}  // namespace curfew::daemon
