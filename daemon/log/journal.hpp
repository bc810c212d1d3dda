#pragma once
// Whether standard error is the journal, which keeps times itself and takes a line's priority from its start:
// "<4>look_failed server=fs1".

#include <string_view>

namespace curfew::daemon {

// `journal_stream` is JOURNAL_STREAM of the environment: device and inode of what the service manager
// connected, as "8:1234". True if it names the open file `descriptor`: a descendant whose output was sent
// elsewhere still has the variable.
bool is_journal(std::string_view journal_stream, int descriptor);

// The same for this process's standard error.
bool standard_error_is_journal();

}  // namespace curfew::daemon
