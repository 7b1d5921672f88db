// A process beside this one, for what must not be done inside of the sandbox, or must outlive a kill. Both talk through
// a socket, and the companion ends as soon as this process does, whatever ended it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "support/fd.h"

namespace thumbs {

/// To be started before the sandbox and, if possible, before any thread.
class Companion {
 public:
  /// Forks. `work` gets the companion's end of the socket; the companion ends when it returns, or when the other end is
  /// closed and it notices. Of other descriptors of this process it has those of `kept` alone; its standard streams are
  /// /dev/null, and signals to the group or the terminal do not reach it. Null if the system cannot start a process.
  static std::unique_ptr<Companion> start(const std::function<void(int socket)>& work, std::vector<int> kept = {});

  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;
  /// Closes the socket and waits for the companion to end, for a second at most.
  ~Companion();

  int socket() const { return socket_.get(); }

 private:
  Companion(pid_t pid, Fd socket) : pid_(pid), socket_(std::move(socket)) {}

  pid_t pid_;
  Fd socket_;
};

/// Read and write all of it; false where the other end is gone. For blocking descriptors. No SIGPIPE comes of it in a
/// companion; elsewhere the caller sees to that.
bool read_fully(int fd, void* bytes, std::size_t size);
bool write_fully(int fd, const void* bytes, std::size_t size);

}  // namespace thumbs
