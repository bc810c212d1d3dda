#pragma once
// How the dialects of SMB are written.

#include <array>

#include "config/decode/scalars.hpp"
#include "core/server_spec.hpp"

namespace curfew::config {

inline constexpr std::array dialects{
    Word<core::Dialect>{"2.1", core::Dialect::smb210}, Word<core::Dialect>{"3.0", core::Dialect::smb300},
    Word<core::Dialect>{"3.0.2", core::Dialect::smb302}, Word<core::Dialect>{"3.1.1", core::Dialect::smb311}};

}  // namespace curfew::config
