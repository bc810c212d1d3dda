#pragma once
// The outcome of reading one text: a value, or a sentence for the person who wrote it.

#include <string>

#include <boost/system/result.hpp>

namespace curfew::config {

struct Wrong {
    std::string message;
};
[[noreturn]] void throw_exception_from_error(const Wrong& wrong, const boost::source_location& where);

template <class T> using Parsed = boost::system::result<T, Wrong>;

}  // namespace curfew::config
