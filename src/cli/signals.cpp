// Signal handlers, with only async-signal-safe operations: a lock-free atomic and _exit.
#include "cli/signals.h"

#include <signal.h>
#include <unistd.h>

namespace thumbs::cli {
namespace {

std::atomic<int> g_stop{0};
std::atomic<bool> g_stop_requested{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

// The number first: who sees the request finds what it was.
bool request_stop(int former, int signal) {
  if (!g_stop.compare_exchange_strong(former, signal)) return false;
  g_stop_requested.store(true);
  return true;
}

extern "C" void handle_stop(int signal) {
  if (request_stop(0, signal) || request_stop(SIGHUP, signal)) return;
  _exit(128 + signal);
}

// A closing terminal sends SIGHUP more than once: the shell forwards it, and the kernel sends it again when the shell
// ends. So SIGHUP never counts as a second signal, nor as the first of two.
extern "C" void handle_hangup(int signal) { request_stop(0, signal); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction old {};
  if (sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

int stop_signal() { return g_stop.load(); }

const std::atomic<bool>& stop_requested() { return g_stop_requested; }

void install_signal_handlers() {
  handle(SIGINT, handle_stop);
  handle(SIGTERM, handle_stop);
  handle(SIGHUP, handle_hangup);
  handle(SIGPIPE, SIG_IGN);
  handle(SIGXFSZ, SIG_IGN);
}

}  // namespace thumbs::cli
