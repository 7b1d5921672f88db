// Confines the process: what it may read and write, and which system calls it may make, for the rest of its life.
//
// A decoder that a hostile picture has taken over then starts no program, reaches no network, and opens no file but
// those of the run. One picture can still damage the outputs of others.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace thumbs::sandbox {

/// Paths that exist, files or folders; a folder stands for all below it. What does not exist is passed over.
struct Rights {
  std::vector<std::string> read;
  std::vector<std::string> write;  ///< and read
  std::vector<std::string> tidy;   ///< below these, folders may be listed, and removed if they are empty
  std::vector<std::string> list;   ///< below these, folders may be listed
};

struct Confined {
  std::optional<int> landlock;  ///< the ABI in force; empty: none
  bool seccomp = false;
};

/// What confine() could do on this kernel and in this build. Changes nothing.
Confined available();

/// Confines the calling thread, and the threads and processes that it starts from then on: so before it starts any.
/// There is no way back. Does what the kernel offers, and returns it. Throws Error `internal` where the kernel offers
/// what it then refuses.
Confined confine(const Rights& rights);

}  // namespace thumbs::sandbox
