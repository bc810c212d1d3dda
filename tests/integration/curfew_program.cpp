#include "tests/integration/curfew_program.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <yaml-cpp/yaml.h>

namespace curfew::testing {

std::string curfew_program() {
    if (const char* path = std::getenv("CURFEW_PROGRAM")) return path;
    return CURFEW_PROGRAM;
}

std::vector<std::string> sanitizer_environment() {
    const char* given = std::getenv("ASAN_OPTIONS");
    return {"ASAN_OPTIONS=" + (given ? std::string{given} + ":" : std::string{}) + "detect_leaks=0"};
}

CurfewSite::CurfewSite(const std::string& password) {
    dir_.write("password", password + "\n");
}

void CurfewSite::write_config(const std::string& yaml) {
    write_whole_config(
        "version: 1\ncredentials:\n  default: {ntlm: {username: svc-curfew, password_file: password}}\n" +
        yaml);
}

std::string CurfewSite::entry(const std::string& name, const SambaServer& server, const std::string& more) {
    return "  - {name: " + name + ", address: '127.0.0.1:" + std::to_string(server.port()) + "'" +
           (more.empty() ? "" : ", " + more) + "}\n";
}

RunResult CurfewSite::run(std::vector<std::string> arguments, const std::vector<std::string>& env) const {
    arguments.insert(arguments.begin(), curfew_program());
    arguments.push_back("--config");
    arguments.push_back((dir_ / "curfew.yaml").string());
    auto environment = sanitizer_environment();
    environment.insert(environment.end(), env.begin(), env.end());
    return testing::run(arguments, environment, {}, std::chrono::seconds(40));
}

ChildProcess CurfewSite::start(std::vector<std::string> arguments, const std::string& log) const {
    arguments.insert(arguments.begin(), curfew_program());
    arguments.push_back("--config");
    arguments.push_back((dir_ / "curfew.yaml").string());
    SpawnOptions options;
    options.env = sanitizer_environment();
    options.output = dir_ / log;
    return ChildProcess{arguments, options};
}

SweepJson CurfewSite::plan() const {
    const auto result = run({"plan", "--output", "json"});
    if (result.out.empty()) throw std::runtime_error{"plan printed nothing: " + result.err};
    return parse_sweep(result.out);
}

SweepJson CurfewSite::run_once(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"run", "--once", "--output", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = run(arguments);
    if (result.out.empty()) throw std::runtime_error{"run --once printed nothing: " + result.err};
    return parse_sweep(result.out);
}

SweepJson parse_sweep(const std::string& json) {
    const auto root = YAML::Load(json);  // JSON is YAML
    SweepJson sweep;
    sweep.mode = root["mode"].as<std::string>();
    for (const auto& server : root["servers"]) {
        const auto status = server["status"].as<std::string>();
        sweep.servers.push_back(server["server"].as<std::string>() + " " +
                                (status == "error" ? server["error"].as<std::string>() : status));
    }
    const auto pair = [](const YAML::Node& entry) {
        return entry["server"].as<std::string>() + " " + entry["user"].as<std::string>() + "@" +
               entry["client"].as<std::string>() + " " + entry["rule"].as<std::string>();
    };
    for (const auto& entry : root["disconnects"]) {
        const auto outcome = entry["outcome"];
        sweep.disconnects.push_back(pair(entry) + (outcome ? ": " + outcome.as<std::string>() : ""));
    }
    for (const auto& entry : root["withheld"])
        sweep.withheld.push_back(pair(entry) + ": " + entry["why"].as<std::string>());
    std::sort(sweep.disconnects.begin(), sweep.disconnects.end());
    std::sort(sweep.withheld.begin(), sweep.withheld.end());
    return sweep;
}

}  // namespace curfew::testing
