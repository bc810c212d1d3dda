// Boost.JSON is a library of headers here: its functions live in this one object, for everybody who reads
// JSON.
#include <boost/json/src.hpp>
