#pragma once
// The address of a webhook, as far as it has to be judged before anybody connects. Such addresses are often
// secrets themselves: no sentence here repeats what was written.

#include <string>
#include <string_view>

#include "config/decode/parsed.hpp"

namespace curfew::config {

struct UrlShape {
    bool secure = false;    // https
    bool loopback = false;  // 127.0.0.0/8, [::1], localhost
};

// http://HOST[:PORT][/...] and https://...
Parsed<UrlShape> parse_url(std::string_view text);

}  // namespace curfew::config
