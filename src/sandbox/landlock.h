// Landlock: a process gives up access to all files but some (Linux 5.13; docs.kernel.org/userspace-api/landlock.html).
#pragma once

#include <optional>

#include "sandbox/sandbox.h"

namespace thumbs::sandbox {

/// The kernel's version of it; empty where there is none, or it is not switched on.
std::optional<int> landlock_abi();

/// Restricts the calling thread to `rights` and to signals within the process, as far as `abi` can. It must not be able
/// to gain rights by execve() any more (PR_SET_NO_NEW_PRIVS). Throws Error `internal`.
void restrict_files(int abi, const Rights& rights);

}  // namespace thumbs::sandbox
