// Forks, reads the result from a pipe, and checks the limit while it waits.
#include "support/apart.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "support/fd.h"
#include "support/stage_time.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

constexpr int k_milliseconds_between_looks = 20;
constexpr std::uint64_t k_most_text = 4096;

enum class Said : std::uint64_t { bytes, error };

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

void say_error(ApartOutput& out, ErrorCode code, const std::string& text, const std::string& stage) {
  out.number(static_cast<std::uint64_t>(Said::error));
  out.number(static_cast<std::uint64_t>(code));
  for (const std::string& part : {text.substr(0, k_most_text), stage}) {
    out.number(part.size());
    out.bytes(bytes_of(part));
  }
}

void say(ApartOutput& out, const std::function<void(ApartOutput&)>& work) {
  try {
    work(out);
  } catch (const Error& error) {
    say_error(out, error.code(), error.message(), error.stage());
  } catch (const std::bad_alloc&) {
    say_error(out, ErrorCode::memory, "out of memory", {});
  } catch (const std::exception& error) {
    say_error(out, ErrorCode::internal, error.what(), {});
  }
}

}  // namespace

/// The child process. The destructor kills it and waits for it.
class ApartProcess {
 public:
  ApartProcess(pid_t pid, Fd pipe) : pid_(pid), pipe_(std::move(pipe)) {}
  ApartProcess(const ApartProcess&) = delete;
  ApartProcess& operator=(const ApartProcess&) = delete;
  ~ApartProcess() { end(); }

  void read(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
      wait_for_bytes();
      const ssize_t got = ::read(pipe_.get(), bytes.data(), bytes.size());
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got <= 0) raise_death();
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
  }

 private:
  /// Returns when the pipe has data or is closed.
  void wait_for_bytes() {
    while (true) {
      // Check before polling: a large result may arrive without a pause.
      if (const GivenUp* reason = reached()) throw Error(reason->code, reason->text);
      pollfd waiting{pipe_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, k_milliseconds_between_looks) > 0) return;
    }
  }

  const GivenUp* reached() const {
    WorkLimit* limit = WorkLimit::current();
    return limit != nullptr ? limit->reached_with(cpu_seconds()) : nullptr;
  }

  double cpu_seconds() const {
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
  }

  /// Kills the child if it still runs; takes its status and CPU time.
  int end() {
    if (pid_ < 0) return status_;
    ::kill(pid_, SIGKILL);
    rusage usage{};
    while (::wait4(pid_, &status_, 0, &usage) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    const double used = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    if (WorkLimit* limit = WorkLimit::current()) limit->add_used(used);
    add_stage_cpu(used);
    return status_;
  }

  /// The child died early. Waits for it without killing it, to get its real status: the pipe closes just before it
  /// dies.
  [[noreturn]] void raise_death() {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    const int status = end();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      throw Error(ErrorCode::memory, "the system killed its child process: out of memory");
    const std::string how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "an early exit";
    throw Error(ErrorCode::internal, "its child process ended by " + how);
  }

  pid_t pid_;
  Fd pipe_;
  int status_ = 0;
};

namespace {

[[noreturn]] void be_apart(int fd, pid_t parent, const std::function<void(ApartOutput&)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  // Otherwise it would keep the parent's: the cache, its lock, pipes of other children.
  close_all_but({&fd, 1});
  ApartOutput out(fd);
  say(out, work);
  _exit(0);
}

/// Empty if the system cannot start a process.
std::optional<pid_t> start(Fd& reading, const std::function<void(ApartOutput&)>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  reading = Fd(ends[0]);
  Fd writing(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return std::nullopt;
  if (pid == 0) be_apart(writing.get(), parent, work);
  return pid;
}

}  // namespace

void ApartOutput::number(std::uint64_t value) { bytes(std::as_bytes(std::span(&value, 1))); }

void ApartOutput::bytes(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(1);  // the parent is gone
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

std::uint64_t ApartInput::number() {
  std::uint64_t value = 0;
  process_.read(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

void ApartInput::bytes(std::span<std::byte> bytes) { process_.read(bytes); }

void ApartInput::begin() {
  if (number() == static_cast<std::uint64_t>(Said::bytes)) return;
  const auto code = static_cast<ErrorCode>(number());
  std::string parts[2];
  for (std::string& part : parts) {
    part.resize(static_cast<std::size_t>(std::min(number(), k_most_text)));
    bytes(std::as_writable_bytes(std::span(part)));
  }
  throw Error(code, parts[0], {}, parts[1]);
}

void ApartOutput::begin() { number(static_cast<std::uint64_t>(Said::bytes)); }

bool run_apart(const std::function<void(ApartOutput&)>& work, const std::function<void(ApartInput&)>& take) {
  Fd reading;
  const std::optional<pid_t> pid = start(reading, work);
  if (!pid) return false;
  ApartProcess process(*pid, std::move(reading));
  ApartInput in(process);
  in.begin();
  take(in);
  return true;
}

std::vector<std::byte> made_apart(const std::function<std::vector<std::byte>()>& make) {
  std::vector<std::byte> result;
  const auto work = [&](ApartOutput& out) {
    const std::vector<std::byte> made = make();
    out.begin();
    out.number(made.size());
    out.bytes(made);
  };
  const auto take = [&](ApartInput& in) {
    result.resize(static_cast<std::size_t>(in.number()));
    in.bytes(result);
  };
  return run_apart(work, take) ? std::move(result) : make();
}

void confine_apart(std::uint64_t bytes) {
  if (const int null = open("/dev/null", O_WRONLY | O_CLOEXEC); null >= 0) dup2(null, STDERR_FILENO);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  unsigned long pages = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> statm(std::fopen("/proc/self/statm", "re"), std::fclose);
  if (!statm || std::fscanf(statm.get(), "%lu", &pages) != 1) return;
  const rlim_t most = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit limit{most, most};
  setrlimit(RLIMIT_AS, &limit);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace thumbs
