// As many threads as the command line says, whatever the machine has. The only file of the program that knows TBB,
// whose headers take long to compile.
#pragma once

#include <memory>

namespace thumbs::cli {

/// While it lives, at most `jobs` threads work.
class WorkerThreads {
 public:
  explicit WorkerThreads(int jobs);
  ~WorkerThreads();
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

 private:
  struct Limit;
  std::unique_ptr<Limit> limit_;
};

}  // namespace thumbs::cli
