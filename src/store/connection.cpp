// One thread that reads and writes, while a run goes on.
#include "store/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "store/serve.h"

namespace thumbs::store {
namespace {

// The socket's other end may be gone, and this process may not ignore what follows.
void block_broken_pipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

Connection::Connection(const Place& place) {
  companion_ = Companion::start([&place](int socket) { serve(place, socket); });
  if (companion_) channel_ = std::make_unique<Channel>(companion_->socket());
  if (!companion_) gone_ = "no process can be started";
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    gone_ = "no pipe can be made";
    return;
  }
  woken_ = Fd(ends[0]);
  waking_ = Fd(ends[1]);
}

Connection::~Connection() { end(); }

void Connection::begin(std::function<void(Answer)> take) {
  end();
  take_ = std::move(take);
  ending_ = false;
  thread_ = std::thread([this] { carry(); });
}

void Connection::send(Request request) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(request));
  }
  wake();
}

void Connection::wake() {
  const char byte = 0;
  static_cast<void>(!::write(waking_.get(), &byte, 1));  // full: it is awake already
}

void Connection::end() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  wake();
  thread_.join();
  take_ = nullptr;
}

void Connection::carry() {
  block_broken_pipe();
  if (ready_) take_(answer_of(0, Reply::ready));
  while (gone_.empty()) {
    if (!exchange()) gone_ = "its process ended";
    const std::lock_guard lock(mutex_);
    if (ending_) return;
  }
  take_(answer_of(0, Reply::gone, gone_));
}

bool Connection::exchange() {
  {
    const std::lock_guard lock(mutex_);
    for (Request& request : waiting_) channel_->push(to_frame(std::move(request)));
    waiting_.clear();
  }
  const int socket = companion_->socket();
  const short wanted = static_cast<short>(POLLIN | (channel_->has_output() ? POLLOUT : 0));
  pollfd ends[] = {{socket, wanted, 0}, {woken_.get(), POLLIN, 0}};
  if (::poll(ends, 2, -1) < 0) return true;
  char bytes[64];
  while (ends[1].revents != 0 && ::read(woken_.get(), bytes, sizeof bytes) == sizeof bytes) {
  }
  if (!channel_->write_some()) return false;
  if (ends[0].revents == 0) return true;
  return channel_->read_some([this](Frame frame) {
    Answer answer = to_answer(std::move(frame));
    ready_ = ready_ || answer.reply == Reply::ready;
    if (answer.reply == Reply::gone) gone_ = answer.text();
    if (answer.reply != Reply::gone) take_(std::move(answer));
  });
}

}  // namespace thumbs::store
