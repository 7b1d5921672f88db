// A store in a folder: FOLDER/ac/KEY, written beside and renamed.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "store/channel.h"
#include "store/entry.h"
#include "store/serve.h"
#include "support/companion.h"
#include "support/fd.h"

namespace thumbs::store {
namespace {

constexpr int k_threads = 8;
constexpr std::time_t k_old = 24 * 3600;  // seconds

std::string why(const std::string& path) { return path + ": " + std::strerror(errno); }

bool make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return true;
  const std::size_t slash = path.rfind('/');
  if (errno != ENOENT || slash == std::string::npos || slash == 0) return false;
  return make_folder(path.substr(0, slash)) && (::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST);
}

class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  Answer answer(const Request& request) {
    if (request.wish == Wish::get) return get(request);
    const std::string file = path_ + "/" + request.key.path();
    struct stat there {};
    const bool same = request.wish == Wish::offer && ::stat(file.c_str(), &there) == 0 &&
                      there.st_size == static_cast<off_t>(request.bytes.size());
    return same ? answer_of(request.id, Reply::stored) : put(request, file);
  }

 private:
  Answer get(const Request& request) const {
    const std::string file = path_ + "/" + request.key.path();
    const Fd fd = open_at(AT_FDCWD, file, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    struct stat there {};
    if (!fd && errno == ENOENT) return answer_of(request.id, Reply::missing);
    if (!fd || ::fstat(fd.get(), &there) != 0) return answer_of(request.id, Reply::failed, why(file));
    if (!S_ISREG(there.st_mode)) return answer_of(request.id, Reply::failed, file + ": it is no file");
    if (there.st_size > static_cast<off_t>(k_most_entry))
      return answer_of(request.id, Reply::failed, file + ": it is too large");
    Answer answer{request.id, Reply::found, std::vector<std::byte>(static_cast<std::size_t>(there.st_size))};
    errno = 0;
    if (read_fully(fd.get(), answer.bytes.data(), answer.bytes.size())) return answer;
    return answer_of(request.id, Reply::failed, errno != 0 ? why(file) : file + ": it got shorter while it was read");
  }

  // No sync: who reads it sees whether it is whole.
  Answer put(const Request& request, const std::string& file) {
    if (!prepare()) return answer_of(request.id, Reply::failed, why(path_));
    const std::string temporary =
        path_ + "/tmp/" + std::to_string(::getpid()) + "-" + std::to_string(request.id) + "-" + request.key.hex();
    Fd fd = open_at(AT_FDCWD, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, 0666);
    if (!fd) return answer_of(request.id, Reply::failed, why(temporary));
    bool written = write_fully(fd.get(), request.bytes.data(), request.bytes.size());
    int error = written ? fd.close() : errno;  // a full network drive says so here
    written = error == 0;
    if (written && ::rename(temporary.c_str(), file.c_str()) != 0) error = errno;
    if (error == 0) return answer_of(request.id, Reply::stored);
    ::unlink(temporary.c_str());
    errno = error;
    return answer_of(request.id, Reply::failed, why(file));
  }

  bool prepare() {
    const std::lock_guard lock(mutex_);
    if (prepared_) return true;
    if (!make_folder(path_ + "/ac") || !make_folder(path_ + "/tmp")) return false;
    sweep();
    return prepared_ = true;
  }

  // What killed runs left.
  void sweep() const {
    const std::string folder = path_ + "/tmp";
    const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), closedir);
    while (const dirent* const entry = open ? readdir(open.get()) : nullptr) {
      const std::string path = folder + "/" + entry->d_name;
      struct stat there {};
      if (lstat(path.c_str(), &there) == 0 && S_ISREG(there.st_mode) && there.st_mtime < std::time(nullptr) - k_old)
        ::unlink(path.c_str());
    }
  }

  std::string path_;
  std::mutex mutex_;
  bool prepared_ = false;
};

bool write_answer(int socket, Answer answer) {
  const Frame frame = to_frame(std::move(answer));
  return write_fully(socket, &frame.head, sizeof frame.head) &&
         write_fully(socket, frame.bytes.data(), frame.bytes.size());
}

std::optional<Frame> read_request(int socket) {
  Frame frame;
  if (!read_fully(socket, &frame.head, sizeof frame.head) || frame.head.size > k_most_entry) return std::nullopt;
  frame.bytes.resize(frame.head.size);
  if (!read_fully(socket, frame.bytes.data(), frame.bytes.size())) return std::nullopt;
  return frame;
}

class Server {
 public:
  Server(const std::string& folder, int socket) : folder_(folder), socket_(socket) {}

  [[noreturn]] void run() {
    write_answer(socket_, answer_of(0, Reply::ready));
    for (int i = 0; i < k_threads; ++i) std::thread([this] { work(); }).detach();
    while (std::optional<Frame> frame = read_request(socket_)) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(to_request(std::move(*frame)));
      changed_.notify_one();
    }
    _exit(0);  // whatever the threads hang in
  }

 private:
  void work() {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty(); });
      const Request request = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      Answer answer = folder_.answer(request);
      const std::lock_guard writing(writing_);
      if (!write_answer(socket_, std::move(answer))) _exit(0);
    }
  }

  Folder folder_;
  int socket_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> waiting_;
  std::mutex writing_;
};

}  // namespace

void serve_folder(const std::string& folder, int socket) { Server(folder, socket).run(); }

}  // namespace thumbs::store
