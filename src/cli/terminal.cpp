// Writes to standard streams by system calls, since stdio hides which write failed.
#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace thumbs::cli {
namespace {

std::string variable(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool use_colour(ColourWhen when, bool is_terminal, const Environment& environment) {
  if (when != ColourWhen::automatic) return when == ColourWhen::always;
  if (!variable(environment, "NO_COLOR").empty()) return false;
  const std::string force = variable(environment, "CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return is_terminal && variable(environment, "TERM") != "dumb";
}

ProgressMode choose_progress(ProgressMode mode, bool is_terminal, const Environment& environment) {
  if (mode != ProgressMode::automatic) return mode;
  return is_terminal && variable(environment, "TERM") != "dumb" ? ProgressMode::bar : ProgressMode::plain;
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

int stderr_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd waiting{fd, POLLOUT, 0};
      if (poll(&waiting, 1, -1) < 0 && errno != EINTR) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void keep_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // open() returns the lowest free descriptor, which is this one: those below are open.
    const int opened = open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    if (opened > STDERR_FILENO) close(opened);
  }
}

}  // namespace thumbs::cli
