#include "tests/bench/lab_process.hpp"

#include <charconv>
#include <csignal>

#include "tests/bench/measure.hpp"
#include "tests/integration/curfew_program.hpp"

namespace curfew::bench {

using namespace std::chrono_literals;

LabProcess::LabProcess(const std::string& servers) {
    const auto scenario =
        dir_.write("scenario.yaml", "version: 1\naccounts: [{name: curfew}]\nservers:\n" + servers);
    testing::SpawnOptions options;
    options.output = dir_ / "output";
    began_ = std::chrono::system_clock::now();
    came_up_in_ = seconds([&] {
        process_ = testing::ChildProcess{
            {testing::curfew_program(), "lab", scenario, "--dir", dir().string()}, options};
        must(testing::eventually(
                 [&] {
                     must(process_.running(), testing::read_file(options.output));
                     return testing::read_file(options.output).ends_with("Ctrl-C ends the lab.\n");
                 },
                 60s),
             "the lab does not come up");
    });
}

std::string LabProcess::config() const {
    return testing::read_file(dir() / "curfew.yaml");
}

std::string LabProcess::reached_by() {
    return "servers: [{file: servers-*.yaml}]\n"
           "credentials: {default: {ntlm: {username: 'LAB\\curfew', password_file: curfew.password}}}\n";
}

LabProcess::Address LabProcess::address_of(const std::string& server) const {
    const auto text = testing::read_file(dir() / "servers-1.yaml");
    const std::string before = "name: '" + server + "', address: \"";
    const auto at = text.find(before);
    must(at != std::string::npos, server + " is not in the lab");
    const auto begin = at + before.size();
    const auto colon = text.find(':', begin);
    Address address{text.substr(begin, colon - begin), 0};
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), address.port);
    return address;
}

double LabProcess::end() {
    return seconds([&] {
        process_.signal(SIGINT);
        must(process_.wait(60s) && process_.status() == 0, "the lab does not end as it should");
    });
}

}  // namespace curfew::bench
