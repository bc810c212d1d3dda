#pragma once
// Errors are values: a code of a named family and the words that tell an operator where and what to do.

#include <string>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace curfew::core {

struct Error {
    boost::system::error_code code;
    std::string context;  // what was being done, and what to do about it; may be empty
};

// "ERROR_ACCESS_DENIED (5): Access is denied. context": for people.
std::string describe(const Error& error);

// "ERROR_ACCESS_DENIED", "STATUS_LOGON_FAILURE", "ECONNREFUSED", "SMB_DOWNGRADE": for machines.
std::string name_of(const boost::system::error_code& code);

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T> using Result = boost::system::result<T, Error>;

}  // namespace curfew::core
