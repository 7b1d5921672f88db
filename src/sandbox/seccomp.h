// Seccomp: a filter over the system calls of a process (docs.kernel.org/userspace-api/seccomp_filter.html).
#pragma once

namespace thumbs::sandbox {

/// Whether there is a filter for this kind of CPU, and the kernel takes filters.
bool has_seccomp();

/// Puts the filter over all threads of the process. Calls that a run needs pass; starting programs, the network,
/// tracing, signals to other processes and the like fail with EPERM; all others, also those that are newer than the
/// filter, with ENOSYS, so that libraries fall back. `signals_are_scoped`: the kernel itself keeps signals within the
/// process and its children, else only SIGKILL, which ends encoder processes, and signal 0 pass. PR_SET_NO_NEW_PRIVS
/// must be set. Returns false where the kernel refuses the filter.
bool filter_calls(bool signals_are_scoped);

}  // namespace thumbs::sandbox
