#pragma once
// Results on standard output.

#include <string_view>

namespace curfew::daemon {

// False where it cannot be written any more: nobody reads it.
bool print(std::string_view text);
// What a command exits with whose result is out by now; says so where it is not.
int printed();

}  // namespace curfew::daemon
