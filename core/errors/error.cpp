#include "core/errors/error.hpp"

#include <cstring>

#include <boost/system/system_error.hpp>

#include "core/errors/named_category.hpp"

namespace curfew::core {

std::string name_of(const boost::system::error_code& code) {
    if (const auto* named = dynamic_cast<const NamedCategory*>(&code.category())) {
        return std::string{named->name_of(code.value())};
    }
#ifdef __GLIBC__  // elsewhere the system's errors keep their number
    const bool is_errno = code.category() == boost::system::system_category() ||
                          code.category() == boost::system::generic_category();
    if (const char* name = is_errno ? ::strerrorname_np(code.value()) : nullptr) return name;
#endif
    return std::string{code.category().name()} + ":" + std::to_string(code.value());
}

std::string describe(const Error& error) {
    std::string text;
    if (const auto* named = dynamic_cast<const NamedCategory*>(&error.code.category())) {
        text = std::string{named->name_of(error.code.value())} + " (" + named->number(error.code.value()) +
               "): ";
    }
    text += error.code.message();
    if (!error.context.empty()) text += (text.ends_with('.') ? " " : ": ") + error.context;
    return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw boost::system::system_error{error.code, error.context};
}

}  // namespace curfew::core
