#include "daemon/control/request.hpp"

#include "daemon/control/json_reader.hpp"
#include "daemon/output/json.hpp"

namespace curfew::daemon {
namespace {

namespace errc = boost::system::errc;

constexpr std::size_t longest_command = 32;
constexpr int exit_for_usage = 2;

bool is_command(std::string_view text) {
    return !text.empty() && text.size() <= longest_command &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_-") == std::string_view::npos;
}

bool is_the_systems(const boost::system::error_code& code) {
    return code.category() == boost::system::generic_category() ||
           code.category() == boost::system::system_category();
}

}  // namespace

core::Result<ControlRequest> read_control_request(std::string_view line) {
    if (line.size() > longest_control_request)
        return core::Error{errc::make_error_code(errc::message_size),
                           "a request has at most " + std::to_string(longest_control_request) + " bytes"};
    const auto json = JsonReader::read(line);
    if (!json) return json.error();
    if (json->count("version") != 1) json->wrong("version", "is to be 1, which is what this daemon speaks");
    auto command = json->text("command");
    if (!is_command(command)) json->wrong("command", "is to be the name of a command such as status");
    if (const auto fine = json->finish(); !fine) return fine.error();
    return ControlRequest{std::move(command), std::string{line}, {}};
}

std::string done_line(int exit) {
    JsonWriter json;
    json.begin_object()
        .key("done")
        .begin_object()
        .field("exit", std::int64_t{exit})
        .end_object()
        .end_object();
    return json.text() + "\n";
}

std::string error_line(const core::Error& error) {
    const bool words_enough = is_the_systems(error.code) && !error.context.empty();
    JsonWriter json;
    json.begin_object().key("error").begin_object().field("name", core::name_of(error.code));
    json.field("message", words_enough ? error.context : core::describe(error));
    json.field("exit", std::int64_t{error.code == errc::invalid_argument ? exit_for_usage : 1});
    return json.end_object().end_object().text() + "\n";
}

}  // namespace curfew::daemon
