// Files first: making the rules takes calls that the filter forbids.
#include "sandbox/sandbox.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "sandbox/landlock.h"
#include "sandbox/seccomp.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define THUMBS_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THUMBS_SANITIZED
#endif

namespace thumbs::sandbox {
namespace {

// Sanitizers trace their own process, and read its program file.
#ifdef THUMBS_SANITIZED
constexpr bool k_sanitized = true;
#else
constexpr bool k_sanitized = false;
#endif

// Root may do without asking what others may not: read another process's environment, for one. Kept is what concerns
// files, which Landlock restricts.
void drop_capabilities() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &head, sets) != 0) return;
  constexpr std::uint32_t k_kept = CAP_TO_MASK(CAP_CHOWN) | CAP_TO_MASK(CAP_DAC_OVERRIDE) |
                                   CAP_TO_MASK(CAP_DAC_READ_SEARCH) | CAP_TO_MASK(CAP_FOWNER) | CAP_TO_MASK(CAP_FSETID);
  sets[0].effective &= k_kept;
  sets[0].permitted &= k_kept;
  sets[1].effective = sets[1].permitted = 0;
  sets[0].inheritable = sets[1].inheritable = 0;
  static_cast<void>(syscall(SYS_capset, &head, sets));
}

constexpr int k_first_abi_with_scopes = 6;

}  // namespace

Confined available() {
  if (k_sanitized) return {};
  return {landlock_abi(), has_seccomp()};
}

Confined confine(const Rights& rights) {
  Confined done = available();
  if (!done.landlock && !done.seccomp) return done;
  // Both need it. It also keeps programs that are set-user-id from being what they are, and none can be started.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {};
  drop_capabilities();
  if (done.landlock) restrict_files(*done.landlock, rights);
  done.seccomp = done.seccomp && filter_calls(done.landlock.value_or(0) >= k_first_abi_with_scopes);
  return done;
}

}  // namespace thumbs::sandbox
