#pragma once
// GSSAPI's two status words as one Error, in the mechanism's own sentences.

#include <string>

#include <gssapi/gssapi.h>

#include "core/errors/error.hpp"

namespace curfew::core {

Error gss_error(OM_uint32 major, OM_uint32 minor, gss_OID mechanism, const std::string& doing);

}  // namespace curfew::core
