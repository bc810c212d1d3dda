#include "daemon/books/moment.hpp"

#include <string>

#include "config/decode/duration.hpp"
#include "config/decode/timestamp.hpp"
#include "config/wording.hpp"

namespace curfew::daemon {

config::Parsed<Moment> parse_moment(std::string_view text) {
    if (const auto time = config::parse_timestamp(text)) return Moment{*time};
    if (const auto ago = config::parse_duration(text)) return Moment{*ago};
    // Only a time has dashes: what is wrong with it is worth telling.
    if (text.find('-') != std::string_view::npos) return config::parse_timestamp(text).error();
    return config::Wrong{"expected how long ago, such as `7d`, or " + std::string{config::a_timestamp} +
                         ", found " + config::quote(text)};
}

core::WallTime time_of(const Moment& moment, core::WallTime now) {
    if (const auto* ago = std::get_if<core::Seconds>(&moment)) return now - *ago;
    return std::get<core::WallTime>(moment);
}

}  // namespace curfew::daemon
