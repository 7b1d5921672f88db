// Builds the filter: blocks that each decide one call, and a last word.
#include "sandbox/seccomp.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "sandbox/calls.h"

#if defined(__x86_64__)
#define THUMBS_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THUMBS_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

namespace thumbs::sandbox {

#ifdef THUMBS_AUDIT_ARCH
namespace {

constexpr std::uint32_t k_pass = SECCOMP_RET_ALLOW;
constexpr std::uint32_t k_all_bits = 0xFFFFFFFF;
constexpr std::uint32_t k_x32_calls = 0x40000000;  // another numbering of x86-64's calls

constexpr std::uint32_t fail_with(int error) { return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error); }

// What an argument of a call may be; compared are its lower 32 bits after `mask`.
struct Allowed {
  unsigned argument;
  std::uint32_t mask;
  std::vector<std::uint32_t> values;
};

class Filter {
 public:
  Filter() {
    load(offsetof(seccomp_data, arch));
    unless_equal(THUMBS_AUDIT_ARCH, fail_with(EPERM));
    load_number();
#if defined(__x86_64__)
    add(BPF_JMP | BPF_JGE | BPF_K, k_x32_calls, 0, 1);
    end_with(fail_with(ENOSYS));
#endif
  }

  void decide(long call, std::uint32_t verdict) {
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1);
    end_with(verdict);
  }

  /// The call passes with one of the values, and else ends in `otherwise`.
  void decide(long call, const Allowed& allowed, std::uint32_t otherwise) {
    const auto block = static_cast<std::uint8_t>(3 + 2 * allowed.values.size());
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, block);
    load_argument(allowed.argument);
    add(BPF_ALU | BPF_AND | BPF_K, allowed.mask);
    for (const std::uint32_t value : allowed.values) {
      add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
      end_with(k_pass);
    }
    end_with(otherwise);
  }

  /// The call passes with these two arguments, and is decided later with others.
  void pass(long call, std::uint32_t second, std::uint32_t third) {
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 6);
    load_argument(1);
    add(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 3);
    load_argument(2);
    add(BPF_JMP | BPF_JEQ | BPF_K, third, 0, 1);
    end_with(k_pass);
    load_number();
  }

  bool install(std::uint32_t last_word) {
    end_with(last_word);
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    const auto set = [&](unsigned long flags) {
      return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC | flags, &program) == 0;
    };
    // Before Linux 5.16 a filter slows all code down, against code that guesses what lies in the process's own memory.
    // There are no secrets in this one. Linux before 4.17 does not know the flag.
    return set(SECCOMP_FILTER_FLAG_SPEC_ALLOW) || set(0);
  }

 private:
  void add(unsigned operation, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0) {
    code_.push_back({static_cast<std::uint16_t>(operation), if_true, if_false, value});
  }
  void load(std::uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }
  void load_argument(unsigned index) {
    load(static_cast<std::uint32_t>(offsetof(seccomp_data, args) + 8 * index));  // little-endian
  }
  void load_number() { load(offsetof(seccomp_data, nr)); }
  void end_with(std::uint32_t verdict) { add(BPF_RET | BPF_K, verdict); }
  void unless_equal(std::uint32_t value, std::uint32_t verdict) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    end_with(verdict);
  }

  std::vector<sock_filter> code_;
};

// Processes and threads, but none in namespaces of their own, where it would be root.
constexpr std::uint32_t k_namespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

void decide_signals(Filter& filter, bool signals_are_scoped) {
  if (signals_are_scoped) {
    for (const long call : {SYS_kill, SYS_tgkill}) filter.decide(call, k_pass);
    return;
  }
  filter.decide(SYS_kill, {1, k_all_bits, {0, SIGKILL}}, fail_with(EPERM));
  filter.decide(SYS_tgkill, {0, k_all_bits, {static_cast<std::uint32_t>(getpid())}}, fail_with(EPERM));
}

void decide_by_argument(Filter& filter) {
  filter.decide(SYS_clone, {0, k_namespaces, {0}}, fail_with(EPERM));
  filter.decide(SYS_clone3, fail_with(ENOSYS));  // its flags lie in memory, where no filter sees them
  filter.decide(SYS_prlimit64, {0, k_all_bits, {0}}, fail_with(EPERM));
  // No other commands: some write into the terminal as if the user had typed.
  filter.decide(SYS_ioctl,
                {1,
                 k_all_bits,
                 {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FICLONE, FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IOC_FSGETXATTR}},
                fail_with(ENOTTY));
  // For leases (disk/write_over.cpp): a signal that processes ignore unless they ask for it.
  filter.pass(SYS_fcntl, F_SETSIG, SIGURG);
  // All but F_SETOWN, F_SETSIG, F_SETOWN_EX, which send signals to any process; Linux numbers its own from 1024.
  filter.decide(SYS_fcntl,
                {1,
                 k_all_bits,
                 {F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK,
                  F_OFD_SETLKW, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS, F_SETLEASE}},
                fail_with(EPERM));
}

}  // namespace

bool has_seccomp() {
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

bool filter_calls(bool signals_are_scoped) {
  Filter filter;
  for (const long call : k_needed_calls) filter.decide(call, k_pass);
  decide_by_argument(filter);
  decide_signals(filter, signals_are_scoped);
  for (const long call : k_forbidden_calls) filter.decide(call, fail_with(EPERM));
  return filter.install(fail_with(ENOSYS));
}

#else

bool has_seccomp() { return false; }

bool filter_calls(bool) { return false; }

#endif

}  // namespace thumbs::sandbox
