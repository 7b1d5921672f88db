// main(): process-wide settings, then cli_main().
#include "cli/app.h"

// std::thread has no stack size, and <csignal> has no SIGCHLD.
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

// For __GLIBC__.
#include <cstddef>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

constexpr rlim_t k_enough_stack = rlim_t{1} << 20;  // libaom's encoder needs 192 KiB, other codecs 96
constexpr std::size_t k_stack = std::size_t{8} << 20;

struct Call {
  int argc;
  char** argv;
  int exit_code = 0;
};

void* run_call(void* argument) {
  Call& call = *static_cast<Call*>(argument);
  call.exit_code = thumbs::cli::cli_main(call.argc, call.argv);
  return nullptr;
}

bool has_small_stack() {
  rlimit limit{};
  return getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < k_enough_stack;
}

// With a low `ulimit -s` the main thread would crash inside an encoder, and we may not be allowed to raise the limit. A
// new thread can have a larger stack.
int run_on_large_stack(int argc, char** argv) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, k_stack);
#ifdef __GLIBC__
  pthread_setattr_default_np(&attributes);  // for threads that libraries start
#endif
  Call call{argc, argv};
  pthread_t thread{};
  const bool started = pthread_create(&thread, &attributes, run_call, &call) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) return thumbs::cli::cli_main(argc, argv);
  pthread_join(thread, nullptr);
  return call.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Return large blocks to the system when they are freed. By default glibc raises this threshold to the largest freed
  // block, and the heap gets fragmented (404 → 29 MiB at the peak of 1,000 pictures).
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  // Do not shrink the heap after each picture (93,504 → 3,149 page faults over 1,000 pictures).
  mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024);
#endif
  // If the parent ignores SIGCHLD, which is inherited, we could not wait for encoder processes.
  signal(SIGCHLD, SIG_DFL);
  return has_small_stack() ? run_on_large_stack(argc, argv) : thumbs::cli::cli_main(argc, argv);
}
