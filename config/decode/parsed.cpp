#include "config/decode/parsed.hpp"

#include <stdexcept>

namespace curfew::config {

void throw_exception_from_error(const Wrong& wrong, const boost::source_location& where) {
    boost::throw_exception(std::runtime_error(wrong.message), where);
}

}  // namespace curfew::config
