// Loaded before the program (LD_PRELOAD), makes system calls fail as THUMBS_FAULTY says:
//   NAME:N    the N-th call that can fail so (from 0) fails with the error NAME, and its name is in THUMBS_FAULTY_LOG
//   NAME:-1   none does, and how many could is in THUMBS_FAULTY_LOG
//   EINTR     every second call is interrupted before it did anything
//   SHORT     no read or write does more than a third of what it was asked for
// It knows the calls that thumbs and SQLite make; all others pass.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

// What a call does, and so how it may fail.
enum Kind : unsigned { reads = 1, writes = 2, names = 4, syncs = 8, transfers = 16, restartable = 32 };

struct Plan {
  int error = 0;
  long at = -1;
  unsigned kinds = 0;
  bool interrupts = false;
  bool is_short = false;
};

Plan read_plan() {
  Plan plan;
  const char* text = std::getenv("THUMBS_FAULTY");
  const std::string_view all = text == nullptr ? "" : text;
  plan.interrupts = all == "EINTR";
  plan.is_short = all == "SHORT";
  const std::size_t colon = all.find(':');
  if (colon == std::string_view::npos) return plan;
  const std::string_view name = all.substr(0, colon);
  plan.at = std::strtol(text + colon + 1, nullptr, 10);
  if (name == "EIO") plan.error = EIO, plan.kinds = reads | writes | names | syncs;
  if (name == "ENOSPC") plan.error = ENOSPC, plan.kinds = writes;
  if (name == "EACCES") plan.error = EACCES, plan.kinds = names;
  return plan;
}

std::atomic<long> g_count{0};
std::atomic<unsigned long> g_turn{0};

const Plan& plan() {
  static const Plan k_plan = read_plan();
  return k_plan;
}

template <typename Function>
Function* next(const char* name, Function*) {
  void* const found = dlsym(RTLD_NEXT, name);
  Function* function = nullptr;
  std::memcpy(&function, &found, sizeof function);
  return function;
}

// Opened at the start: in its sandbox the program cannot.
int open_log() {
  const char* log = std::getenv("THUMBS_FAULTY_LOG");
  return log == nullptr ? -1 : next("open", &open)(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
}
const int g_log = open_log();

void leave_word(const char* name) {
  if (g_log >= 0) static_cast<void>(next("write", &write)(g_log, name, std::strlen(name)));
}

struct Counter {
  ~Counter() {
    if (plan().error != 0 && plan().at < 0) leave_word(std::to_string(g_count.load()).c_str());
  }
};
const Counter g_counter;

// The error of this call; 0 where it goes through.
int error_of(const char* name, unsigned kind) {
  const Plan& p = plan();
  if (p.interrupts && (kind & restartable) != 0 && g_turn++ % 2 == 0) return EINTR;
  if (p.error == 0 || (kind & p.kinds) == 0 || g_count++ != p.at) return 0;
  leave_word(name);
  return p.error;
}

template <typename Function, typename... Arguments>
auto call(const char* name, unsigned kind, Function* self, Arguments... arguments) {
  const int error = error_of(name, kind);
  if (error == 0) return next(name, self)(arguments...);
  errno = error;
  return static_cast<decltype(next(name, self)(arguments...))>(-1);
}

unsigned kind_of_open(int flags) { return names | restartable | ((flags & O_CREAT) != 0 ? writes : 0U); }

mode_t mode_of(int flags, va_list arguments) { return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0; }

std::size_t piece(std::size_t size) { return plan().is_short && size > 1 ? (size + 2) / 3 : size; }

}  // namespace

extern "C" {

#define THUMBS_OPEN(NAME)                                              \
  int NAME(const char* path, int flags, ...) {                         \
    va_list arguments;                                                 \
    va_start(arguments, flags);                                        \
    const mode_t mode = mode_of(flags, arguments);                     \
    va_end(arguments);                                                 \
    return call(#NAME, kind_of_open(flags), &NAME, path, flags, mode); \
  }
#define THUMBS_OPENAT(NAME)                                                    \
  int NAME(int folder, const char* path, int flags, ...) {                     \
    va_list arguments;                                                         \
    va_start(arguments, flags);                                                \
    const mode_t mode = mode_of(flags, arguments);                             \
    va_end(arguments);                                                         \
    return call(#NAME, kind_of_open(flags), &NAME, folder, path, flags, mode); \
  }
THUMBS_OPEN(open)
THUMBS_OPEN(open64)
THUMBS_OPENAT(openat)
THUMBS_OPENAT(openat64)

ssize_t read(int fd, void* out, size_t size) { return call("read", reads | restartable, &read, fd, out, piece(size)); }
ssize_t pread(int fd, void* out, size_t size, off_t at) {
  return call("pread", reads | restartable, &pread, fd, out, piece(size), at);
}
ssize_t pread64(int fd, void* out, size_t size, off64_t at) {
  return call("pread64", reads | restartable, &pread64, fd, out, piece(size), at);
}
ssize_t write(int fd, const void* from, size_t size) {
  return call("write", writes | restartable, &write, fd, from, piece(size));
}
ssize_t pwrite(int fd, const void* from, size_t size, off_t at) {
  return call("pwrite", writes | restartable, &pwrite, fd, from, piece(size), at);
}
ssize_t pwrite64(int fd, const void* from, size_t size, off64_t at) {
  return call("pwrite64", writes | restartable, &pwrite64, fd, from, piece(size), at);
}
int fstatat(int folder, const char* path, struct stat* out, int flags) noexcept {
  return call("fstatat", names | restartable, &fstatat, folder, path, out, flags);
}
int mkdir(const char* path, mode_t mode) noexcept { return call("mkdir", names | writes, &mkdir, path, mode); }
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  return call("mkdirat", names | writes | restartable, &mkdirat, folder, path, mode);
}
int rename(const char* from, const char* to) noexcept { return call("rename", names | writes, &rename, from, to); }
int renameat(int a, const char* from, int b, const char* to) noexcept {
  return call("renameat", names | writes | restartable, &renameat, a, from, b, to);
}
int unlink(const char* path) noexcept { return call("unlink", names, &unlink, path); }
int unlinkat(int folder, const char* path, int flags) noexcept {
  return call("unlinkat", names | restartable, &unlinkat, folder, path, flags);
}
int fsync(int fd) { return call("fsync", syncs | writes, &fsync, fd); }
int fdatasync(int fd) { return call("fdatasync", syncs | writes, &fdatasync, fd); }
int syncfs(int fd) noexcept { return call("syncfs", syncs | writes | restartable, &syncfs, fd); }
int ftruncate64(int fd, off64_t size) noexcept { return call("ftruncate64", writes, &ftruncate64, fd, size); }

}  // extern "C"
