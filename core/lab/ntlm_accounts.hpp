#pragma once
// The accounts of a lab as gss-ntlmssp reads them from its file: lines of smbpasswd, with the domain before
// the name. They hold hashes (MS-NLMP 3.3.2, NTOWFv1) and not passwords, which it would take as well: then it
// would load two providers of OpenSSL for every logon to hash them, keep 7 KB of that for good, and take
// three times as long.

#include <string>
#include <vector>

#include "core/errors/error.hpp"
#include "core/lab/scenario.hpp"

namespace curfew::core::lab {

// Errors: a password is not UTF-8; OpenSSL has no MD4 (its legacy provider is not installed).
Result<std::string> ntlm_account_lines(const std::string& domain, const std::vector<Account>& accounts);

}  // namespace curfew::core::lab
