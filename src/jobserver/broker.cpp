// Descriptions of its own, so that not to block is nobody else's business: the inherited ones are shared with make and
// all of its children.
#include "jobserver/broker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

#include "support/fd.h"

namespace thumbs::jobserver {
namespace {

bool is_pipe(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

struct Ends {
  Fd read;
  Fd write;
};

Ends open_ends(const Place& place) {
  const auto path = [&](int fd) { return place.fifo.empty() ? "/proc/self/fd/" + std::to_string(fd) : place.fifo; };
  if (place.fifo.empty() && !(is_pipe(place.read) && is_pipe(place.write))) {
    errno = EBADF;
    return {};
  }
  Ends ends;
  ends.read = open_at(AT_FDCWD, path(place.read), O_RDONLY | O_NONBLOCK);
  if (ends.read && !is_pipe(ends.read.get())) errno = EINVAL;
  if (ends.read && is_pipe(ends.read.get())) ends.write = open_at(AT_FDCWD, path(place.write), O_WRONLY | O_NONBLOCK);
  return ends;
}

class Broker {
 public:
  Broker(int socket, int read, int write) : socket_(socket), read_(read), write_(write) {}

  void run() {
    while (true) {
      pollfd ends[] = {{socket_, POLLIN, 0}, {wanted_ > 0 ? read_ : -1, POLLIN, 0}};
      if (::poll(ends, 2, -1) < 0) continue;
      if (ends[1].revents != 0 && !take()) break;
      if (ends[0].revents != 0 && !listen()) break;
    }
    while (!held_.empty()) give_back();
  }

 private:
  // Somebody else may have been faster. False where nobody can give any more.
  bool take() {
    char token = 0;
    const ssize_t got = ::read(read_, &token, 1);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    held_.push_back(token);
    --wanted_;
    return write_fully(socket_, &k_granted, 1);
  }

  bool listen() {
    char said[64];
    const ssize_t got = ::read(socket_, said, sizeof said);
    if (got < 0) return errno == EINTR;
    for (ssize_t i = 0; i < got; ++i) {
      if (said[i] == k_want) ++wanted_;
      if (said[i] == k_cancel && wanted_ > 0) --wanted_;
      if (said[i] == k_return) give_back();
      if (said[i] == k_quit) return false;
    }
    return got > 0;
  }

  // The same byte: a server may tell tokens apart.
  void give_back() {
    if (held_.empty()) return;
    while (::write(write_, &held_.back(), 1) < 0 && (errno == EINTR || errno == EAGAIN)) {
    }
    held_.pop_back();
  }

  int socket_;
  int read_;
  int write_;
  std::size_t wanted_ = 0;
  std::vector<char> held_;
};

}  // namespace

std::unique_ptr<Companion> start_broker(const Place& place, std::string& fault) {
  const Ends ends = open_ends(place);
  if (!ends.read || !ends.write) {
    fault = std::strerror(errno);
    return nullptr;
  }
  const int read = ends.read.get();
  const int write = ends.write.get();
  std::unique_ptr<Companion> broker =
      Companion::start([=](int socket) { Broker(socket, read, write).run(); }, {read, write});
  if (!broker) fault = std::strerror(errno);
  return broker;
}

}  // namespace thumbs::jobserver
