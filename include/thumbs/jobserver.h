// make's jobserver: programs that build side by side share its jobs.
#pragma once

#include <memory>
#include <string>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// Jobs that a jobserver lends: see Options::jobserver.
class Jobserver;

struct JobserverJoin {
  std::shared_ptr<Jobserver> jobserver = {};  ///< null: there is none, or it cannot be reached
  std::string warning = {};                   ///< why it cannot be reached; "" otherwise
};

/// Joins the jobserver that the environment variable MAKEFLAGS names (GNU make, ninja 1.13; a pipe or a named pipe).
/// Forks: a process beside this one takes the tokens and puts them back once this one has ended, even if it was killed.
/// Call it before confine(), and if possible before the program starts threads. SIGPIPE must be ignored.
JobserverJoin join_jobserver();

}  // namespace thumbs
