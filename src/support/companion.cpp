// fork(), and a socket pair between the two.
#include "support/companion.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

namespace thumbs {
namespace {

constexpr int k_milliseconds_to_end = 1000;

void leave_terminal() {
  setsid();
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ}) signal(signal_number, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Who waits for the end of our output must not wait for the companion.
void keep_only(std::vector<int> kept) {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (null >= 0 && std::ranges::find(kept, fd) == kept.end()) dup2(null, fd);
  std::ranges::sort(kept);
  close_all_but(kept);
}

}  // namespace

std::unique_ptr<Companion> Companion::start(const std::function<void(int socket)>& work, std::vector<int> kept) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return nullptr;
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return nullptr;
  if (pid == 0) {
    leave_terminal();
    kept.push_back(theirs.get());
    keep_only(std::move(kept));
    try {
      work(theirs.get());
    } catch (...) {  // the socket closes, and that says it
    }
    _exit(0);
  }
  return std::unique_ptr<Companion>(new Companion(pid, std::move(ours)));
}

Companion::~Companion() {
  socket_.close();
  for (int waited = 0; waited < k_milliseconds_to_end; ++waited) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
    const timespec pause{0, 1000000};
    nanosleep(&pause, nullptr);
  }
}

bool read_fully(int fd, void* bytes, std::size_t size) {
  char* to = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = ::read(fd, to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_fully(int fd, const void* bytes, std::size_t size) {
  const char* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t put = ::write(fd, from, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    from += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

}  // namespace thumbs
