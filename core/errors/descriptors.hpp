#pragma once
// Whether an error says that this process, or the whole system, has no file descriptor left: nothing that the
// server could do about.

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

namespace curfew::core {

inline bool out_of_descriptors(const boost::system::error_code& code) {
    namespace errc = boost::system::errc;
    return code == errc::too_many_files_open || code == errc::too_many_files_open_in_system;
}

}  // namespace curfew::core
