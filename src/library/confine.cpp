// From the library's notions to the sandbox's.
#include "sandbox/sandbox.h"
#include "thumbs/error.h"
#include "thumbs/sandbox.h"

namespace thumbs {

Sandbox confine(const SandboxPaths& paths, SandboxMode mode) {
  if (mode == SandboxMode::off) return {};
  if (mode == SandboxMode::required) {
    const sandbox::Confined there = sandbox::available();
    const char* const missing = !there.landlock ? "Landlock" : !there.seccomp ? "seccomp" : nullptr;
    if (missing != nullptr)
      throw Error(ErrorCode::usage, std::string("the sandbox is required, but this system has no ") + missing +
                                        ": use --sandbox=auto to do without");
  }
  const sandbox::Confined done = sandbox::confine({paths.read, paths.write, paths.tidy, paths.list});
  return {done.landlock, done.seccomp};
}

}  // namespace thumbs
