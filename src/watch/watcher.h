// The interface to whoever tells what changes on disk: the kernel (inotify.h), repeated looks (polling.h), or a test.
#pragma once

#include <string>
#include <vector>

namespace thumbs::watch {

/// What happened since the last call. Paths are relative to the manifest's folder; only files that the plan is about.
struct Events {
  std::vector<std::string> files;    ///< written to the end, moved, linked, removed, or with other rights
  std::vector<std::string> writing;  ///< somebody is writing to them
  bool everything = false;           ///< only a whole scan can tell: events were lost, or a folder came or went

  bool empty() const { return files.empty() && writing.empty() && !everything; }
};

/// Not thread-safe. Watches from its construction on.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Waits until something happens, at most `seconds`; a signal ends it early. Throws Error where watching cannot go
  /// on: the caller then needs another watcher, and a whole scan.
  virtual Events wait(double seconds) = 0;
};

}  // namespace thumbs::watch
