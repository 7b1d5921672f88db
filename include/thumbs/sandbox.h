// The sandbox: a program confines itself before it opens pictures.
#pragma once

#include <string>
#include <vector>

#include "thumbs/build.h"
#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

/// The paths that a program may still use in the sandbox, absolute. A folder stands for all below it.
struct SandboxPaths {
  std::vector<std::string> read;
  std::vector<std::string> write;  ///< and read
  std::vector<std::string> tidy;   ///< below these, folders may be listed, and removed if they are empty
  std::vector<std::string> list;   ///< below these, folders may be listed
};

/// What run() with `options` reads and writes: sources and what their links mean, outputs, former outputs that the
/// cache knows, cache, lockfile, index, watermarks, and what libraries need of the system. `lasting`: for a program
/// that runs again on files that are replaced meanwhile, with a manifest that may change: then the whole folder of the
/// manifest.
///
/// Where a folder to write does not exist yet, the nearest one above that does. Never throws because of what is
/// missing: run() says it better.
SandboxPaths sandbox_paths(const Manifest& manifest, const Options& options, bool lasting = false);

/// The same for write_starter(): reads `folder`, and writes `file`.
SandboxPaths sandbox_paths(const std::string& folder, const std::string& file);

/// Makes the folder of `file`, or `file` itself if it is no regular file, one that may be written.
void allow_writing(SandboxPaths& paths, const std::string& file);

/// Confines the calling thread, and those that it starts from then on, to `paths` (Landlock) and to the system calls of
/// a run (seccomp), for good: call it before anything starts a thread. `required`: throws Error `usage`, having changed
/// nothing, where the kernel or the build lacks either. `off`: does nothing. Returns what was done.
///
/// run() never calls it: it concerns the whole process.
Sandbox confine(const SandboxPaths& paths, SandboxMode mode = SandboxMode::automatic);

/// Where `manifest` needs what `paths` do not allow: a diagnostic for each such place.
std::vector<Diagnostic> outside_of_sandbox(const Manifest& manifest, const SandboxPaths& paths);

}  // namespace thumbs
