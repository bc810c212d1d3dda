#include "daemon/control/unix_address.hpp"

#include <cerrno>
#include <cstring>

namespace curfew::daemon {

core::Result<UnixAddress> UnixAddress::of(const std::string& path) {
    UnixAddress address;
    address.address_.sun_family = AF_UNIX;
    if (path.empty() || path.front() != '/')
        return core::Error{{EINVAL, boost::system::generic_category()},
                           "control: expected an absolute path, found `" + path + "`"};
    if (path.size() >= sizeof address.address_.sun_path)
        return core::Error{
            {ENAMETOOLONG, boost::system::generic_category()},
            "control: " + path + " is longer than the 107 bytes that a socket's path may have"};
    std::memcpy(address.address_.sun_path, path.c_str(), path.size() + 1);
    return address;
}

}  // namespace curfew::daemon
